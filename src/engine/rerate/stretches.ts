// What a plan does to a stretch of CDRs, in whichever thread: each is priced again, and those that come out
// otherwise are told, as the text that is stored of them and the money that is added up.
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Call } from "../../cdr/rating.ts";
import type { CdrKey } from "../../stores/ports/cdrs.ts";
import type { BilledMove, SideBilled } from "../periods/touched.ts";
import { pagesOf } from "../stretches/cut.ts";
import { pageAssignments } from "../stretches/page-assignments.ts";
import type { Work, WorkParts } from "../stretches/work.ts";
import { createTimeline } from "../tariffs/timeline.ts";
import type { PlannedLine, RerateJob } from "./job.ts";
import {
  type Changed,
  callMsOf,
  dayOfCall,
  inSlices,
  isChanged,
  pricedPart,
  type RepriceRule,
  rateAgain,
  repriced,
} from "./repricing.ts";
import type { MoneyChange, MoneyPart, PricedPart } from "./totals.ts";

/** What of a job decides how its CDRs are priced. */
export type RepriceRequest = Pick<RerateJob, "createdAtMs"> &
  Pick<RerateJob["body"], "request" | "known" | "sources">;

export interface RepricedPage {
  cdrs: number;
  /** Goes on after the page. */
  cursor: string;
  /** `billed`: sides that come out otherwise than a statement of then would have them. */
  changes: { text: string; money: MoneyChange; billed: BilledMove[] }[];
  /** Those whose numbers are masked. */
  masked: CdrKey[];
}

export const repricedStretches: Work<RepriceRequest, RepricedPage> = async (parts, asked) => {
  const versionOf = await versionRule(parts, asked);
  const { sources, request } = asked;
  // Where few change, only those are priced with their basis, which takes most of the time.
  let areMostChanged = true;
  return async function* (stretch) {
    for await (const { cdrs, cursor } of pagesOf(parts.store, request.filter, stretch)) {
      const rule = { versionOf, sources, basis: areMostChanged, figures: new Map() };
      const pricing = { ...parts, accounts: await pageAssignments(parts.accounts, cdrs) };
      const changes = await inSlices(cdrs, (some) => changesOf(pricing, some, rule));
      areMostChanged = 2 * changes.length > cdrs.length;
      const masked = cdrs
        .filter(({ maskedAtMs, rating }) => maskedAtMs !== undefined && rating.outcome !== "voided")
        .map(({ tenant, id }) => ({ tenant, id }));
      yield { cdrs: cdrs.length, cursor, changes, masked };
    }
  };
};

async function changesOf(
  parts: WorkParts,
  cdrs: StoredCdr[],
  rule: RepriceRule,
): Promise<RepricedPage["changes"]> {
  const changed = (await repriced(parts, cdrs, rule)).filter(isChanged);
  const whole = rule.basis
    ? []
    : await rateAgain(
        parts,
        changed.map(({ cdr }) => cdr),
        { ...rule, basis: true },
      );
  return changed.map((change, index) => {
    const line = plannedLine({ ...change, again: whole[index] ?? change.again });
    const money = moneyOf(line, dayOfCall(change.cdr));
    return { text: JSON.stringify(line), money, billed: movesOf(line, callMsOf(change.cdr)) };
  });
}

function moneyOf({ tenant, account, cause, old, new: fresh }: PlannedLine, day: string) {
  return { tenant, account, day, cause, old: moneyPart(old), new: moneyPart(fresh) };
}

const SIDES = ["sell", "buy"] as const;

/** Of each side that a statement would have otherwise: what it billed, and what it will. */
function movesOf({ tenant, account, old, new: fresh }: PlannedLine, callMs: number): BilledMove[] {
  return SIDES.filter((side) => billedText(old, side) !== billedText(fresh, side)).map((side) => ({
    ...{ tenant, callMs, side },
    old: sideBilled(old, { side, account }),
    new: sideBilled(fresh, { side, account }),
  }));
}

/** A statement of a carrier names destinations as the sell side does. */
function billedText({ sell, buy }: PricedPart, side: "sell" | "buy"): string {
  const own = side === "sell" ? sell : buy;
  const named = side === "sell" ? sell : (sell ?? buy);
  return JSON.stringify([
    ...[own?.amount ?? null, own?.currency ?? null, own?.billedSeconds ?? 0],
    ...[own?.carrier ?? null, named?.destination ?? null],
  ]);
}

function sideBilled(
  { sell, buy }: PricedPart,
  { side, account }: { side: "sell" | "buy"; account: string },
): SideBilled | null {
  if (side === "sell") {
    return { party: account, amount: sell?.amount ?? null, currency: sell?.currency ?? "" };
  }
  if (buy?.carrier === undefined) return null;
  return { party: buy.carrier, amount: buy.amount, currency: buy.currency };
}

function moneyPart({ outcome, reason, sell, buy, margin }: PricedPart): MoneyPart {
  return {
    outcome,
    ...(reason !== undefined && { reason }),
    sell: sell && { amount: sell.amount, currency: sell.currency, prefix: sell.prefix },
    buy: buy && {
      amount: buy.amount,
      currency: buy.currency,
      prefix: buy.prefix,
      ...(buy.carrier !== undefined && { carrier: buy.carrier }),
    },
    margin: margin && { amount: margin.amount, currency: margin.currency },
  };
}

function plannedLine({ cdr, origin, cause, again }: Changed): PlannedLine {
  const { rating } = cdr;
  const { cgrates: _answersOnly, ...priced } = again.priced;
  return {
    id: cdr.id,
    tenant: cdr.tenant,
    account: cdr.primary.account,
    seen: rating.revision,
    cause,
    old: { ...pricedPart(rating), tariffVersion: rating.tariffVersion },
    new: {
      ...priced,
      tariffVersion: again.tariffVersion,
      semantics: again.semantics,
      rules: again.rules,
    },
    ...(origin === undefined ? {} : { origin }),
  };
}

/** The same answer for the whole plan, whatever is activated while it runs or after a crash. */
async function versionRule(
  { store }: Pick<WorkParts, "store">,
  { createdAtMs, request, known }: RepriceRequest,
): Promise<(call: Call) => string | null> {
  const entries = await store.tariffs.activations();
  const timeline = createTimeline(
    entries.filter(({ tenant, sequence }) => sequence <= (known[tenant] ?? 0)),
  );
  const { tariffVersion, overrides = [], asOfMs } = request;
  const nowMs = asOfMs ?? createdAtMs;
  return (call) => {
    const own = overrides.find(
      ({ account, tenant = call.tenant }) => account === call.account && tenant === call.tenant,
    );
    return (
      own?.tariffVersion ??
      tariffVersion ??
      timeline.versionAt(call.tenant, call.callTime?.atMs ?? nowMs, nowMs)
    );
  };
}
