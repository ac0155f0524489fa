// Pieces of time that sums are kept of: quarter hours of UTC by their number since 1970, and whole
// hours and days of them.
import type { TimeRange } from "../queries/cdr-query.ts";

export const QUARTER_MS = 900_000;
/** Quarter hours of a piece of each level, the longest first. */
export const LEVELS = [96, 4, 1] as const;
export type Level = (typeof LEVELS)[number];

/** A quarter hour in which there is or was a record. */
export interface Quarter {
  /** Quarter hours since 1970. */
  quarter: number;
  /** Raised by every write of a record in it, never lowered. */
  marked: number;
  /** What `marked` was when its sums were made; 0: never. */
  built: number;
}

/** Sums of a level are those of `version`: of every quarter hour what `built` was, added up. */
export interface Piece {
  level: Level;
  quarter: number;
  version: number;
}

export function isClean({ marked, built }: Quarter): boolean {
  return marked === built;
}

export function quarterOf(atMs: number): number {
  return Math.floor(atMs / QUARTER_MS);
}

/** The first quarter hour of the day of one. */
export function dayOf(quarter: number): number {
  return quarter - (quarter % LEVELS[0]);
}

/** The whole quarter hours of a range: [first, end). Before 1970 none has sums. */
export function wholeQuarters({ fromMs = 0, toMs = Infinity }: TimeRange): {
  first: number;
  end: number;
} {
  return {
    first: Math.ceil(Math.max(fromMs, 0) / QUARTER_MS),
    end: toMs === Infinity ? Infinity : Math.floor(toMs / QUARTER_MS),
  };
}

/** Every time that there are sums of. */
export const ALL_TIMES = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER };

/** The quarter hours that a range touches: [first, end). */
export function touchedQuarters({ fromMs, toMs }: Required<TimeRange>): {
  first: number;
  end: number;
} {
  return { first: Math.max(quarterOf(fromMs), 0), end: quarterOf(toMs - 1) + 1 };
}

export interface Cover {
  /** Pieces whose sums are right as they are. */
  pieces: Piece[];
  /** What is to be read from the records, in the order of time, without a gap between two. */
  rest: TimeRange[];
}

export interface Covering {
  range: TimeRange;
  /** Of the range, in the order of time. A quarter hour that is not among them is empty. */
  quarters: readonly Quarter[];
  /** Quarter hours that are to be read from the records, whatever their state. */
  without: ReadonlySet<number>;
  /** False for a piece in which the key of a row changes. */
  isOne(quarter: number, level: Level): boolean;
}

/** The fewest pieces that cover the range, were there sums of each, and what of it no piece covers. */
export function coverOf({ range, quarters, without, isOne }: Covering): Cover {
  const { first, end } = wholeQuarters(range);
  const last = Math.min(end, Math.max(first, (quarters.at(-1)?.quarter ?? first - 1) + 1));
  const cover: Cover = { pieces: [], rest: [] };
  /** The first state that is not before the quarter hour that is looked at. */
  let index = 0;
  /** The piece, where it is whole and clean; an empty one has the version 0. */
  const pieceAt = (quarter: number, level: Level): Piece | null => {
    if (quarter % level !== 0 || quarter + level > end) return null;
    const version = versionOf({ quarters, without }, index, quarter + level);
    if (version === null || (version > 0 && !isOne(quarter, level))) return null;
    return { level, quarter, version };
  };
  addRest(cover, { ...range, toMs: Math.min(first * QUARTER_MS, range.toMs ?? Infinity) });
  for (let quarter = Math.max(first, quarters[0]?.quarter ?? first); quarter < last; ) {
    while ((quarters[index]?.quarter ?? Infinity) < quarter) index += 1;
    let found: Piece | null = null;
    for (const level of LEVELS) found ??= pieceAt(quarter, level);
    if (found === null) addRest(cover, stretchOf(quarter, 1));
    else if (found.version > 0) cover.pieces.push(found);
    quarter += found?.level ?? 1;
  }
  const behind = Math.max((end === Infinity ? last : end) * QUARTER_MS, range.fromMs ?? 0);
  if (first <= end) addRest(cover, { ...range, fromMs: behind });
  return cover;
}

type States = Pick<Covering, "quarters" | "without">;

/** Of the states from the index on that are before the end; null: one of them is not clean. */
function versionOf({ quarters, without }: States, index: number, end: number): number | null {
  let version = 0;
  for (let at = index; at < quarters.length; at += 1) {
    const state = quarters[at];
    if (state === undefined || state.quarter >= end) break;
    if (!isClean(state) || without.has(state.quarter)) return null;
    version += state.marked;
  }
  return version;
}

/** Clean pieces of the next shorter level that are as much as this one; empty ones are left out. */
export function shorterPieces({ level, quarter }: Piece, { quarters, without }: States): Piece[] {
  const shorter = LEVELS[LEVELS.indexOf(level) + 1];
  if (shorter === undefined) return [];
  const found: Piece[] = [];
  let index = firstFrom(quarters, quarter);
  for (let at = quarter; at < quarter + level; at += shorter) {
    while ((quarters[index]?.quarter ?? Infinity) < at) index += 1;
    const version = versionOf({ quarters, without }, index, at + shorter);
    if (version === null) throw new RangeError("a part of a clean piece is not clean");
    if (version > 0) found.push({ level: shorter, quarter: at, version });
  }
  return found;
}

/** The index of the first state that is not before the quarter hour. */
function firstFrom(quarters: readonly Quarter[], quarter: number): number {
  let [low, high] = [0, quarters.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((quarters[middle]?.quarter ?? Infinity) < quarter) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function stretchOf(quarter: number, level: number): { fromMs: number; toMs: number } {
  return { fromMs: quarter * QUARTER_MS, toMs: (quarter + level) * QUARTER_MS };
}

/** In the order of time, those that meet as one. */
export function joinedRanges(ranges: readonly TimeRange[]): TimeRange[] {
  const cover: Pick<Cover, "rest"> = { rest: [] };
  const begin = ({ fromMs = -Infinity }: TimeRange) => fromMs;
  for (const range of ranges.toSorted((left, right) => begin(left) - begin(right))) {
    addRest(cover, range);
  }
  return cover.rest;
}

/** Joined to the one before, where that ends there. */
function addRest({ rest }: Pick<Cover, "rest">, { fromMs, toMs }: TimeRange): void {
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) return;
  const before = rest.at(-1);
  const isNext = before !== undefined && before.toMs === fromMs;
  const begin = isNext ? rest.pop()?.fromMs : fromMs;
  rest.push({ ...(begin !== undefined && { fromMs: begin }), ...(toMs !== undefined && { toMs }) });
}
