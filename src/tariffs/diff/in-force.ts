// The rows of a deck that are in force at a time, as a call of that time finds them.
import type { RateRow } from "../tariff.ts";

/**
 * By code, caller and type of record: of the rows in effect those of the latest window, which replaces
 * the older one whole. They differ by band and `from_second`.
 */
export function rowsInForce(rows: readonly RateRow[], atMs: number): Map<string, RateRow[]> {
  const found = new Map<string, RateRow[]>();
  for (const row of rows) {
    if (!holdsAt(row, atMs)) continue;
    const key = codeKey(row);
    const there = found.get(key);
    const before = there?.[0] === undefined ? null : startOf(there[0]);
    if (there === undefined || before === null || startOf(row) > before) found.set(key, [row]);
    else if (startOf(row) === before) there.push(row);
  }
  return found;
}

export function holdsAt({ effectiveFromMs: from, effectiveToMs: to }: RateRow, atMs: number) {
  return (from === null || from <= atMs) && (to === null || to > atMs);
}

/** From when on a row holds; without a first day it always did. */
export function startOf({ effectiveFromMs }: RateRow): number {
  return effectiveFromMs ?? Number.NEGATIVE_INFINITY;
}

/** Most rows are for every caller, and voice: their key is the code alone. */
export function codeKey({
  prefix,
  callerPrefix,
  tor,
}: Pick<RateRow, "prefix" | "callerPrefix" | "tor">): string {
  return callerPrefix === "" && tor === "*voice" ? prefix : `${prefix}|${callerPrefix}|${tor}`;
}

/** The rows of each code, caller and type of record, in their order. */
export function rowsByCode(rows: readonly RateRow[]): Map<string, RateRow[]> {
  const found = new Map<string, RateRow[]>();
  for (const row of rows) {
    const key = codeKey(row);
    const there = found.get(key);
    if (there === undefined) found.set(key, [row]);
    else there.push(row);
  }
  return found;
}

/** The latest day from which a row of them holds; null: none says a day. */
export function latestStart(decks: readonly (readonly RateRow[])[]): number | null {
  let latest: number | null = null;
  for (const rows of decks) {
    for (const { effectiveFromMs: from } of rows) {
      if (from !== null && (latest === null || from > latest)) latest = from;
    }
  }
  return latest;
}
