// Decides whether time bands together leave no minute of any day without a band.
import { DateTime } from "luxon";
import type { Band } from "./tariff.ts";

interface Day {
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  monthDay: number;
  month: number;
  /** `YYYY-MM-DD`. */
  date: string;
}

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;
/** Weekdays, month days and leap days repeat after 28 years (1901 to 2099). */
const CYCLE_START_MS = Date.UTC(2020, 0, 1);
const CYCLE_DAYS = 28 * 365 + 7;

/**
 * A function from band names to whether they cover every minute of the calendar. Bands of
 * different zones are taken not to: their edges move against each other.
 */
export function createCoverage(
  bands: readonly Band[],
  timeZone: string,
): (names: string[]) => boolean {
  const known = new Map<string, boolean>();
  return (names) => {
    const used = bands.filter((band) => names.includes(band.name));
    const key = used.map((band) => bands.indexOf(band)).join(",");
    const found = known.get(key);
    if (found !== undefined) return found;
    const zones = new Set(used.map((band) => band.timeZone ?? timeZone));
    const covered = zones.size === 1 && days(used).every((pair) => dayIsCovered(used, pair));
    known.set(key, covered);
    return covered;
  };
}

/** Each day to look at, with the day before it. */
function days(bands: readonly Band[]): [Day, Day][] {
  const weekly = bands.every(
    ({ monthDays, months, dates, exceptDates }) => !(monthDays ?? months ?? dates ?? exceptDates),
  );
  const starts = Array.from(
    { length: weekly ? 7 : CYCLE_DAYS },
    (_, index) => CYCLE_START_MS + index * DAY_MS,
  );
  for (const date of bands.flatMap((band) => [
    ...(band.dates ?? []),
    ...(band.exceptDates ?? []),
  ])) {
    if (date.length !== 10) continue;
    const [year, month, day] = date.split("-").map(Number);
    const atMs = Date.UTC(year ?? 0, (month ?? 1) - 1, day);
    starts.push(atMs, atMs + DAY_MS);
  }
  return starts.map((atMs) => [dayAt(atMs), dayAt(atMs - DAY_MS)]);
}

function dayAt(atMs: number): Day {
  const day = DateTime.fromMillis(atMs, { zone: "utc" });
  return {
    weekday: day.weekday,
    monthDay: day.day,
    month: day.month,
    date: day.toFormat("yyyy-MM-dd"),
  };
}

function dayIsCovered(bands: readonly Band[], [today, yesterday]: [Day, Day]): boolean {
  const spans: [number, number][] = [];
  for (const band of bands) {
    const pastMidnight = band.toMinute <= band.fromMinute;
    if (holdsOn(band, today)) {
      spans.push([band.fromMinute, pastMidnight ? DAY_MINUTES : band.toMinute]);
    }
    if (pastMidnight && holdsOn(band, yesterday)) spans.push([0, band.toMinute]);
  }
  spans.sort((a, b) => a[0] - b[0]);
  let covered = 0;
  for (const [from, to] of spans) {
    if (from > covered) return false;
    covered = Math.max(covered, to);
  }
  return covered >= DAY_MINUTES;
}

function holdsOn(band: Band, day: Day): boolean {
  const isListed = (dates: string[]) =>
    dates.includes(day.date) || dates.includes(day.date.slice(5));
  return (
    (band.days?.includes(day.weekday) ?? true) &&
    (band.monthDays?.includes(day.monthDay) ?? true) &&
    (band.months?.includes(day.month) ?? true) &&
    (band.dates === undefined || isListed(band.dates)) &&
    !(band.exceptDates !== undefined && isListed(band.exceptDates))
  );
}
