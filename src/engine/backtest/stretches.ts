// What a back-test does to a stretch of calls, in whichever thread: each is priced by the tariff that is
// tried, and by what it is held against.
import { toCall } from "../../cdr/call.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { Priced, Rating } from "../../cdr/rating.ts";
import { zoneOffsets } from "../../rating/snapshot/zone-offsets.ts";
import { type RateBatchParts, rateCalls, toRating } from "../pricing/rate-batch.ts";
import { changeOf } from "../rerate/rating-change.ts";
import { dayOfCall, handledNow, inSlices, pricedPart, repriced } from "../rerate/repricing.ts";
import { pagesOf } from "../stretches/cut.ts";
import type { Work } from "../stretches/work.ts";
import { proposedSnapshot, type TriedBody, withSnapshot } from "./candidate.ts";
import type { ComparedCall, ComparedPart } from "./compared.ts";
import type { BacktestBody } from "./job.ts";
import { movedCall } from "./moved.ts";

type AskedBody = TriedBody &
  Pick<BacktestBody, "as" | "filter" | "sources" | "live" | "weeks" | "timeZone">;

export interface ComparedPage {
  cdrs: number;
  /** Goes on after the page. */
  cursor: string;
  calls: ComparedCall[];
}

/** @throws `not-found` for a version that is gone */
export const comparedStretches: Work<{ id: string; body: AskedBody }, ComparedPage> = async (
  parts,
  { id, body },
) => {
  const snapshot = await proposedSnapshot(parts, { id, body });
  const pricing = { ...parts, snapshots: withSnapshot(parts.snapshots, snapshot) };
  const compare = body.as === "dated" ? datedCalls(pricing, body) : shiftedCalls(pricing, body);
  return async function* (stretch) {
    for await (const { cdrs, cursor } of pagesOf(parts.store, body.filter, stretch)) {
      yield { cdrs: cdrs.length, cursor, calls: await inSlices(cdrs, compare) };
    }
  };
};

type Compare = (cdrs: StoredCdr[]) => Promise<ComparedCall[]>;

/** As a rerate by that version would find it: what it leaves stays as it is stored. */
function datedCalls(parts: RateBatchParts, { proposed, sources }: AskedBody): Compare {
  const versionOf = () => proposed.version;
  return async (cdrs) => {
    const rule = { versionOf, sources, basis: false, figures: new Map() };
    const all = await repriced(parts, cdrs, rule);
    return all.map(({ cdr, cause, again }) => ({
      ...factsOf(cdr),
      cause,
      old: partOf(cdr.rating),
      new: partOf(cause === null ? cdr.rating : again.priced),
    }));
  };
}

/** Each moved call by the live version and by the proposed one, as it would be priced then. */
function shiftedCalls(parts: RateBatchParts, body: AskedBody): Compare {
  const { live, proposed, sources, weeks, timeZone } = body;
  const zone = timeZone === null ? null : zoneOffsets(timeZone);
  return async (stored) => {
    const cdrs = handledNow(stored, sources).map(({ cdr }) => cdr);
    const calls = cdrs.map((cdr) => movedCall(toCall(cdr), weeks, zone));
    const by = (versionOf: (tenant: string) => string | null) =>
      rateCalls(
        parts,
        calls.map((call) => ({ ...call })),
        { versionOf: ({ tenant }) => versionOf(tenant), basis: false },
      );
    const before = await by((tenant) => live[tenant] ?? null);
    const after = await by(() => proposed.version);
    return cdrs.map((cdr, index) => {
      const [was, is, call] = [before[index], after[index], calls[index]];
      if (was === undefined || is === undefined || call === undefined) {
        throw new Error("rateCalls answers one result for each call");
      }
      const moved = call.callTime?.atMs ?? null;
      return {
        ...factsOf(cdr),
        ...(moved === null ? {} : { atMs: moved, day: utcDay(moved) }),
        cause: changeOf(toRating(was, { revision: 0, ratedAtMs: 0 }), is),
        old: partOf(was.priced),
        new: partOf(is.priced),
      };
    });
  };
}

function factsOf(cdr: StoredCdr) {
  const { id, tenant, primary } = cdr;
  return {
    tenant,
    id,
    account: primary.account,
    atMs: toCall(cdr).callTime?.atMs ?? null,
    day: dayOfCall(cdr),
    isAnswered: primary.usage > 0,
  };
}

function utcDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

function partOf(priced: Priced | Rating): ComparedPart {
  const { cheapest } = priced;
  return { ...pricedPart(priced), ...(cheapest === undefined ? {} : { cheapest }) };
}
