// Decides whether time bands together leave no minute of any day without a band.
import type { Band } from "./tariff.ts";

interface Day {
  /** 1 Monday to 7 Sunday. */
  weekday: number;
  monthDay: number;
  month: number;
  /** `YYYY-MM-DD`, and its `MM-DD`. */
  date: string;
  dateOfYear: string;
}

const DAY_MS = 86_400_000;
const DAY_MINUTES = 1440;
/** Weekdays, month days and leap days repeat after 28 years (1901 to 2099). */
const CYCLE_YEARS = { from: 2020, to: 2047 };

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
    const covered = zones.size === 1 && daysFor(used).every((pair) => dayIsCovered(used, pair));
    known.set(key, covered);
    return covered;
  };
}

/** Made when first needed; always the same. */
let calendar: readonly Day[] | null = null;

/** Each day to look at, with the day before it. */
function daysFor(bands: readonly Band[]): [Day, Day][] {
  const weekly = bands.every(
    ({ monthDays, months, dates, exceptDates }) => !(monthDays ?? months ?? dates ?? exceptDates),
  );
  const pairs: [Day, Day][] = [];
  calendar ??= calendarDays();
  const cycle = weekly ? calendar.slice(0, 8) : calendar;
  cycle.reduce((before, day) => {
    pairs.push([day, before]);
    return day;
  });
  for (const date of bands.flatMap((band) => [
    ...(band.dates ?? []),
    ...(band.exceptDates ?? []),
  ])) {
    if (date.length !== 10) continue;
    const [year = 0, month = 1, day = 1] = date.split("-").map(Number);
    const [before, that, after] = [-1, 0, 1].map((step) => dayAt(year, month, day + step));
    if (before && that && after) pairs.push([that, before], [after, that]);
  }
  return pairs;
}

function calendarDays(): Day[] {
  const days: Day[] = [];
  for (let year = CYCLE_YEARS.from; year <= CYCLE_YEARS.to; year++) {
    for (let month = 1; month <= 12; month++) {
      const length = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS;
      for (let day = 1; day <= length; day++) days.push(dayAt(year, month, day));
    }
  }
  return days;
}

/** The day; a `monthDay` below 1 or beyond the month's end is a day of the month beside it. */
function dayAt(year: number, month: number, monthDay: number): Day {
  const length = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS;
  if (monthDay > length) return month < 12 ? dayAt(year, month + 1, 1) : dayAt(year + 1, 1, 1);
  if (monthDay < 1) {
    const [lastYear, lastMonth] = month > 1 ? [year, month - 1] : [year - 1, 12];
    const first = Date.UTC(lastYear, lastMonth - 1, 1);
    return dayAt(lastYear, lastMonth, (Date.UTC(year, month - 1, 1) - first) / DAY_MS);
  }
  const dayNumber = Date.UTC(year, month - 1, monthDay) / DAY_MS;
  const twoDigits = (value: number) => String(value).padStart(2, "0");
  const dateOfYear = `${twoDigits(month)}-${twoDigits(monthDay)}`;
  return {
    // 1970-01-01 was a Thursday.
    weekday: ((((dayNumber + 3) % 7) + 7) % 7) + 1,
    monthDay,
    month,
    date: `${year}-${dateOfYear}`,
    dateOfYear,
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
  const isListed = (dates: string[]) => dates.includes(day.date) || dates.includes(day.dateOfYear);
  return (
    (band.days?.includes(day.weekday) ?? true) &&
    (band.monthDays?.includes(day.monthDay) ?? true) &&
    (band.months?.includes(day.month) ?? true) &&
    (band.dates === undefined || isListed(band.dates)) &&
    !(band.exceptDates !== undefined && isListed(band.exceptDates))
  );
}
