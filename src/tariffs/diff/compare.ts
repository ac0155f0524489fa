// What changes from one deck to another, row by row, as in force at one time.
import { forEachCodeOfTwo } from "../decks/order.ts";
import type { RateRow } from "../tariff.ts";
import { codeKey, holdsAt, rowsInForce } from "./in-force.ts";
import { compareRates, percentOf } from "./rates.ts";

export const CHANGES = ["new", "up", "down", "terms", "closed", "same", "conflict"] as const;
export type RateChange = (typeof CHANGES)[number];

export interface RateDifference {
  change: RateChange;
  /** Null: there is none. */
  old: RateRow | null;
  new: RateRow | null;
  /** (new − old) ⁄ old in per cent, to four decimals; null where the old rate is 0 or one is missing. */
  percent: string | null;
}

const NO_ROWS: readonly RateRow[] = [];

export interface ComparedDecks {
  old: readonly RateRow[];
  new: readonly RateRow[];
  /** Rows of the new deck that contradict each other: none of them is in it. */
  conflicts: readonly RateRow[];
  atMs: number;
}

/** By code, in the order of digits. */
export function compareDecks({
  old,
  new: fresh,
  conflicts,
  atMs,
}: ComparedDecks): RateDifference[] {
  const found: RateDifference[] = [];
  // What contradicts itself is not in the deck: its codes are walked with it, and told apart here.
  const clashing = new Set(conflicts);
  const all = conflicts.length === 0 ? fresh : [...fresh, ...conflicts];
  forEachCodeOfTwo(old, all, (before, own) => {
    const clashes = conflicts.length === 0 ? NO_ROWS : own.filter((row) => clashing.has(row));
    const after = clashes.length === 0 ? own : own.filter((row) => !clashing.has(row));
    if (clashes.length === 0 && isPlain(before) && isPlain(after) && isOneCode(before, after)) {
      compareRows(inForce(before, atMs), inForce(after, atMs), found);
    } else {
      compareCallers({ before, after, clashes }, atMs, found);
    }
  });
  return found;
}

/** One row at most, as most codes have. */
function isPlain(rows: readonly RateRow[]): boolean {
  return rows.length <= 1;
}

function isOneCode([one]: readonly RateRow[], [other]: readonly RateRow[]): boolean {
  if (one === undefined || other === undefined) return true;
  return one.callerPrefix === other.callerPrefix && one.tor === other.tor;
}

function inForce(rows: readonly RateRow[], atMs: number): readonly RateRow[] {
  const [row] = rows;
  return row === undefined || holdsAt(row, atMs) ? rows : [];
}

/** The rows of one code, those for each caller and type of record by themselves. */
function compareCallers(
  rows: Record<"before" | "after" | "clashes", readonly RateRow[]>,
  atMs: number,
  found: RateDifference[],
): void {
  const before = rowsInForce(rows.before, atMs);
  const after = rowsInForce(rows.after, atMs);
  const keys = new Set([...before.keys(), ...after.keys(), ...rows.clashes.map(codeKey)]);
  for (const key of [...keys].toSorted()) {
    const old = before.get(key) ?? [];
    const clashes = rows.clashes.filter((row) => codeKey(row) === key);
    if (clashes.length === 0) compareRows(old, after.get(key) ?? [], found);
    const [was = null] = old;
    for (const row of clashes) {
      found.push({ change: "conflict", old: was, new: row, percent: null });
    }
  }
}

/** Rows of one code: each with the one of the same band and `from_second`. */
function compareRows(
  old: readonly RateRow[],
  fresh: readonly RateRow[],
  found: RateDifference[],
): void {
  if (old.length === 1 && fresh.length === 1) {
    const [was, is] = [old[0] as RateRow, fresh[0] as RateRow];
    if (isOnePart(was, is)) {
      found.push(differenceOf(was, is));
      return;
    }
  }
  const left = [...old];
  for (const row of fresh) {
    const at = left.findIndex((one) => isOnePart(one, row));
    const [was = null] = at < 0 ? [] : left.splice(at, 1);
    found.push(differenceOf(was, row));
  }
  for (const row of left) found.push(differenceOf(row, null));
}

function isOnePart(one: RateRow, other: RateRow): boolean {
  return one.band === other.band && one.fromSecond === other.fromSecond;
}

function differenceOf(old: RateRow | null, fresh: RateRow | null): RateDifference {
  const was = old?.status === "open" ? old : null;
  const is = fresh?.status === "open" ? fresh : null;
  if (was === null || is === null) {
    return { change: servedChange({ old, was, new: fresh, is }), old, new: fresh, percent: null };
  }
  const order = compareRates(was, is);
  if (order !== 0) {
    return { change: order < 0 ? "up" : "down", old, new: fresh, percent: percentOf(was, is) };
  }
  const change = hasSameTerms(was, is) ? "same" : "terms";
  return { change, old, new: fresh, percent: was.rate === "0" ? null : "0" };
}

/**
 * A code that is blocked is not served: it is closed, and comes back as a new one. A block that comes or
 * goes where nothing was served is a change of terms.
 */
function servedChange(rows: {
  old: RateRow | null;
  was: RateRow | null;
  new: RateRow | null;
  is: RateRow | null;
}): RateChange {
  if (rows.was !== null) return "closed";
  if (rows.is !== null) return "new";
  return (rows.old === null) === (rows.new === null) ? "same" : "terms";
}

/** What prices a call besides the rate. */
function hasSameTerms(one: RateRow, other: RateRow): boolean {
  return (
    one.connectFee === other.connectFee &&
    one.firstInterval === other.firstInterval &&
    one.nextInterval === other.nextInterval &&
    one.intervalPrice === other.intervalPrice &&
    one.minimumSeconds === other.minimumSeconds &&
    one.graceSeconds === other.graceSeconds &&
    one.minimumAmount === other.minimumAmount &&
    one.maximumAmount === other.maximumAmount
  );
}
