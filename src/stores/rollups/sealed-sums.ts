// Sums over CDRs that were erased, added to those over the CDRs that are there; the same for both stores.
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { SummaryQuery, SummaryRow, TimeRange } from "../../queries/cdr-query.ts";
import { rollupAnswer } from "../../rollups/answer.ts";
import { decodeSums } from "../../rollups/codec.ts";
import { ROLLUPS } from "../../rollups/kinds.ts";
import { quarterOf, stretchOf, wholeQuarters } from "../../rollups/pieces.ts";
import { lackedBy, planOf, type RollupPlan } from "../../rollups/plan.ts";
import type { ErasureStore, ReadOptions, RollupAnswer, Seal } from "../ports/cdrs.ts";
import { requireGroups } from "../summary-groups.ts";
import { SEAL_SHAPE } from "./seals.ts";
import { joinedRows, pieceLabels } from "./sums.ts";

export interface SealSource {
  seals: ErasureStore["seals"];
  bytes: ErasureStore["sealedBytes"];
  live(): Promise<RollupAnswer>;
}

/** Read at once. */
const PAGE = 1000;
/** Times that it is begun anew, because CDRs were erased while it was read. */
const TRIES = 5;

/** @throws `not-supported` where the kept sums cannot tell it, `too-busy` while they are made */
export async function sealedSums(
  source: SealSource,
  query: SummaryQuery,
  options: ReadOptions = {},
): Promise<RollupAnswer> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const before = await sealsOf(source, query);
    const sealed = before === "moving" ? before : await sumSeals(source, before, query, options);
    if (sealed === "moving") continue;
    const live = await source.live();
    const after = await sealsOf(source, query);
    if (after === "moving" || stampOf(before) !== stampOf(after)) continue;
    if (sealed.length === 0) return live;
    const from = live.rows.length === 0 || live.from === "rollup" ? "rollup" : "both";
    return { rows: joinedRows(query, [...sealed, ...live.rows]), from };
  }
  throw engineError("too-busy", "CDRs of these times are being erased now.", {
    path: "filter.callTime",
    hint: "Ask again in a moment.",
  });
}

function stampOf(seals: readonly Seal[] | "moving"): string {
  if (seals === "moving") return seals;
  return seals.map(({ quarter, shape, hash }) => `${quarter}/${shape}/${hash}`).join(" ");
}

/** Of the quarter hours that the range touches, of the tenants that the filter may select. */
async function sealsOf(source: SealSource, query: SummaryQuery): Promise<Seal[] | "moving"> {
  const { tenants, owners, callTime = {} } = query.filter;
  const wanted = tenants ?? owners?.map(({ tenant }) => tenant);
  const found: Seal[] = [];
  let { first, end } = touched(callTime);
  for (;;) {
    const { seals, isMoving } = await source.seals({ first, end, limit: PAGE });
    if (isMoving) return "moving";
    for (const seal of seals) {
      if (wanted === undefined || seal.tenants.some((one) => wanted.includes(one))) {
        found.push(seal);
      }
    }
    const last = seals.at(-1);
    if (seals.length < PAGE || last === undefined) return found;
    // Seals of other builds may share its quarter hour: that one is read again.
    const known = last.quarter;
    while (found.at(-1)?.quarter === known) found.pop();
    first = known === first ? known + 1 : known;
    end = Math.max(first, end);
  }
}

function touched({ fromMs = 0, toMs = Infinity }: TimeRange): { first: number; end: number } {
  const first = quarterOf(Math.max(fromMs, 0));
  return { first, end: toMs === Infinity ? Infinity : quarterOf(toMs - 1) + 1 };
}

async function sumSeals(
  source: SealSource,
  seals: readonly Seal[],
  query: SummaryQuery,
  { signal }: ReadOptions,
): Promise<SummaryRow[] | "moving"> {
  if (seals.length === 0) return [];
  const plan = planOf(query);
  if (plan === null) throw refused(seals, `what is kept of them does not tell ${listed(query)}`);
  const labels = pieceLabels(query);
  const answer = rollupAnswer(plan, query);
  const index = ROLLUPS.indexOf(plan.rollup);
  for (const seal of seals) {
    if (isTurnOver()) await ownTurn();
    signal?.throwIfAborted();
    requireTold(seal, query);
    const bytes = (await source.bytes(seal))?.[index];
    if (bytes === undefined) return "moving";
    const sums = decodeSums(bytes);
    requireAlike(seal, plan, sums.mixed);
    const own = labels(seal.quarter, 1);
    if (own === null) throw refused([seal], "a group of time begins within a quarter hour of them");
    answer.add(sums, own);
    requireGroups(answer.size);
  }
  return answer.rows();
}

/** A quarter hour is whole in the range, with the calls that have attempts in others. */
function requireTold(seal: Seal, { filter: { callTime = {} } }: SummaryQuery): void {
  if (seal.shape !== SEAL_SHAPE) {
    throw refused([seal], "their sums are those of another build, which this one cannot read");
  }
  const { first, end } = wholeQuarters(callTime);
  if (seal.quarter < first || seal.quarter >= end) {
    throw refused([seal], "`filter.callTime` begins or ends within a quarter hour of them");
  }
  if (seal.since < first || seal.until >= end) {
    throw refused([seal], "`filter.callTime` begins or ends within a call of them");
  }
}

/** Attempts of one call that the filter tells apart: which of them is the first is not kept. */
function requireAlike(seal: Seal, { named }: RollupPlan, mixed: ReadonlySet<string>): void {
  const told = named.filter((name) => mixed.has(name));
  if (told.length === 0) return;
  throw refused([seal], `attempts of one call differ in ${told.join(", ")}, by which it filters`);
}

function listed(query: SummaryQuery): string {
  const lacked = lackedBy(query);
  return lacked.length === 1 ? String(lacked[0]) : `all of ${lacked.join(", ")} together`;
}

/** Named: what it is, and of which times. */
function refused(seals: readonly Seal[], why: string): Error {
  const from = new Date(stretchOf(seals[0]?.quarter ?? 0, 1).fromMs).toISOString();
  const to = new Date(stretchOf(seals.at(-1)?.quarter ?? 0, 1).toMs).toISOString();
  return engineError("not-supported", `CDRs from ${from} to ${to} were erased, and ${why}.`, {
    path: "filter",
    hint: "Ask for other times in `filter.callTime`, or for less: docs/retention.md says what is kept.",
    data: { from, to },
  });
}
