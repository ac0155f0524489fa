// What a cell of a workbook is as text.

/** Excel's day 0. */
const DAY_ZERO = Date.UTC(1899, 11, 30);
const DAY_MS = 86_400_000;
/** A date before this is a length of time in a cell of dates. */
const LONGEST_LENGTH = 366 * DAY_MS;

export function cellText(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (value instanceof Date) return dateText(value.getTime());
  return typeof value === "string" ? value : String(value);
}

/** `YYYY-MM-DD hh:mm:ss` as the cell shows it, in no zone; a length as `hh:mm:ss`. */
function dateText(exactMs: number): string {
  // Days are kept as a fraction in 53 bits: a whole second comes back a millisecond off.
  const second = Math.round(exactMs / 1000) * 1000;
  const atMs = Math.abs(second - exactMs) <= 2 ? second : exactMs;
  const length = atMs - DAY_ZERO;
  if (length >= 0 && length < LONGEST_LENGTH) return lengthText(length);
  return new Date(atMs)
    .toISOString()
    .replace("T", " ")
    .replace(/(?:\.000)?Z$/, "");
}

function lengthText(ms: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const seconds = Math.floor(ms / 1000);
  const rest = ms % 1000 === 0 ? "" : `.${String(ms % 1000).padStart(3, "0")}`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest}`;
}

/**
 * A number as a spreadsheet shows it: the file has up to 17 digits of its 53 bits, and powers of ten.
 * What is no number is left as it is.
 */
export function numberText(sent: string): string {
  const value = Number(sent);
  if (sent.trim() === "" || !Number.isFinite(value)) return sent;
  const text = String(value);
  if (!text.includes("e")) return text;
  return withoutPower(text);
}

function withoutPower(text: string): string {
  const [, sign = "", whole = "", fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  const digits = `${whole}${fraction}`;
  const point = whole.length + Number(power);
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, "0")}`;
}
