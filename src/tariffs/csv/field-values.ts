// Reads the values that fields of tariff tables hold: money, whole numbers, prefixes, times.

import type { FaultCode } from "../fault-codes.ts";
import type { TimeRead } from "../time/zoned.ts";
import type { TableRow } from "./table.ts";

type ValueRead<Value> = { ok: true; value: Value } | { ok: false; code: FaultCode };

/** Largest whole number of a field; it leaves room for exact sums of intervals. */
const WHOLE_DIGITS = 12;
const PREFIX_DIGITS = 15;
const MONEY_WHOLE_DIGITS = 12;
const MONEY_FRACTION_DIGITS = 10;
/** With its point. */
const SHORT_FRACTION = MONEY_FRACTION_DIGITS + 1;

/** Canonical decimal text: no sign but a minus, no idle zeros, no exponent (`0.0350` → `0.035`). */
export function readDecimal(text: string): ValueRead<string> {
  const plain = plainDecimal(text);
  if (plain !== null) return { ok: true, value: plain };
  const parts = /^([+-]?)(\d*)(?:\.(\d+))?$/.exec(text);
  if (parts === null || (parts[2] === "" && parts[3] === undefined)) {
    const comma = /^[+-]?\d[\d.]*,\d+$/.test(text);
    return { ok: false, code: comma ? "decimal-comma" : "not-a-decimal" };
  }
  const whole = (parts[2] ?? "").replace(/^0+/, "");
  const fraction = trimZeros(parts[3] ?? "");
  if (whole.length > MONEY_WHOLE_DIGITS || fraction.length > MONEY_FRACTION_DIGITS) {
    return { ok: false, code: "too-many-digits" };
  }
  if (whole === "" && fraction === "") return { ok: true, value: "0" };
  const amount = fraction === "" ? whole : `${whole === "" ? "0" : whole}.${fraction}`;
  return { ok: true, value: parts[1] === "-" ? `-${amount}` : amount };
}

const ZERO = 48;
const NINE = 57;
const POINT = 46;

/** Of the usual spelling, digits with a point between: each character is looked at once. */
function plainDecimal(text: string): string | null {
  const { length } = text;
  let point = length;
  for (let at = 0; at < length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign === POINT && point === length) point = at;
    else if (sign < ZERO || sign > NINE) return null;
  }
  const isShort = point > 0 && point <= MONEY_WHOLE_DIGITS && length - point <= SHORT_FRACTION;
  if (!isShort || point === length - 1) return null;
  if (point > 1 && text.charCodeAt(0) === ZERO) return null;
  if (point === length) return text;
  let end = length;
  while (text.charCodeAt(end - 1) === ZERO) end -= 1;
  return text.slice(0, end === point + 1 ? point : end);
}

/** One digit or more. A loop: in decks of a million rows a pattern takes its time. */
function isDigits(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charCodeAt(at);
    if (sign < ZERO || sign > NINE) return false;
  }
  return text !== "";
}

/** `/0+$/` would look at each run of zeros again from each of its zeros. */
function trimZeros(digits: string): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return digits.slice(0, end);
}

/** Digits of a prefix (1 to 15), empty for the default row `*`. */
export function readPrefix(text: string): ValueRead<string> {
  if (text === "*") return { ok: true, value: "" };
  if (text.length <= PREFIX_DIGITS && isDigits(text)) return { ok: true, value: text };
  const mangled = /^\d+(?:[.,]\d+)?[eE]\+?\d+$/.test(text);
  return { ok: false, code: mangled ? "mangled-prefix" : "invalid-prefix" };
}

/** A prefix of 12 digits or more that ends in 5 zeros or more: digits lost and written back. */
export function isSuspectPrefix(prefix: string): boolean {
  return prefix.length >= 12 && prefix.endsWith("00000");
}

/** Money of a column, or `fallback` where the field is empty; a negative amount is a warning. */
export function moneyField<Column extends string>(
  row: TableRow<Column>,
  column: Column,
  fallback: string,
): string {
  const text = row.text(column);
  if (text === "") return fallback;
  const read = readDecimal(text);
  if (!read.ok) {
    row.fault(column, read.code, quoted(text));
    return fallback;
  }
  if (read.value.startsWith("-")) row.fault(column, "negative-rate", quoted(text));
  return read.value;
}

/** A whole number of a column, at least `least`, or `fallback` where the field is empty. */
export function wholeField<Column extends string>(
  row: TableRow<Column>,
  column: Column,
  least: 0 | 1,
  fallback: number,
): number {
  const text = row.text(column);
  if (text === "") return fallback;
  const value = text.length <= WHOLE_DIGITS && isDigits(text) ? Number(text) : -1;
  if (value >= least) return value;
  row.fault(column, "not-whole", `${quoted(text)} is not a whole number of ${least} or more.`);
  return fallback;
}

/** Epoch milliseconds of a column, or null where the field is empty. */
export function timeField<Column extends string>(
  row: TableRow<Column>,
  column: Column,
  readTime: (text: string) => TimeRead,
): number | null {
  const text = row.text(column);
  if (text === "") return null;
  const read = readTime(text);
  if (read.ok) return read.atMs;
  row.fault(column, read.code, quoted(text));
  return null;
}

/** A name that may not be empty, nor begin or end with blanks: it would never be found. */
export function nameField<Column extends string>(row: TableRow<Column>, column: Column): string {
  const text = row.text(column);
  if (text === "") row.fault(column, "missing-field");
  else if (text !== text.trim()) row.fault(column, "invalid-field", "Blanks surround the name.");
  return text;
}

/** The text in quotes for a message, cut where it is long. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}…` : text);
}
