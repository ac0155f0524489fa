// Rows of a foreign deck against each other: repeats, conflicts, and what a closed code ends.
import type { FaultList, Place } from "../fault-list.ts";
import type { RateRow } from "../tariff.ts";

/** A code that is withdrawn: its rows end then. */
export interface Closing {
  prefix: string;
  callerPrefix: string;
  tor: string;
  /** Null: the code is not served at all. */
  atMs: number | null;
}

export interface ForeignRows {
  rows: RateRow[];
  /** Where the code of each row stands; as long as `rows`. */
  places: Place[];
  closings: Closing[];
}

/** Those rows that hold, in their order; a conflict leaves out each row that is in it. */
export function mergeRows(
  file: string,
  { rows, places, closings }: ForeignRows,
  { faults, severity }: { faults: FaultList; severity: "warning" | undefined },
): { rows: RateRow[]; conflicts: RateRow[] } {
  const dropped = new Set<number>();
  const clashing = new Set<number>();
  const earlierOf = createEarlier(rows);
  rows.forEach((row, index) => {
    const first = earlierOf(row, index);
    if (first === null) return;
    const [one, other] = [rows[first] as RateRow, row];
    dropped.add(index);
    const place = places[index] as Place;
    const line = `${row.prefix || "*"} is in line ${one.line} too`;
    if (termsOf(one) === termsOf(other)) {
      faults.add(file, place, "repeated-row", `${line}.`);
      return;
    }
    dropped.add(first);
    clashing.add(first).add(index);
    const prices = `${one.rate} there, ${other.rate} here`;
    faults.add(file, place, "conflicting-row", `${line}: ${prices}.`, severity);
    const back = `${row.prefix || "*"} is in line ${row.line} too: ${other.rate} there, ${one.rate} here.`;
    faults.add(file, places[first] as Place, "conflicting-row", back, severity);
  });
  const held = dropped.size === 0 ? rows : rows.filter((_row, index) => !dropped.has(index));
  return {
    rows: closings.length === 0 ? held : withClosings(held, closings),
    conflicts: [...clashing].map((index) => rows[index] as RateRow),
  };
}

/** Takes rows in their order; answers the first one that nothing tells apart from this one. */
function createEarlier(rows: readonly RateRow[]): (row: RateRow, index: number) => number | null {
  // Most codes have one row: longer keys are made only for those that have more.
  const byPrefix = new Map<string, number>();
  const byKey = new Map<string, number>();
  return (row, index) => {
    const first = byPrefix.get(row.prefix);
    if (first === undefined) {
      byPrefix.set(row.prefix, index);
      return null;
    }
    const firstKey = keyOf(rows[first] as RateRow);
    if (!byKey.has(firstKey)) byKey.set(firstKey, first);
    const key = keyOf(row);
    const earlier = byKey.get(key);
    if (earlier === undefined) byKey.set(key, index);
    return earlier ?? null;
  };
}

function keyOf(row: RateRow): string {
  const { prefix, callerPrefix, tor, band, fromSecond, effectiveFromMs } = row;
  return `${prefix}|${callerPrefix}|${tor}|${effectiveFromMs ?? ""}|${fromSecond}|${band ?? ""}`;
}

/** Names of destinations may differ: they price nothing. */
function termsOf(row: RateRow): string {
  const { line: _line, destination: _name, ...terms } = row;
  return JSON.stringify(terms);
}

/** Each row of a closed code ends when the code is closed; what would never hold goes. */
function withClosings(rows: RateRow[], closings: Closing[]): RateRow[] {
  const ends = new Map<string, number | null>();
  for (const closing of closings) ends.set(codeOf(closing), closing.atMs);
  return rows.flatMap((row) => {
    const end = ends.get(codeOf(row));
    if (end === undefined) return [row];
    if (end === null) return [];
    const effectiveToMs = Math.min(end, row.effectiveToMs ?? end);
    // A row from its closing on is a new offer of the same code.
    if (row.effectiveFromMs !== null && row.effectiveFromMs >= end) return [row];
    return [{ ...row, effectiveToMs }];
  });
}

function codeOf({
  prefix,
  callerPrefix,
  tor,
}: Pick<RateRow, "prefix" | "callerPrefix" | "tor">): string {
  return `${prefix}|${callerPrefix}|${tor}`;
}
