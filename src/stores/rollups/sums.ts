// Sums over pieces that are kept and, for all that these do not cover, over the CDRs; the same for both
// stores. Every CDR and every call is counted by one of them.
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { SummaryQuery, SummaryRow, TimeRange } from "../../queries/cdr-query.ts";
import { isPeriod, type Period } from "../../queries/group-keys.ts";
import { addSums, sumsOf } from "../../queries/sums.ts";
import { planOf, type RollupPlan, rollupAnswer } from "../../rollups/answer.ts";
import { decodeSums } from "../../rollups/codec.ts";
import type { Rollup } from "../../rollups/kinds.ts";
import {
  coverOf,
  isClean,
  type Level,
  type Piece,
  QUARTER_MS,
  type Quarter,
  stretchOf,
  wholeQuarters,
} from "../../rollups/pieces.ts";
import type { ReadOptions, RollupAnswer } from "../ports/cdrs.ts";
import { requireGroups } from "../summary-groups.ts";
import { compareSummaryRows } from "../summary-order.ts";
import { periodLabels } from "../zone-labels.ts";
import { editionOf } from "./edition.ts";

/** What a store has of a stretch of quarter hours, all as of one moment. */
export interface Look {
  /** In the order of time; `built` is 0 where the sums are of another edition. */
  quarters: Quarter[];
  /** Of one rollup and edition. */
  pieces: Piece[];
  /** Calls with attempts in several quarter hours, one of them in the stretch: in no sums. */
  crossing: string[];
}

export interface LookedFor {
  rollup: Rollup;
  edition: string;
  /** Quarter hours: [first, end). */
  first: number;
  end: number;
}

/** Parts of a sum that are read from the CDRs. */
export interface SumParts {
  ranges: readonly TimeRange[];
  /** Calls that are counted elsewhere. */
  exceptCalls: readonly string[];
}

export interface RollupSource {
  /** A CDR is written some time after its mark, not with it: any that is marked may be written to. */
  marksFirst: boolean;
  look(wanted: LookedFor): Promise<Look>;
  /** Null: they are not of this version any more. */
  bytes(rollup: Rollup, edition: string, piece: Piece): Promise<Uint8Array | null>;
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
  const { query, plan, options } = summing;
  const { rollup, named } = plan;
  const range = query.filter.callTime ?? {};
  const edition = query.attempts === undefined ? "" : editionOf(query.attempts);
  const wanted = { rollup, edition, ...aroundQuarters(range) };
  const look = await source.look(wanted);
  const without = await dirtyIn(source, look);
  // Where little is clean, its sums save less than it costs to find what they lack.
  if (without === null) return "cdrs";
  const labels = pieceLabels(query);
  const { crossing } = look;
  const cover = coverOf({
    ...{ range, quarters: look.quarters, pieces: look.pieces, without },
    isOne: (quarter, level) => labels(quarter, level) !== null,
  });
  if (cover.pieces.length === 0) return "cdrs";
  const answer = rollupAnswer(plan, query);
  const ranges = [...cover.rest];
  const used: Piece[] = [];
  for (const piece of cover.pieces) {
    if (isTurnOver()) await ownTurn();
    options.signal?.throwIfAborted();
    const bytes = await source.bytes(rollup, edition, piece);
    if (bytes === null) return "again";
    const sums = decodeSums(bytes);
    const isMixed = named.some((name) => sums.mixed.has(name));
    if (isMixed) ranges.push(stretchOf(piece.quarter, piece.level));
    else {
      answer.add(sums, labels(piece.quarter, piece.level) ?? []);
      used.push(piece);
    }
    requireGroups(answer.size);
  }
  const parts = { ranges, exceptCalls: crossing };
  const others = ranges.length === 0 ? [] : await source.sums(query, options, parts);
  if (crossing.length > 0) others.push(...(await source.calls(query, options, crossing)));
  const isOfPieces = ranges.length === 0 && crossing.length === 0;
  if (!isOfPieces && (await wasMoved(source, { look, wanted, used }))) return "again";
  const rows = joinedRows(query, [...answer.rows(), ...others]);
  return { rows, from: others.length === 0 ? "rollup" : "both" };
}

/**
 * Whether a CDR or a call may be in sums that were used and in what was read of the CDRs after them: a CDR
 * of the sums was given another time, or an attempt came to a call that the sums count.
 */
async function wasMoved(
  source: RollupSource,
  { look, wanted, used }: { look: Look; wanted: LookedFor; used: readonly Piece[] },
): Promise<boolean> {
  const before = new Map(look.quarters.map(({ quarter, marked }) => [quarter, marked]));
  const isUsed = (quarter: number): boolean =>
    used.some((piece) => piece.quarter <= quarter && quarter < piece.quarter + piece.level);
  const { quarters } = await source.look(wanted);
  const written = quarters.filter((state) => {
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
  { quarters, crossing }: Look,
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
  const quarters = new Map<string, string | null>();
  const ofQuarter = (period: Period, quarter: number): string | null => {
    const name = `${period} ${quarter}`;
    const known = quarters.get(name);
    if (known !== undefined) return known;
    const begin = labelOf(quarter * QUARTER_MS, period);
    const isOne = begin === labelOf((quarter + 1) * QUARTER_MS - 1, period);
    quarters.set(name, isOne ? begin : null);
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
  return [...byName.values()].sort(compareSummaryRows(query.groupBy));
}
