// Prices stored CDRs by two tariffs, page after page; nothing is stored.
import { callTimeOf, toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Call } from "../../cdr/rating.ts";
import { isTimed } from "../../cdr/usage.ts";
import { usageFault } from "../../mediation/plausible-usage.ts";
import { type SourceSettings, sourceNamed, usageRulesOf } from "../../mediation/source-settings.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import { assignAccounts, type RateBatchParts } from "../pricing/rate-batch.ts";
import { compareCall } from "./call.ts";
import type { ComparedVersions } from "./compared-versions.ts";
import type { ComparedCall, RunningComparison } from "./comparison-report.ts";

/** CDRs read at a time: so many are in memory. */
const PAGE_CDRS = 250;

export interface CompareCdrsRequest {
  filter: CdrFilter;
  versions: ComparedVersions;
  /** As they are configured now: how far a usage may go. */
  sources: readonly SourceSettings[];
  /** Goes on after this CDR. */
  after?: StoredCdr | undefined;
  /** Ends after so many CDRs, to the next whole page. */
  most?: number;
  signal?: AbortSignal;
}

/**
 * By call time; each call is priced by both tariffs, whatever is in force.
 * @returns the last CDR where more may follow, else null
 */
export async function compareCdrs(
  parts: RateBatchParts,
  request: CompareCdrsRequest,
  comparison: RunningComparison,
): Promise<CdrKey | null> {
  const { filter, versions, sources, after, signal, most = Number.POSITIVE_INFINITY } = request;
  const [before, later] = await Promise.all([
    parts.quality.figuresFor(versions.before),
    parts.quality.figuresFor(versions.after),
  ]);
  const figures = {
    ...(before === undefined ? {} : { before }),
    ...(later === undefined ? {} : { after: later }),
  };
  const options = {
    ...(after === undefined ? {} : { after }),
    ...(signal === undefined ? {} : { signal }),
  };
  let done = 0;
  for await (const cdrs of parts.store.cdrs.scan(filter, PAGE_CDRS, options)) {
    signal?.throwIfAborted();
    // By masked numbers nothing can be priced.
    const standing = cdrs.filter(
      ({ rating, maskedAtMs }) => rating.outcome !== "voided" && maskedAtMs === undefined,
    );
    const calls = standing.map((cdr) => checkedCall(cdr, sources));
    await assignAccounts(parts.store, calls);
    for (const [index, call] of calls.entries()) {
      comparison.add(namedCdr(standing[index] as StoredCdr), compareCall(call, versions, figures));
    }
    done += cdrs.length;
    if (done >= most) return cdrs.at(-1) ?? null;
  }
  return null;
}

/** The call of a CDR; what its usage cannot be under today's rules is not priced by either. */
function checkedCall(cdr: StoredCdr, sources: readonly SourceSettings[]): Call {
  const fault = usageFault(cdr.primary, usageRulesOf(sourceNamed(sources, cdr.source), null));
  const call = toCall(cdr);
  return fault === null ? call : { ...call, usageFault: fault.reason };
}

function namedCdr({ id, primary }: StoredCdr): ComparedCall {
  const { account, destination, usage, tor } = primary;
  const moment = callTimeOf(primary);
  return {
    id,
    account,
    destination,
    answerTime: moment === null ? null : new Date(moment.atMs).toISOString(),
    usage: isTimed(tor) ? usage / 1000 : usage,
  };
}
