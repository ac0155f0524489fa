// Time texts of feeds to instants: the forms of CGRateS, without its relative words.
import { DateTime } from "luxon";
import type { Moment } from "../cdr/moment.ts";

export type TimeResult =
  | { kind: "absent" }
  | { kind: "moment"; moment: Moment; warning?: string }
  | { kind: "invalid"; detail: string };

/** What a clock change makes of a wall-clock time: there twice, or not at all. */
export type ClockDoubt = "repeated" | "skipped";

/**
 * Every instant that a text can mean. Of a repeated hour both, the earlier one first; of a skipped
 * one what the clock before the change and what the one after it mean, in this order.
 */
export type TimeReadings =
  | { kind: "absent" }
  | { kind: "moments"; readings: readonly [Moment, ...Moment[]]; doubt?: ClockDoubt }
  | { kind: "invalid"; detail: string };

interface WallClock {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

const ABSENT =
  /^(?:0*|(?:0001-01-01|0000-00-00)(?:[T ]00:00:00(?:\.0*)?.*)?|0{2}[./]0{2}[./]0{4} .*)$/;
const RELATIVE = /^(?:\*.*|[+-]\d.*)$/;
/** RFC 3339, SQL, Asterisk and Go time text: date, time, fraction, zone. */
const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.(\d*))?(?: ?(Z|[+-]\d\d(?::?\d\d)?)(?: (?:[A-Z]{1,5}|[+-]\d{2,4}))?)?$/;
const COMPACT = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d{3}))?$/;
const DAY_FIRST = /^(\d\d)([./])(\d\d)\2(\d{4}) (\d\d):(\d\d):(\d\d)$/;
/** Digits of unix seconds, milliseconds, microseconds and nanoseconds. */
const EPOCH = /^(?:\d{10}|\d{13}|\d{16}|\d{19})$/;
const LARGEST_OFFSET_MINUTES = 18 * 60;

/**
 * The first reading of a text that stands alone: a repeated hour is its first pass, a skipped one
 * has the offset before it. What else a record says of its call is not asked.
 */
export function parseTime(sent: string, zone: string): TimeResult {
  const time = readTime(sent, zone);
  if (time.kind !== "moments") return time;
  const [moment] = time.readings;
  if (time.doubt === undefined) return { kind: "moment", moment };
  return { kind: "moment", moment, warning: doubtText(sent, zone, time.doubt) };
}

/** A clock change in words. */
export function doubtText(sent: string, zone: string, doubt: ClockDoubt): string {
  return `${sent.trim()} is ${doubt} in ${zone} by a clock change`;
}

/**
 * A text without a zone is read in `zone` (IANA); the offset it was written with is kept. Empty,
 * zeros, 0001-01-01 and 0000-00-00 are absent times. Fractions are cut to milliseconds.
 */
export function readTime(sent: string, zone: string): TimeReadings {
  const plain = plainInstant(sent);
  if (plain !== null) return plain;
  const text = sent.trim();
  if (ABSENT.test(text)) {
    return { kind: "absent" };
  }
  if (EPOCH.test(text)) {
    return momentAt(Number(text.slice(0, 13).padEnd(13, "0")), 0);
  }
  if (RELATIVE.test(text)) {
    return { kind: "invalid", detail: `${text} is relative to now, and a call has a fixed time` };
  }
  const dateTime = DATE_TIME.exec(text);
  if (dateTime !== null) {
    const [, year, month, day, hour, minute, second, fraction, offset] = dateTime;
    const clock = wallClock([year, month, day, hour, minute, second], fraction);
    return offset === undefined ? inZone(clock, zone, text) : atOffset(clock, offset, text);
  }
  const compact = COMPACT.exec(text);
  if (compact !== null) {
    const [, year, month, day, hour, minute, second, fraction] = compact;
    return inZone(wallClock([year, month, day, hour, minute, second], fraction), zone, text);
  }
  const dayFirst = DAY_FIRST.exec(text);
  if (dayFirst !== null) {
    const [, day, , month, year, hour, minute, second] = dayFirst;
    return inZone(wallClock([year, month, day, hour, minute, second], undefined), zone, text);
  }
  return { kind: "invalid", detail: `${text} is in no accepted form of a time` };
}

/** `2026-03-02T09:00:00Z` has one meaning in every zone, and most programs write times so. */
const PLAIN = "0000-00-00T00:00:00Z";
const ZERO = 0x30;

/** Null: it is another text, or no time of the calendar. */
function plainInstant(text: string): TimeReadings | null {
  if (text.length !== PLAIN.length) return null;
  for (let at = 0; at < PLAIN.length; at += 1) {
    const [sign, code] = [PLAIN.charCodeAt(at), text.charCodeAt(at)];
    const isRight = sign === ZERO ? code >= ZERO && code <= ZERO + 9 : code === sign;
    if (!isRight) return null;
  }
  const pair = (at: number): number =>
    10 * (text.charCodeAt(at) - ZERO) + text.charCodeAt(at + 1) - ZERO;
  const [year, month, day] = [100 * pair(0) + pair(2), pair(5), pair(8)];
  // Years before are absent times, or none.
  if (year < 1000) return null;
  const [hour, minute, second] = [pair(11), pair(14), pair(17)];
  const local = utcOf({ year, month, day, hour, minute, second, millisecond: 0 });
  return local === null ? null : momentAt(local, 0);
}

function momentAt(atMs: number, offsetMinutes: number): TimeReadings {
  return { kind: "moments", readings: [{ atMs, offsetMinutes }] };
}

function wallClock(parts: (string | undefined)[], fraction: string | undefined): WallClock {
  const [year, month, day, hour, minute, second] = parts;
  const millisecond = fraction === undefined ? 0 : Number(fraction.slice(0, 3).padEnd(3, "0"));
  return {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
    second: Number(second),
    millisecond,
  };
}

/** The wall clock as if it were UTC, or null when the calendar has no such time. */
function utcOf(clock: WallClock): number | null {
  const { year, month, day, hour, minute, second, millisecond } = clock;
  const atMs = Date.UTC(year, month - 1, day, hour, minute, second, millisecond);
  // A day that the month does not have rolls over into the next: it does not come back.
  const back = new Date(atMs);
  const hasDay = back.getUTCMonth() === month - 1 || hour > 23;
  const known = hasDay && month > 0 && day > 0 && hour < 24 && minute < 60 && second < 60;
  return known && month < 13 && year >= 100 ? atMs : null;
}

function noSuchTime(text: string): TimeReadings {
  return { kind: "invalid", detail: `the calendar has no ${text}` };
}

function atOffset(clock: WallClock, offset: string, text: string): TimeReadings {
  const local = utcOf(clock);
  const minutes = offset === "Z" ? 0 : offsetMinutes(offset);
  if (local === null || minutes === null) {
    return noSuchTime(text);
  }
  return momentAt(local - minutes * 60_000, minutes);
}

function offsetMinutes(offset: string): number | null {
  const digits = offset.slice(1).replace(":", "").padEnd(4, "0");
  const [hours, minutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))];
  const size = hours * 60 + minutes;
  if (minutes > 59 || size > LARGEST_OFFSET_MINUTES) {
    return null;
  }
  return offset.startsWith("-") ? 0 - size : size;
}

function inZone(clock: WallClock, zone: string, text: string): TimeReadings {
  const local = utcOf(clock);
  if (local === null) {
    return noSuchTime(text);
  }
  if (zone === "UTC") {
    return momentAt(local, 0);
  }
  // The offsets a day before and after are the only two that can hold at a wall-clock time.
  const before = offsetAt(local - 86_400_000, zone);
  const after = offsetAt(local + 86_400_000, zone);
  const isRight = (offset: number): boolean => offsetAt(local - offset * 60_000, zone) === offset;
  const [isBefore, isAfter] = [isRight(before), before !== after && isRight(after)];
  if (before === after || isBefore !== isAfter) {
    const offset = isAfter ? after : before;
    return momentAt(local - offset * 60_000, offset);
  }
  const reading = (offsetMinutes: number): Moment => ({
    atMs: local - offsetMinutes * 60_000,
    offsetMinutes,
  });
  return {
    kind: "moments",
    readings: [reading(before), reading(after)],
    doubt: isBefore ? "repeated" : "skipped",
  };
}

function offsetAt(atMs: number, zone: string): number {
  return DateTime.fromMillis(atMs, { zone }).offset;
}
