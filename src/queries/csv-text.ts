// CSV as RFC 4180 writes it, with cells that a spreadsheet would run as a formula made harmless.
import type { Json } from "../cdr/json.ts";

/** Amounts and numbers with a + are data, not formulas, and stay as they are. */
const NUMBER = /^[+-]?\d+(\.\d+)?$/;
const FORMULA = /^[=+\-@\t\r]/;
const NEEDS_QUOTES = /[",\r\n]/;

/**
 * One cell: null is empty, texts and numbers are themselves, all else is JSON. A text that begins
 * with `=`, `+`, `-`, `@`, tab or carriage return and is not a plain number gets a `'` before it,
 * which spreadsheets take as "this is text": `=1+1` → `'=1+1`, but `+34650123456` stays.
 */
export function csvCell(value: Json): string {
  const safe = spreadsheetText(value);
  return NEEDS_QUOTES.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text of a cell, made harmless; not quoted yet. */
export function spreadsheetText(value: Json): string {
  if (value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}

/** One record with its line end. */
export function csvLine(values: readonly Json[]): string {
  return `${values.map(csvCell).join(",")}\r\n`;
}
