// Rows of a report as a table or as CSV.
import type { Json } from "../../cdr/json.ts";
import { csvLine } from "../../queries/csv-text.ts";
import { table } from "../output.ts";

type Row = Record<string, Json | undefined>;

/** What a table shows of the figures; CSV has them all. */
const SHOWN = [
  "cdrs",
  "calls",
  "attempts",
  "answered",
  "seconds",
  "billedSeconds",
  "sell",
  "buy",
  "margin",
  "asr",
  "ner",
  "acd",
  "pdd",
];
const DECIMALS: Record<string, number> = { asr: 3, ner: 3, acd: 1, pdd: 1 };
/** Left out of a table where they are in no row. */
const SELDOM: ReadonlySet<string> = new Set(["buyCurrency", "buy", "margin", "ner", "pdd"]);

function cell(name: string, value: Json | undefined): string {
  if (value === null || value === undefined) return "—";
  const decimals = DECIMALS[name];
  return typeof value === "number" && decimals !== undefined
    ? value.toFixed(decimals)
    : String(value);
}

/**
 * `last`: rows under the others, each with a word in place of the first key. Names with a number, as
 * `cdrs-2`, are figures of a period beside.
 */
export function reportTable(
  keys: readonly string[],
  rows: readonly Row[],
  last: readonly (readonly [string, Row])[],
): string {
  const all = [...rows, ...last.map(([, row]) => row)];
  const beside = Object.keys(rows[0] ?? {}).filter((name) => /-\d+$/.test(name));
  const names = ["currency", "buyCurrency", ...SHOWN, ...beside].filter(
    (name) => !SELDOM.has(name) || all.some((row) => (row[name] ?? null) !== null),
  );
  const figures = (row: Row) => names.map((name) => cell(name, row[name]));
  const blank = keys.slice(1).map(() => "");
  return table(
    [...keys, ...names],
    [
      ...rows.map((row) => [...keys.map((key) => cell(key, row[key])), ...figures(row)]),
      ...last.map(([word, row]) => [word, ...blank, ...figures(row)]),
    ],
  );
}

export interface ReportCells {
  columns: string[];
  rows: Json[][];
}

/** A column for each key and figure; objects and lists stay out. */
export function reportCells(keys: readonly string[], rows: readonly Row[]): ReportCells {
  const [first = {}] = rows;
  const figures = Object.keys(first).filter(
    (name) => !keys.includes(name) && !Array.isArray(first[name]),
  );
  const columns = [...keys, ...figures];
  return { columns, rows: rows.map((row) => columns.map((name) => row[name] ?? null)) };
}

/** A header and one line a row. */
export function reportCsv({ columns, rows }: ReportCells): string {
  return [columns, ...rows].map(csvLine).join("").trimEnd();
}
