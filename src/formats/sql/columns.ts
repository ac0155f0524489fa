// A row of a switch's table as it is handed over and kept: a JSON object of texts by column, without
// the columns that are NULL.

import type { FormatResult } from "../format.ts";
import { readJson } from "../json-text.ts";
import { NOT_UTF8, shownName } from "../limits.ts";
import { decodeRecord, readableText } from "../utf8-text.ts";

/** Texts by the column's name, in the order of the table. */
export type Columns = ReadonlyMap<string, string>;

type Refusal = Extract<FormatResult, { ok: false }>;

export interface ReadColumns {
  ok: true;
  columns: Columns;
  /** Exact values of those that are not UTF-8 throughout, by name. */
  rawValues: [string, string][];
  warnings: string[];
}

/** Bytes of text that are no UTF-8 stand in it as lone surrogates, and are escaped here. */
export function rowBytes(columns: Columns): Uint8Array {
  return Buffer.from(JSON.stringify(Object.fromEntries(columns)), "utf8");
}

/** `broken-json`, `not-a-cdr`: no object, or nothing in it; `over-limit`. */
export function readRow(body: Uint8Array): ReadColumns | Refusal {
  const text = decodeRecord(body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const parsed = readJson(text);
  if (!parsed.ok) return parsed;
  return columnsOf(parsed.value);
}

export function columnsOf(value: unknown): ReadColumns | Refusal {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!isObject || Object.keys(value).length === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The record is no row of columns." };
  }
  const columns = new Map<string, string>();
  const rawValues: [string, string][] = [];
  const warnings: string[] = [];
  for (const [name, sent] of Object.entries(value)) {
    if (sent === null) continue;
    const { text, raw } = readableText(typeof sent === "string" ? sent : JSON.stringify(sent));
    columns.set(name, text);
    if (raw === null) continue;
    rawValues.push([name, raw]);
    warnings.push(`${shownName(name)} is not UTF-8 throughout; the exact value is in rawValues.`);
  }
  return { ok: true, columns, rawValues, warnings };
}

/** The same values by their names in lower case; the first of a name counts. */
export function inLowerCase(columns: Columns): Map<string, string> {
  const lower = new Map<string, string>();
  for (const [name, value] of columns) {
    const key = name.toLowerCase();
    if (!lower.has(key)) lower.set(key, value);
  }
  return lower;
}
