// Days of the calendar, and the minutes of each that a time band takes.
import type { Band } from "../tariff.ts";

export interface Day {
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  monthDay: number;
  month: number;
  /** `YYYY-MM-DD`, and its `MM-DD`. */
  date: string;
  dateOfYear: string;
}

/** Minutes; the end is exclusive. */
export type Span = readonly [from: number, to: number];

const DAY_MS = 86_400_000;
export const DAY_MINUTES = 1440;

/** Weekdays, month days and leap days repeat after 28 years (1901 to 2099). */
export const CYCLE = { first: dayNumberOf("2020-01-01"), end: dayNumberOf("2048-01-01") };

/** Days since 1970-01-01 of a `YYYY-MM-DD`. */
function dayNumberOf(date: string): number {
  const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
  return Date.UTC(year, month - 1, day) / DAY_MS;
}

export function dayOf(dayNumber: number): Day {
  const date = new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
  return {
    // 1970-01-01 was a Thursday.
    weekday: ((((dayNumber + 3) % 7) + 7) % 7) + 1,
    monthDay: Number(date.slice(8)),
    month: Number(date.slice(5, 7)),
    date,
    dateOfYear: date.slice(5),
  };
}

/** Day numbers of the full dates that bands name; those of every year lie in any cycle. */
export function namedDays(bands: readonly Band[]): number[] {
  return bands
    .flatMap(({ dates = [], exceptDates = [] }) => [...dates, ...exceptDates])
    .filter((date) => date.length === 10)
    .map(dayNumberOf);
}

/** Minutes of the day on which a band holds; a night that began the day before is one of them. */
export function spansOn(band: Band, today: Day, yesterday: Day): Span[] {
  const spans: Span[] = [];
  const pastMidnight = band.toMinute <= band.fromMinute;
  if (holdsOn(band, today)) {
    spans.push([band.fromMinute, pastMidnight ? DAY_MINUTES : band.toMinute]);
  }
  if (pastMidnight && holdsOn(band, yesterday)) spans.push([0, band.toMinute]);
  return spans;
}

const sets = new WeakMap<string[], Set<string>>();

/** Made once for a list: each is asked for every day of the calendar. */
function setOf(dates: string[]): Set<string> {
  const set = sets.get(dates) ?? new Set(dates);
  sets.set(dates, set);
  return set;
}

function holdsOn(band: Band, day: Day): boolean {
  const isListed = (dates: string[]) => {
    const set = setOf(dates);
    return set.has(day.date) || set.has(day.dateOfYear);
  };
  return (
    (band.days?.includes(day.weekday) ?? true) &&
    (band.monthDays?.includes(day.monthDay) ?? true) &&
    (band.months?.includes(day.month) ?? true) &&
    (band.dates === undefined || isListed(band.dates)) &&
    !(band.exceptDates !== undefined && isListed(band.exceptDates))
  );
}

/** True when spans together leave no minute from `from` to `to` open. */
export function areCovered(spans: readonly Span[], [from, to]: Span): boolean {
  let covered = from;
  for (const span of spans.toSorted((a, b) => a[0] - b[0])) {
    if (span[0] > covered) return false;
    covered = Math.max(covered, span[1]);
  }
  return covered >= to;
}
