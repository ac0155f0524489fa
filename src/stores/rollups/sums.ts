// Sums over pieces that are kept and, for all that these do not cover, over the CDRs; the same for both
// stores. Every CDR and every call is counted by one of them.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { SummaryQuery, SummaryRow, TimeRange } from "../../queries/cdr-query.ts";
import { isPeriod, type Period } from "../../queries/group-keys.ts";
import { addSums, sumsOf } from "../../queries/sums.ts";
import { type RollupAnswer as Rows, rollupAnswer } from "../../rollups/answer.ts";
import {
  type Cover,
  coverOf,
  isClean,
  joinedRanges,
  type Level,
  type Piece,
  QUARTER_MS,
  type Quarter,
  shorterPieces,
  stretchOf,
  wholeQuarters,
} from "../../rollups/pieces.ts";
import { planOf, type RollupPlan } from "../../rollups/plan.ts";
import { shelfOf, takeSums } from "../../rollups/shelves.ts";
import type { ReadOptions, RollupAnswer } from "../ports/cdrs.ts";
import { requireGroups } from "../summary-groups.ts";
import { compareSummaryRows } from "../summary-order.ts";
import { periodLabels } from "../zone-labels.ts";
import { editionOf } from "./edition.ts";
import { type Looked, type LookedFor, type LookSource, lookAll } from "./look.ts";

/** Parts of a sum that are read from the CDRs. */
export interface SumParts {
  ranges: readonly TimeRange[];
  /** Calls that are counted elsewhere. */
  exceptCalls: readonly string[];
}

export interface RollupSource extends LookSource {
  /** A CDR is written some time after its mark, not with it: any that is marked may be written to. */
  marksFirst: boolean;
  /** Of each piece; null: they are not of this version any more, or were never made. */
  bytes(
    of: { shelf: string; edition: string },
    pieces: readonly Piece[],
  ): Promise<(Uint8Array | null)[]>;
  /** Other quarter hours with attempts of the calls of one, but for those calls that are named. */
  siblings(quarter: number, exceptCalls: readonly string[]): Promise<number[]>;
  /** Sums over CDRs: all that the filter selects, or those in parts of it. */
  sums(query: SummaryQuery, options: ReadOptions, parts?: SumParts): Promise<SummaryRow[]>;
  /** Rows in which these calls alone are counted, whole as the filter selects their attempts. */
  calls(query: SummaryQuery, options: ReadOptions, callIds: string[]): Promise<SummaryRow[]>;
}

/** Times that it is begun anew, because something was written or made that does not fit what was read. */
const ATTEMPTS = 5;

export async function rollupSums(
  source: RollupSource,
  query: SummaryQuery,
  options: ReadOptions = {},
): Promise<RollupAnswer> {
  // Says that there is no such zone, whatever there is to sum.
  periodLabels(query.timeZone);
  const plan = planOf(query);
  for (let attempt = 0; plan !== null && attempt < ATTEMPTS; attempt += 1) {
    const found = await sumOnce(source, { query, plan, options });
    if (found === "cdrs") break;
    if (found !== "again") return found;
  }
  return { rows: await source.sums(query, options), from: "cdrs" };
}

interface Summing {
  query: SummaryQuery;
  plan: RollupPlan;
  options: ReadOptions;
}

async function sumOnce(
  source: RollupSource,
  summing: Summing,
): Promise<RollupAnswer | "again" | "cdrs"> {
  const { query, options } = summing;
  const range = query.filter.callTime ?? {};
  const edition = query.attempts === undefined ? "" : editionOf(query.attempts);
  const wanted = { edition, ...aroundQuarters(range) };
  const look = await lookAll(source, wanted, options.signal);
  // Where little is clean, its sums save less than it costs to find what they lack.
  const without = look && (await dirtyIn(source, look));
  if (look === null || without === null) return "cdrs";
  const { quarters, crossing } = look;
  const labels = pieceLabels(query);
  const isOne = (quarter: number, level: Level) => labels(quarter, level) !== null;
  const cover = coverOf({ range, quarters, without, isOne });
  if (cover.pieces.length === 0) return "cdrs";
  const kept = await keptSums(source, summing, { cover, labels, edition, quarters, without });
  if (kept === "again") return "again";
  const { answer, ranges, used } = kept;
  const parts = { ranges, exceptCalls: crossing };
  const others = ranges.length === 0 ? [] : await source.sums(query, options, parts);
  if (crossing.length > 0) others.push(...(await source.calls(query, options, crossing)));
  const isOfPieces = ranges.length === 0 && crossing.length === 0 && look.isOfOneMoment;
  if (!isOfPieces && (await wasMoved(source, { look, wanted, used }))) return "again";
  const own = answer.rows();
  const rows = others.length === 0 ? inOrder(query, own) : joinedRows(query, [...own, ...others]);
  return { rows, from: others.length === 0 ? "rollup" : "both" };
}

interface Kept {
  answer: Rows;
  /** What is to be read from the CDRs. */
  ranges: TimeRange[];
  used: Piece[];
}

interface Keeping {
  cover: Cover;
  labels: ReturnType<typeof pieceLabels>;
  edition: string;
  quarters: readonly Quarter[];
  without: ReadonlySet<number>;
}

/** Pieces of which sums are read at once. */
const MOST_PIECES = 16;

/** Adds up pieces; of those that there are no sums of, or that do not tell what is asked, the shorter ones. */
async function keptSums(
  source: RollupSource,
  { query, plan, options }: Summing,
  { cover, labels, edition, ...states }: Keeping,
): Promise<Kept | "again"> {
  const place = shelfOf(plan.rollup);
  const of = { shelf: place.shelf.name, edition };
  const kept: Kept = { answer: rollupAnswer(plan, query), ranges: [...cover.rest], used: [] };
  /** Whether the sums of a piece tell what is asked, and are added. */
  const isAdded = (piece: Piece, bytes: Uint8Array | null): boolean => {
    const sums = bytes && takeSums(bytes, place);
    if (sums === null || plan.named.some((name) => sums.mixed.has(name))) return false;
    kept.answer.add(sums, labels(piece.quarter, piece.level) ?? []);
    kept.used.push(piece);
    requireGroups(kept.answer.size);
    return true;
  };
  for (let pieces = cover.pieces; pieces.length > 0; ) {
    const some = pieces.slice(0, MOST_PIECES);
    const found = await source.bytes(of, some);
    const shorter: Piece[] = [];
    for (const [index, piece] of some.entries()) {
      if (isTurnOver()) await ownTurn();
      options.signal?.throwIfAborted();
      const bytes = found[index] ?? null;
      if (isAdded(piece, bytes)) continue;
      if (piece.level > 1) shorter.push(...shorterPieces(piece, states));
      else if (bytes === null) return "again";
      else kept.ranges.push(stretchOf(piece.quarter, 1));
    }
    pieces = [...shorter, ...pieces.slice(MOST_PIECES)];
  }
  return { ...kept, ranges: joinedRanges(kept.ranges) };
}

/**
 * Whether a CDR or a call may be in sums that were used and in what was read of the CDRs after them: a CDR
 * of the sums was given another time, or an attempt came to a call that the sums count.
 */
async function wasMoved(
  source: RollupSource,
  { look, wanted, used }: { look: Looked; wanted: LookedFor; used: readonly Piece[] },
): Promise<boolean> {
  const before = new Map(look.quarters.map(({ quarter, marked }) => [quarter, marked]));
  const isUsed = (quarter: number): boolean =>
    used.some((piece) => piece.quarter <= quarter && quarter < piece.quarter + piece.level);
  const now = await lookAll(source, wanted);
  if (now === null) return true;
  const written = now.quarters.filter((state) => {
    if (before.get(state.quarter) !== state.marked) return true;
    return source.marksFirst && !isClean(state);
  });
  if (written.some(({ quarter }) => isUsed(quarter))) return true;
  for (const { quarter } of written) {
    const siblings = await source.siblings(quarter, look.crossing);
    if (siblings.some(isUsed)) return true;
  }
  return false;
}

/** Those that the range only cuts too: their calls may be those of others. */
function aroundQuarters(range: TimeRange): { first: number; end: number } {
  const { first, end } = wholeQuarters(range);
  return { first: Math.max(first - 1, 0), end: end === Infinity ? end : end + 1 };
}

/**
 * What is not clean, and what has attempts of the same calls: no sums may count those, as they do not
 * know of each other. Null: more than half is not clean.
 */
async function dirtyIn(
  source: RollupSource,
  { quarters, crossing }: Looked,
): Promise<ReadonlySet<number> | null> {
  const dirty = quarters.filter((state) => !isClean(state));
  if (2 * dirty.length > quarters.length) return null;
  const without = new Set(dirty.map(({ quarter }) => quarter));
  for (const { quarter } of dirty) {
    for (const sibling of await source.siblings(quarter, crossing)) without.add(sibling);
  }
  return without;
}

/** Of each period of the query the label of a whole piece; null: it has several. */
export function pieceLabels(
  query: SummaryQuery,
): (quarter: number, level: Level) => string[] | null {
  const periods = query.groupBy.filter(isPeriod);
  const labelOf = periodLabels(query.timeZone);
  const quarters = new Map<Period, Map<number, string | null>>();
  const ofQuarter = (period: Period, quarter: number): string | null => {
    const labelled = quarters.get(period) ?? new Map<number, string | null>();
    quarters.set(period, labelled);
    const known = labelled.get(quarter);
    if (known !== undefined) return known;
    const begin = labelOf(quarter * QUARTER_MS, period);
    const isOne = begin === labelOf((quarter + 1) * QUARTER_MS - 1, period);
    labelled.set(quarter, isOne ? begin : null);
    return isOne ? begin : null;
  };
  const ofPiece = (period: Period, quarter: number, level: Level): string | null => {
    const last = quarter + level - 1;
    const label = ofQuarter(period, quarter);
    if (label === null || label !== ofQuarter(period, last)) return null;
    for (let at = quarter + 1; at < last; at += 1) {
      if (ofQuarter(period, at) !== label) return null;
    }
    return label;
  };
  return (quarter, level) => {
    const labels = periods.map((period) => ofPiece(period, quarter, level));
    const known = labels.filter((label) => label !== null);
    return known.length === labels.length ? known : null;
  };
}

/** Rows of equal keys and currencies become one. */
export function joinedRows(query: SummaryQuery, rows: readonly SummaryRow[]): SummaryRow[] {
  const byName = new Map<string, SummaryRow & ReturnType<typeof sumsOf>>();
  for (const row of rows) {
    const keys = query.groupBy.map((key) => row.keys[key] ?? null);
    const name = JSON.stringify([keys, row.currency, row.buyCurrency]);
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { keys: row.keys, ...sumsOf(row) });
    else addSums(known, sumsOf(row));
  }
  requireGroups(byName.size);
  return inOrder(query, [...byName.values()]);
}

function inOrder({ groupBy }: SummaryQuery, rows: SummaryRow[]): SummaryRow[] {
  return rows.sort(compareSummaryRows(groupBy));
}
