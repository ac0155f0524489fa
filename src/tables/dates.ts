// Dates of foreign tables in the one order that everything else reads: year, month, day.
import type { Dialect } from "./dialect.ts";

const DATE =
  /^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:[T ,]+(\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?(?: ?([AaPp])\.?[Mm]\.?)?(.*))?$/;

interface DateParts {
  first: string;
  middle: string;
  last: string;
  sign: string;
  /** From the hour on; undefined: a date alone. */
  time?: string | undefined;
}

/** A date with three numbers and a sign between them; null: another text. */
export function dateParts(text: string): DateParts | null {
  const found = DATE.exec(text.trim());
  if (found === null) return null;
  const [
    ,
    first = "",
    sign = "",
    middle = "",
    last = "",
    hour,
    minute,
    second,
    fraction,
    half,
    rest,
  ] = found;
  const time = timeText({ hour, minute, second, fraction, half, rest });
  return time === null ? null : { first, middle, last, sign, time };
}

interface ClockParts {
  hour: string | undefined;
  minute: string | undefined;
  second: string | undefined;
  fraction: string | undefined;
  half: string | undefined;
  rest: string | undefined;
}

function timeText({ hour, minute, second, fraction, half, rest }: ClockParts) {
  if (hour === undefined) return undefined;
  const sent = Number(hour);
  if (half !== undefined && (sent < 1 || sent > 12)) return null;
  const isAfternoon = half?.toLowerCase() === "p";
  const whole = half === undefined ? sent : (sent % 12) + (isAfternoon ? 12 : 0);
  return `${pad(whole)}:${minute}:${second ?? "00"}${fraction ?? ""}${rest ?? ""}`;
}

function pad(value: number | string): string {
  return String(value).padStart(2, "0");
}

/**
 * The text as `YYYY-MM-DD hh:mm:ss…`, seconds 00 where none are said; what is no such date is left as
 * it is. A year in front is told by its four digits; else `order` says which number is the day.
 */
export function isoDate(text: string, order: Dialect["dateOrder"]): string {
  const parts = dateParts(text);
  if (parts === null) return text;
  const ymd = inOrder(parts, order);
  if (ymd === null) return text;
  const [year, month, day] = ymd;
  if (!isWithin(month, 12) || !isWithin(day, 31)) return text;
  const date = `${year}-${pad(month)}-${pad(day)}`;
  return parts.time === undefined ? `${date} 00:00:00` : `${date} ${parts.time}`;
}

function isWithin(number: string, most: number): boolean {
  return Number(number) >= 1 && Number(number) <= most;
}

function inOrder(
  { first, middle, last }: DateParts,
  order: Dialect["dateOrder"],
): [string, string, string] | null {
  if (first.length === 4) return last.length <= 2 ? [first, middle, last] : null;
  if (first.length > 2) return null;
  if (order === "dmy") return yearOf(last, middle, first);
  if (order === "mdy") return yearOf(last, first, middle);
  return order === "ymd" ? yearOf(first, middle, last) : null;
}

/** A year that a call can be of. */
export function isYear(text: string): boolean {
  return /^(?:19|20)\d\d$/.test(text);
}

/** Two digits are of this century: no call of the last one has such a date. */
function yearOf(year: string, month: string, day: string): [string, string, string] | null {
  if (day.length > 2) return null;
  if (year.length === 4) return [year, month, day];
  return year.length === 2 ? [`20${year}`, month, day] : null;
}
