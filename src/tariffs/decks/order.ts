// The rows of a deck in the order of their codes, found without comparing texts: a sort of half a million
// texts takes longer than reading them.
import type { RateRow } from "../tariff.ts";

/** A code is a number of 15 digits to the base 11, of which 0 stands for no digit: order is kept. */
const BASE = 11;
const HIGH_DIGITS = 7;
const DIGITS = 15;
/** Before the digit 0, whose character is 48. */
const BEFORE_ZERO = 47;

/** More than any key of the last eight digits. */
const LOW_KEYS = 2 ** 28;

const BUCKET_BITS = 14;
const BUCKETS = 2 ** BUCKET_BITS;

type Coded = Pick<RateRow, "prefix">;

export interface RowOrder {
  /** Indexes of the rows by code, those of one code in the order of the list. */
  order: Uint32Array;
  /** Of each of them in that order: equal for one code, lower for one that stands before. */
  keys: Float64Array;
}

/** Of each list of rows once: lists of rows are never changed after they were read. */
const known = new WeakMap<readonly Coded[], RowOrder>();

export function rowOrder(rows: readonly Coded[]): RowOrder {
  const found = known.get(rows) ?? orderOf(rows);
  known.set(rows, found);
  return found;
}

function orderOf(rows: readonly Coded[]): RowOrder {
  const high = new Uint32Array(rows.length);
  const low = new Uint32Array(rows.length);
  let isSorted = true;
  for (let index = 0; index < rows.length; index += 1) {
    const { prefix } = rows[index] as Coded;
    high[index] = keyOf(prefix, 0, HIGH_DIGITS);
    low[index] = prefix.length > HIGH_DIGITS ? keyOf(prefix, HIGH_DIGITS, DIGITS) : 0;
    if (index > 0) isSorted &&= isInOrder(high, low, index);
  }
  let order = new Uint32Array(rows.length);
  for (let index = 0; index < order.length; index += 1) order[index] = index;
  if (!isSorted) {
    for (const keys of [low, high]) {
      order = sortedBy(keys, order, 0);
      order = sortedBy(keys, order, BUCKET_BITS);
    }
  }
  const keys = new Float64Array(rows.length);
  for (let at = 0; at < keys.length; at += 1) {
    const index = order[at] as number;
    keys[at] = (high[index] as number) * LOW_KEYS + (low[index] as number);
  }
  return { order, keys };
}

function keyOf(prefix: string, from: number, to: number): number {
  let key = 0;
  for (let at = from; at < to; at += 1) {
    key = key * BASE + (at < prefix.length ? prefix.charCodeAt(at) - BEFORE_ZERO : 0);
  }
  return key;
}

function isInOrder(high: Uint32Array, low: Uint32Array, index: number): boolean {
  const [was, is] = [high[index - 1] as number, high[index] as number];
  return was < is || (was === is && (low[index - 1] as number) <= (low[index] as number));
}

/** By some bits of their keys; what is equal in them stays as it was. */
function sortedBy(keys: Uint32Array, order: Uint32Array, shift: number): Uint32Array<ArrayBuffer> {
  const starts = new Uint32Array(BUCKETS + 1);
  for (const key of keys) {
    const bucket = ((key >>> shift) & (BUCKETS - 1)) + 1;
    starts[bucket] = (starts[bucket] as number) + 1;
  }
  for (let bucket = 1; bucket <= BUCKETS; bucket += 1) {
    starts[bucket] = (starts[bucket] as number) + (starts[bucket - 1] as number);
  }
  const sorted = new Uint32Array(order.length);
  for (const index of order) {
    const bucket = ((keys[index] as number) >>> shift) & (BUCKETS - 1);
    const at = starts[bucket] as number;
    starts[bucket] = at + 1;
    sorted[at] = index;
  }
  return sorted;
}

/** The rows of a deck, one code after the other. */
interface CodeCursor {
  rows: readonly RateRow[];
  order: Uint32Array;
  keys: Float64Array;
  at: number;
}

const NO_ROWS: readonly RateRow[] = [];
/** Behind the last code. */
const END = Number.POSITIVE_INFINITY;

function cursorOf(rows: readonly RateRow[]): CodeCursor {
  return { rows, ...rowOrder(rows), at: 0 };
}

function keyAt({ keys, at }: CodeCursor): number {
  return at < keys.length ? (keys[at] as number) : END;
}

/** The rows of the code at which the cursor is; none where that is another one. */
function take(cursor: CodeCursor, key: number): readonly RateRow[] {
  const { rows, order, keys, at } = cursor;
  if (keyAt(cursor) !== key) return NO_ROWS;
  let end = at + 1;
  while (end < keys.length && keys[end] === key) end += 1;
  cursor.at = end;
  if (end === at + 1) return [rows[order[at] as number] as RateRow];
  return Array.from(order.subarray(at, end), (index) => rows[index] as RateRow);
}

/** Each code of a deck in order, with its rows. */
export function forEachCode(
  deck: readonly RateRow[],
  onCode: (rows: readonly RateRow[], prefix: string) => void,
): void {
  const cursor = cursorOf(deck);
  for (let key = keyAt(cursor); key !== END; key = keyAt(cursor)) {
    const rows = take(cursor, key);
    onCode(rows, (rows[0] as RateRow).prefix);
  }
}

/** Each code of one deck or the other in order, with the rows of each. */
export function forEachCodeOfTwo(
  one: readonly RateRow[],
  other: readonly RateRow[],
  onCode: (rows: readonly RateRow[], others: readonly RateRow[], prefix: string) => void,
): void {
  const [first, second] = [cursorOf(one), cursorOf(other)];
  for (;;) {
    const key = Math.min(keyAt(first), keyAt(second));
    if (key === END) return;
    const [rows, others] = [take(first, key), take(second, key)];
    onCode(rows, others, (rows[0] ?? (others[0] as RateRow)).prefix);
  }
}

/** Codes of a deck that have several rows. */
export function forEachRepeatedCode(
  deck: readonly RateRow[],
  onCode: (rows: readonly RateRow[]) => void,
): void {
  const cursor = cursorOf(deck);
  const { keys } = cursor;
  for (let at = 1; at < keys.length; at += 1) {
    if (keys[at] !== keys[at - 1]) continue;
    cursor.at = at - 1;
    onCode(take(cursor, keys[at] as number));
    at = cursor.at;
  }
}

/** How many different ones a deck has. */
export function countCodes(deck: readonly RateRow[]): number {
  let count = 0;
  let last = -1;
  for (const key of rowOrder(deck).keys) {
    if (key !== last) count += 1;
    last = key;
  }
  return count;
}
