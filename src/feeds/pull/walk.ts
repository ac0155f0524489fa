// Reads the rows of a growing table in their order, each once, none skipped: also rows that come late,
// below what was read, and those of a table that was emptied and begun anew.
import type { Order, PulledRow } from "./order.ts";
import { BEGINNING, type Position } from "./position.ts";
import { createWindow, type Window } from "./window.ts";

/** The table, as a walk asks it. */
export interface Pulled<Row extends PulledRow> {
  order: Order;
  /** In their order: behind the place where places are unique, else from it on; null: from the first. */
  rows(from: string | null, limit: number): Promise<Row[]>;
  /** Rows at these places, where a table may be begun anew. */
  at?(keys: readonly string[]): Promise<Row[]>;
  /** How many rows are before a place, where places are times. */
  before?(key: string): Promise<number>;
}

export interface WalkParts<Row extends PulledRow> {
  pulled: Pulled<Row>;
  clock(): number;
  batchRows: number;
  overlapMs: number;
  overlapRows: number;
  /** How long a row may stay unfinished. */
  unfinishedMs: number;
  /** Whether nothing more will be written into the row. */
  isWhole(row: Row): boolean;
  /** Resolves when all of them are durable. */
  take(rows: readonly Row[]): Promise<void>;
  keep(position: Position): Promise<void>;
  /** Something that whoever looks after the feed should know. */
  note(what: string): void;
}

export interface Walk {
  /** Reads the next rows; false: there are no more for now. What it throws changes nothing. */
  step(): Promise<boolean>;
  /** Whether it has been at the end since it began. */
  isAtEnd(): boolean;
}

/** Looks for late rows cost no more than this many rows a second. */
const LOOKED_AT_A_SECOND = 500;
/** Rows of one place that are asked for at once. */
const MOST_AT_ONE_PLACE = 65_536;
const MOST_CHECKS = 8;
/** How far a time may be ahead and still count as read up to. */
const AHEAD_MS = 600_000;
/** How often the rows before the window are counted. */
const COUNT_MS = 600_000;

interface Pass {
  at: string | null;
  /** It looks for late rows too. */
  isLook: boolean;
  /** What counts when it is at its end; null: nothing was counted. */
  counted: Position["counted"];
  /** Places of rows that were met and are not whole. */
  held: Set<string>;
}

interface State<Row extends PulledRow> {
  parts: WalkParts<Row>;
  kept: Position;
  window: Window;
  /** Places of rows that are not whole yet, and since when. */
  held: Map<string, number>;
  /** The pass under way; undefined: none is. */
  pass: Pass | undefined;
  limit: number;
  lookedMs: number;
  countedMs: number;
  isAtEnd: boolean;
}

export function createWalk<Row extends PulledRow>(parts: WalkParts<Row>, position: Position): Walk {
  const { clock, overlapMs, overlapRows } = parts;
  const { order } = parts.pulled;
  const state: State<Row> = {
    parts,
    kept: position,
    window: createWindow({ order, clock, overlapMs, overlapRows, from: position.from }),
    held: new Map(),
    pass: undefined,
    limit: parts.batchRows,
    lookedMs: Number.NEGATIVE_INFINITY,
    countedMs: Number.NEGATIVE_INFINITY,
    isAtEnd: false,
  };
  return { step: () => step(state), isAtEnd: () => state.isAtEnd };
}

async function step<Row extends PulledRow>(state: State<Row>): Promise<boolean> {
  const { parts } = state;
  state.pass ??= await beginPass(state);
  const { pass } = state;
  const rows = await parts.pulled.rows(pass.at, state.limit);
  const isLast = rows.length < state.limit;
  const last = rows.at(-1)?.key;
  const fresh = rows.filter((row) => !state.window.isKnown(row));
  const whole = fresh.filter((row) => isDone(state, row));
  if (whole.length > 0) await parts.take(whole);
  if (last !== undefined) await moveTo(state, { last, whole });
  widen(state, { isStuck: !isLast && last === pass.at });
  if (last !== undefined) pass.at = last;
  if (!isLast) return true;
  await endPass(state);
  return false;
}

/** From where new rows are, or, when that is due, from where late ones may be. */
async function beginPass<Row extends PulledRow>(state: State<Row>): Promise<Pass> {
  const { parts, kept, window } = state;
  const sinceMs = parts.clock() - state.lookedMs;
  const isLook = sinceMs < 0 || sinceMs * LOOKED_AT_A_SECOND >= window.size() * 1000;
  if (!isLook) return { at: kept.key, isLook, counted: null, held: new Set() };
  if (await isBegunAnew(parts.pulled, kept)) {
    parts.note("The table was emptied and begun anew: it is read from its first row.");
    window.clear();
    state.kept = BEGINNING;
    return { at: null, isLook, counted: null, held: new Set() };
  }
  const { isLate, counted } = await countLate(state);
  return { at: isLate ? null : lookFrom(state), isLook, counted, held: new Set() };
}

/** Where places are times it moves only when the rows before it are counted. */
function lookFrom<Row extends PulledRow>(state: State<Row>): string | null {
  const { parts, kept } = state;
  const isCounted = parts.pulled.order.timeOf !== undefined && kept.counted !== null;
  return isCounted ? kept.from : latestFrom(state);
}

/** The latest place that no row which may still come is before. */
function latestFrom<Row extends PulledRow>({ window, held, parts }: State<Row>): string | null {
  const { order } = parts.pulled;
  let from = window.from();
  for (const key of held.keys()) {
    const before = order.before?.(key) ?? key;
    if (from !== null && order.compare(before, from) < 0) from = before;
  }
  return from;
}

/** None of the rows that were read last is there as it was. */
async function isBegunAnew<Row extends PulledRow>(
  { at }: Pulled<Row>,
  { checks }: Position,
): Promise<boolean> {
  if (at === undefined || checks.length === 0) return false;
  const there = new Map((await at(checks.map(([key]) => key))).map(({ key, hash }) => [key, hash]));
  return checks.every(([key, hash]) => there.get(key) !== hash);
}

/**
 * Rows below the window come where a clock went back. They are counted before the pass reads, and the
 * pass reads from the place before which they were counted last: whatever comes at any moment is read,
 * or makes a count differ.
 */
async function countLate<Row extends PulledRow>(
  state: State<Row>,
): Promise<{ isLate: boolean; counted: Position["counted"] }> {
  const { parts, kept } = state;
  const { before } = parts.pulled;
  const to = latestFrom(state);
  const isFirst = kept.counted === null && state.isAtEnd;
  const isDue = isFirst || Math.abs(parts.clock() - state.countedMs) >= COUNT_MS;
  if (before === undefined || to === null || !isDue) return { isLate: false, counted: null };
  state.countedMs = parts.clock();
  const more = kept.counted === null ? 0 : (await before(kept.counted.before)) - kept.counted.rows;
  const counted = { before: to, rows: await before(to) };
  if (more <= 0) return { isLate: false, counted };
  parts.note(
    `${more} rows came with times that were read before: the table is read again from its first row.`,
  );
  return { isLate: true, counted };
}

/** Whether it is to be handed over; what is not whole is looked at again. */
function isDone<Row extends PulledRow>({ parts, held, pass }: State<Row>, row: Row): boolean {
  const { key } = row;
  const nowMs = parts.clock();
  const sinceMs = held.get(key) ?? nowMs;
  if (parts.isWhole(row) || nowMs - sinceMs >= parts.unfinishedMs) {
    held.delete(key);
    return true;
  }
  held.set(key, sinceMs);
  pass?.held.add(key);
  return false;
}

async function moveTo<Row extends PulledRow>(
  state: State<Row>,
  { last, whole }: { last: string; whole: readonly Row[] },
): Promise<void> {
  const { parts, kept, window } = state;
  const { order } = parts.pulled;
  window.read(whole);
  const reached = isAhead(state, last) ? highestBehind(state, whole) : last;
  const isFurther = reached !== null && (kept.key === null || order.compare(reached, kept.key) > 0);
  if (isFurther) window.reached(reached);
  if (!isFurther && whole.length === 0) return;
  const key = isFurther ? reached : kept.key;
  const next = { ...kept, key, from: lookFrom(state), checks: checksAfter(state, whole) };
  await parts.keep(next);
  state.kept = next;
  if (window.size() > 2 * parts.overlapRows) window.leave(next.from);
}

/** The last row of each of the latest reads. */
function checksAfter<Row extends PulledRow>(
  { parts, kept }: State<Row>,
  whole: readonly Row[],
): Position["checks"] {
  const last = whole.at(-1);
  if (last === undefined || parts.pulled.at === undefined) return kept.checks;
  return [...kept.checks, [last.key, last.hash] as [string, string]].slice(-MOST_CHECKS);
}

/** A clock that is ahead: what it wrote is read, but the place stays where rows of now will come. */
function isAhead<Row extends PulledRow>({ parts }: State<Row>, key: string): boolean {
  const instantMs = parts.pulled.order.instantOf?.(key) ?? null;
  return instantMs !== null && instantMs > parts.clock() + AHEAD_MS;
}

function highestBehind<Row extends PulledRow>(
  state: State<Row>,
  rows: readonly Row[],
): string | null {
  return rows.findLast(({ key }) => !isAhead(state, key))?.key ?? null;
}

/** Where more rows have one time than are asked for, more are. @throws where they are too many */
function widen<Row extends PulledRow>(state: State<Row>, { isStuck }: { isStuck: boolean }): void {
  if (!isStuck) {
    state.limit = state.parts.batchRows;
    return;
  }
  if (state.limit >= MOST_AT_ONE_PLACE) {
    throw new Error(`over ${MOST_AT_ONE_PLACE} rows have the time ${state.pass?.at}`);
  }
  state.limit = Math.min(MOST_AT_ONE_PLACE, state.limit * 2);
}

async function endPass<Row extends PulledRow>(state: State<Row>): Promise<void> {
  const { parts, pass, kept, window, held } = state;
  const nowMs = parts.clock();
  state.isAtEnd = true;
  if (pass?.isLook !== true) {
    state.pass = undefined;
    return;
  }
  const counted = pass.counted ?? kept.counted;
  const from = pass.counted?.before ?? lookFrom(state);
  if (from !== kept.from || counted !== kept.counted) {
    const next = { ...kept, from, counted };
    await parts.keep(next);
    state.kept = next;
  }
  state.pass = undefined;
  state.lookedMs = nowMs;
  window.leave(from);
  // What was not met is not there any more.
  for (const key of held.keys()) if (!pass.held.has(key)) held.delete(key);
}
