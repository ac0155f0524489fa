// Rows of one code that price the same calls and follow each other in time.
import type { RateRow } from "../tariff.ts";

export interface PlaceRows {
  /** The earliest first; a row that is blocked has no price. */
  rows: readonly RateRow[];
  /** Those of the deck in force, likewise. */
  old: readonly RateRow[];
}

/** For each caller, type of record, band and `from_second` of the rows of a code. */
export function placesOf(rows: readonly RateRow[], old: readonly RateRow[]): PlaceRows[] {
  const [first] = rows;
  // Most codes have one row of a deck.
  if (first !== undefined && rows.length === 1 && old.length <= 1) {
    if (first.status === "blocked") return [];
    const [was] = old;
    const isPlace = was !== undefined && was.status === "open" && isOnePlace(first, was);
    return [{ rows, old: isPlace ? old : [] }];
  }
  const [own, before] = [byPlace(rows), byPlace(old)];
  return [...own].map(([place, found]) => ({ rows: found, old: before.get(place) ?? [] }));
}

/** Finite, so that two of them can be subtracted. */
export function startOf({ effectiveFromMs }: RateRow): number {
  return effectiveFromMs ?? -Number.MAX_VALUE;
}

function isOnePlace(one: RateRow, other: RateRow): boolean {
  return (
    one.callerPrefix === other.callerPrefix &&
    one.tor === other.tor &&
    one.band === other.band &&
    one.fromSecond === other.fromSecond
  );
}

function byPlace(rows: readonly RateRow[]): Map<string, RateRow[]> {
  const places = new Map<string, RateRow[]>();
  for (const row of rows) {
    if (row.status === "blocked") continue;
    const { callerPrefix, tor, band, fromSecond } = row;
    const key = `${callerPrefix}|${tor}|${fromSecond}|${band ?? ""}`;
    const list = places.get(key);
    if (list === undefined) places.set(key, [row]);
    else list.push(row);
  }
  for (const list of places.values()) {
    if (list.length > 1) list.sort((a, b) => startOf(a) - startOf(b));
  }
  return places;
}
