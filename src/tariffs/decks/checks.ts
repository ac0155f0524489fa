// Checks the rows of a deck against each other: duplicates, and seconds that no row covers.

import type { FaultList } from "../fault-list.ts";
import type { Band, Deck, RateRow } from "../tariff.ts";
import { createCoverage } from "../time/band-coverage.ts";
import type { DeckCells } from "./cells.ts";
import { forEachRepeatedCode } from "./order.ts";

/** Reports each row that nothing tells apart from an earlier one: which of them holds would be chance. */
export function reportDuplicates({ file, rows }: Deck, cells: DeckCells, faults: FaultList): void {
  forEachRepeatedCode(rows, (own) => {
    const lines = new Map<string, number>();
    for (const row of own) {
      const key = rowKey(row);
      const line = lines.get(key);
      if (line === undefined) lines.set(key, row.line);
      else {
        const place = () => cells.place(row, "prefix");
        faults.add(file, place, "duplicate-row", `The other is in line ${line}.`);
      }
    }
  });
}

/** The band comes last, since its name may hold any sign. */
function rowKey(row: RateRow): string {
  return `${windowKey(row)}|${row.fromSecond}|${row.band ?? ""}`;
}

/** Rows of one key are looked at together when the row in force is sought. */
function windowKey(row: RateRow): string {
  return `${row.prefix}|${row.callerPrefix}|${row.tor}|${row.effectiveFromMs ?? ""}`;
}

/** Warns of each group of rows that leaves a second of a week or of a call without a row. */
export function reportGaps(
  { file, rows }: Deck,
  { cells, bands, timeZone }: { cells: DeckCells; bands: readonly Band[]; timeZone: string },
  faults: FaultList,
): void {
  const partial = rows.filter(({ band, fromSecond }) => band !== null || fromSecond > 0);
  if (partial.length === 0) return;
  const covers = createCoverage(bands, timeZone);
  const order = bands.map(({ name }) => name);
  const groups = new Map<string, RateRow[]>();
  for (const row of partial) groups.set(windowKey(row), []);
  for (const row of rows) groups.get(windowKey(row))?.push(row);
  for (const group of groups.values()) {
    const gap = gapOf(group, order, covers);
    const row = group.find(({ band, fromSecond }) => band !== null || fromSecond > 0);
    if (gap === null || row === undefined) continue;
    faults.add(file, () => cells.place(row, "prefix"), "gap-in-bands", gap);
  }
}

/** Rows of one window that are still in force, counted by band. */
interface InForce {
  rows: readonly RateRow[];
  /** How many of a band hold from second 0 on, and how many in all. */
  starting: Map<string | null, number>;
  all: Map<string | null, number>;
}

/**
 * Rows of a window end one by one; after each end those that stay must do without it. What is open
 * can change only where a band lost its last row, so that a window of many ends is looked at seldom.
 */
function gapOf(
  group: readonly RateRow[],
  order: readonly string[],
  covers: (names: string[]) => boolean,
): string | null {
  const endOf = (row: RateRow) => row.effectiveToMs ?? Number.POSITIVE_INFINITY;
  const byEnd = group.toSorted((a, b) => endOf(a) - endOf(b));
  const inForce: InForce = { rows: group, starting: new Map(), all: new Map() };
  for (const row of group) count(inForce, row, 1);
  let isOther = true;
  for (let next = 0; next < byEnd.length; ) {
    const end = endOf(byEnd[next] as RateRow);
    if (isOther) {
      const rows = { ...inForce, rows: group.filter((row) => endOf(row) >= end) };
      const gap = gapNow(rows, order, covers);
      if (gap !== null) return gap;
    }
    isOther = false;
    for (; next < byEnd.length && endOf(byEnd[next] as RateRow) === end; next += 1) {
      isOther = count(inForce, byEnd[next] as RateRow, -1) || isOther;
    }
  }
  return null;
}

/** True where it was the last row of its band, of all or of those from second 0 on. */
function count({ starting, all }: InForce, { band, fromSecond }: RateRow, by: 1 | -1): boolean {
  const counts = fromSecond === 0 ? [all, starting] : [all];
  let isLast = false;
  for (const counted of counts) {
    const left = (counted.get(band) ?? 0) + by;
    if (left === 0) counted.delete(band);
    else counted.set(band, left);
    isLast ||= left === 0;
  }
  return isLast;
}

/**
 * A band is asked only while none before it in `order` holds, and rows without a band only while
 * none holds.
 */
function gapNow(
  { rows, starting, all }: InForce,
  order: readonly string[],
  covers: (names: string[]) => boolean,
): string | null {
  const names = order.filter((name) => starting.has(name));
  const before = (band: string | null) =>
    band === null ? names : names.filter((name) => order.indexOf(name) < order.indexOf(band));
  const open = new Set(
    [...all.keys()].filter((band) => !starting.has(band) && !covers(before(band))),
  );
  const late = open.size === 0 ? undefined : rows.find(({ band }) => open.has(band));
  if (late !== undefined) {
    const band = late.band === null ? "without a band" : `of band ${JSON.stringify(late.band)}`;
    return `Prefix ${late.prefix || "*"}: no row ${band} has from_second 0.`;
  }
  if (!starting.has(null) && !covers(names)) {
    const prefix = rows[0]?.prefix || "*";
    return `Prefix ${prefix}: the bands ${names.join(", ")} leave hours open.`;
  }
  return null;
}
