// Rows of a foreign deck against each other: repeats, conflicts, and what a closed code ends.
import type { FaultList } from "../fault-list.ts";
import type { RateRow } from "../tariff.ts";
import type { DeckCells } from "./cells.ts";
import { forEachRepeatedCode } from "./order.ts";

/** A code that is withdrawn: its rows end then. */
export interface Closing {
  prefix: string;
  callerPrefix: string;
  tor: string;
  line: number;
  /** Null: the code is not served at all. */
  atMs: number | null;
}

export interface ForeignRows {
  rows: RateRow[];
  closings: Closing[];
}

export interface MergeOptions {
  cells: DeckCells;
  faults: FaultList;
  /** Of conflicts. */
  severity: "warning" | undefined;
}

interface ReportOptions extends MergeOptions {
  dropped: Set<RateRow>;
  clashing: Set<RateRow>;
}

/** Those rows that hold, in their order; a conflict leaves out each row that is in it. */
export function mergeRows(
  file: string,
  { rows, closings }: ForeignRows,
  options: MergeOptions,
): { rows: RateRow[]; conflicts: RateRow[] } {
  const dropped = new Set<RateRow>();
  const clashing = new Set<RateRow>();
  forEachRepeatedCode(rows, (own) => {
    reportRepeats(file, own, { ...options, dropped, clashing });
  });
  reportSoldAndClosed(file, { rows, closings }, { ...options, dropped, clashing });
  const held = dropped.size === 0 ? rows : rows.filter((row) => !dropped.has(row));
  return {
    rows: closings.length === 0 ? held : withClosings(held, closings),
    conflicts: [...clashing],
  };
}

/** A code that is closed without a day is not sold in the same file: one of its rows is wrong. */
function reportSoldAndClosed(
  file: string,
  { rows, closings }: ForeignRows,
  { cells, faults, severity, dropped, clashing }: ReportOptions,
): void {
  const undated = closings.filter(({ atMs }) => atMs === null);
  if (undated.length === 0) return;
  const lines = new Map(undated.map((closing) => [codeOf(closing), closing.line]));
  for (const row of rows) {
    const line = lines.get(codeOf(row));
    if (line === undefined || dropped.has(row)) continue;
    dropped.add(row);
    clashing.add(row);
    const detail = `${row.prefix || "*"} is closed in line ${line}, without a day, and sold here.`;
    faults.add(file, () => cells.place(row, "prefix"), "conflicting-row", detail, severity);
  }
}

/** Rows of one code that nothing tells apart: the same again is dropped, others contradict each other. */
function reportRepeats(
  file: string,
  rows: readonly RateRow[],
  { cells, faults, severity, dropped, clashing }: ReportOptions,
): void {
  const firsts = new Map<string, RateRow>();
  for (const other of rows) {
    const key = keyOf(other);
    const one = firsts.get(key);
    if (one === undefined) {
      firsts.set(key, other);
      continue;
    }
    dropped.add(other);
    const place = () => cells.place(other, "prefix");
    const code = other.prefix || "*";
    if (termsOf(one) === termsOf(other)) {
      faults.add(file, place, "repeated-row", `${code} is in line ${one.line} too.`);
      continue;
    }
    dropped.add(one);
    clashing.add(one).add(other);
    const here = `${code} is in line ${one.line} too: ${one.rate} there, ${other.rate} here.`;
    faults.add(file, place, "conflicting-row", here, severity);
    const back = `${code} is in line ${other.line} too: ${other.rate} there, ${one.rate} here.`;
    faults.add(file, () => cells.place(one, "prefix"), "conflicting-row", back, severity);
  }
}

/** Of rows of one code. */
function keyOf(row: RateRow): string {
  const { callerPrefix, tor, band, fromSecond, effectiveFromMs } = row;
  return `${callerPrefix}|${tor}|${effectiveFromMs ?? ""}|${fromSecond}|${band ?? ""}`;
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
