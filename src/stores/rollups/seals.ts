// What is kept of erased CDRs: the sums of a quarter hour as bytes, with their number and a hash; the same
// for both stores.
import { createHash } from "node:crypto";
import type { AttemptTerms } from "../../queries/attempts.ts";
import type { SummaryQuery, SummaryRow } from "../../queries/cdr-query.ts";
import { rollupAnswer } from "../../rollups/answer.ts";
import { decodeSums, encodeSums } from "../../rollups/codec.ts";
import { COUNTED_AS, ROLLUPS } from "../../rollups/kinds.ts";
import { mergeSums } from "../../rollups/merge.ts";
import { planOf } from "../../rollups/plan.ts";
import { sealHash } from "../../rollups/seal-hash.ts";
import { type PlacedRecord, type QuarterSeal, sealRecords } from "../../rollups/sealing.ts";
import { COUNTS, MONEY } from "../../rollups/table.ts";
import type { Hold, Seal } from "../ports/cdrs.ts";
import { compareSummaryRows } from "../summary-order.ts";

/**
 * What the kept sums are of. They outlive their CDRs: a build with another shape has to go on reading
 * those of this one.
 */
export const SEAL_SHAPE = createHash("sha256")
  .update(JSON.stringify([COUNTED_AS, ROLLUPS, COUNTS, MONEY]))
  .digest("hex")
  .slice(0, 16);

export interface StoredSeal extends Seal {
  bytes: Uint8Array[];
}

function toSeal({ sums, ...seal }: QuarterSeal): StoredSeal {
  const bytes = sums.map(encodeSums);
  const { cdrs } = seal;
  return { ...seal, shape: SEAL_SHAPE, bytes, hash: sealHash(cdrs, bytes) };
}

/** With those that were sealed in the quarter hour before. */
function together(before: StoredSeal, added: StoredSeal): StoredSeal {
  const bytes = ROLLUPS.map((rollup, index) => {
    const merge = mergeSums(rollup);
    for (const { bytes: some } of [before, added]) {
      merge.add(decodeSums(some[index] ?? new Uint8Array()));
    }
    return encodeSums(merge.end());
  });
  const cdrs = before.cdrs + added.cdrs;
  return {
    ...added,
    cdrs,
    tenants: [...new Set([...before.tenants, ...added.tenants])].sort(),
    since: Math.min(before.since, added.since),
    until: Math.max(before.until, added.until),
    bytes,
    hash: sealHash(cdrs, bytes),
  };
}

export interface SealsToKeep {
  /** Of each quarter hour all that is sealed in it then. */
  seals: StoredSeal[];
  /** Of the records alone, by tenant and outcome. */
  sums: SummaryRow[];
}

/** `before`: what is sealed already, in the shape of this build. */
export function sealsOf(
  records: readonly PlacedRecord[],
  terms: AttemptTerms,
  before: (quarter: number) => StoredSeal | null,
): SealsToKeep {
  const made = sealRecords(records, terms);
  const seals = made.map((seal) => {
    const known = before(seal.quarter);
    const added = toSeal(seal);
    return known === null ? added : together(known, added);
  });
  return { seals, sums: sumsOfSeals(made, terms) };
}

function sumsOfSeals(seals: readonly QuarterSeal[], attempts: AttemptTerms): SummaryRow[] {
  const query: SummaryQuery = {
    filter: { outcomes: ["rated", "partial", "unrated", "voided"] },
    groupBy: ["tenant", "outcome"],
    ...{ timeZone: "UTC", time: "answer", attempts },
  };
  const plan = planOf(query);
  if (plan === null) throw new Error("no rollup has tenants and outcomes");
  const answer = rollupAnswer(plan, query);
  const index = ROLLUPS.indexOf(plan.rollup);
  for (const { sums } of seals) {
    const own = sums[index];
    if (own !== undefined) answer.add(own, []);
  }
  return answer.rows().sort(compareSummaryRows(query.groupBy));
}

/** A CDR as erasing looks at it. */
export interface ErasedCandidate {
  tenant: string;
  source: string;
  callId: string | null;
  callMs: number;
  receivedMs: number;
}

/** Calls as one: every attempt of a call goes, or none. */
function groupName({ tenant, source, callId }: ErasedCandidate): string | null {
  return callId === null || callId === "" ? null : JSON.stringify([tenant, source, callId]);
}

export interface Bounds {
  tenants?: readonly string[];
  beforeMs: number;
  receivedBeforeMs: number;
  holds: readonly Hold[];
}

function mayGo(
  { tenant, callMs, receivedMs }: ErasedCandidate,
  { tenants, beforeMs, receivedBeforeMs, holds }: Bounds,
): boolean {
  if (callMs < 0 || callMs >= beforeMs || receivedMs >= receivedBeforeMs) return false;
  if (tenants?.includes(tenant) === false) return false;
  return !holds.some(
    (hold) =>
      hold.tenants?.includes(tenant) !== false &&
      callMs >= hold.callTime.fromMs &&
      callMs < hold.callTime.toMs,
  );
}

/** Those of a page that may go, with the other attempts of their calls; and how many of it stay. */
export function chosen<Candidate extends ErasedCandidate>(
  page: readonly Candidate[],
  siblings: readonly Candidate[],
  { bounds, keyOf }: { bounds: Bounds; keyOf(candidate: Candidate): string },
): { going: Candidate[]; left: number } {
  const held = new Set<string>();
  for (const one of [...page, ...siblings]) {
    const name = groupName(one);
    if (name !== null && !mayGo(one, bounds)) held.add(name);
  }
  const isGoing = (one: Candidate): boolean => {
    const name = groupName(one);
    return name === null ? mayGo(one, bounds) : !held.has(name);
  };
  const groups = new Set(page.map(groupName));
  const going = new Map<string, Candidate>();
  for (const one of page) if (isGoing(one)) going.set(keyOf(one), one);
  const left = page.length - going.size;
  for (const one of siblings) {
    const name = groupName(one);
    if (name !== null && groups.has(name) && isGoing(one)) going.set(keyOf(one), one);
  }
  return { going: [...going.values()], left };
}
