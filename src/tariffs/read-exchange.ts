// Reads exchange.csv: dated rates between currencies.

import { quoted, readDecimal, timeField } from "./csv/field-values.ts";
import { readTable, type TableRow } from "./csv/table.ts";
import type { FaultList } from "./fault-list.ts";
import { CURRENCY } from "./settings/members.ts";
import type { ExchangeRow } from "./tariff.ts";
import { createTimeReader } from "./time/zoned.ts";

const SHAPE = {
  columns: ["from", "to", "rate", "effective_from"],
  mandatory: ["from", "to", "rate"],
} as const;

type ExchangeTableRow = TableRow<(typeof SHAPE.columns)[number]>;

/** The rows in the order of the file; two rates of one pair from one instant on are a fault. */
export function readExchange(
  file: string,
  text: string,
  timeZone: string,
  faults: FaultList,
): ExchangeRow[] {
  const rows: ExchangeRow[] = [];
  const lines = new Map<string, number>();
  const readTime = createTimeReader(timeZone);
  readTable(file, text, SHAPE, faults, (row) => {
    const from = currencyField(row, "from");
    const to = currencyField(row, "to");
    if (from === to) row.fault("to", "invalid-field", "Both currencies are the same.");
    const rate = exchangeRate(row);
    const effectiveFromMs = timeField(row, "effective_from", readTime);
    if (row.faulty) return;
    const key = `${from}|${to}|${effectiveFromMs ?? ""}`;
    const other = lines.get(key);
    if (other !== undefined) row.fault("from", "duplicate-row", `The other is in line ${other}.`);
    lines.set(key, other ?? row.line);
    rows.push({ line: row.line, from, to, rate, effectiveFromMs });
  });
  return rows;
}

function currencyField(row: ExchangeTableRow, column: "from" | "to"): string {
  const text = row.text(column);
  if (!CURRENCY.test(text)) row.fault(column, "unknown-currency", quoted(text));
  return text;
}

function exchangeRate(row: ExchangeTableRow): string {
  const text = row.text("rate");
  if (text === "") {
    row.fault("rate", "missing-field");
    return text;
  }
  const read = readDecimal(text);
  if (!read.ok) row.fault("rate", read.code, quoted(text));
  else if (read.value === "0" || read.value.startsWith("-")) {
    row.fault("rate", "invalid-field", `${quoted(text)} is not above zero.`);
  }
  return read.ok ? read.value : text;
}
