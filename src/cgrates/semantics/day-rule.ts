// Does a day of the calendar match the lists of a timing?
import type { DayRule, RateInterval } from "../snapshot.ts";

export const DAY_NS = 86_400_000_000_000;
const DAY_MS = 86_400_000;

/** A place on the calendar of the call's own clock. */
export interface LocalTime {
  /** Days since 1970-01-01. */
  day: number;
  /** Nanoseconds since midnight. */
  timeOfDayNs: number;
}

/** Reads an instant on a clock with the given offset from UTC. */
export function localTime(atMs: number, atNs: number, offsetMinutes: number): LocalTime {
  const localMs = atMs + offsetMinutes * 60_000;
  const day = Math.floor(localMs / DAY_MS);
  return { day, timeOfDayNs: (localMs - day * DAY_MS) * 1e6 + atNs };
}

/** Active from its start of day to the next midnight; an end time does not exist. */
export function isActive(interval: RateInterval, day: number, timeOfDayNs: number): boolean {
  if (interval.startNs > timeOfDayNs) return false;
  return interval.days.everyDay || matchesDay(interval.days, day);
}

function matchesDay(rule: DayRule, day: number): boolean {
  if (rule.everyDay) return true;
  // 1970-01-01 was a Thursday. `| 0` makes it an integer remainder, which is much faster.
  const days = (day | 0) + 4;
  const weekDay = days >= 0 ? days % 7 : ((days % 7) + 7) % 7;
  if (((rule.weekDayMask >> weekDay) & 1) === 0) return false;
  if (rule.monthMask === -1 && rule.monthDayMask === -1 && rule.years.length === 0) return true;
  const { year, month, monthDay } = civilDate(day);
  return (
    ((rule.monthMask >> month) & 1) === 1 &&
    ((rule.monthDayMask >> monthDay) & 1) === 1 &&
    (rule.years.length === 0 || rule.years.includes(year))
  );
}

/** The Gregorian date of a day; months and month days count from 1. */
export function civilDate(day: number) {
  // Eras of 400 years that begin on 1 March, so that the leap day is the last of its year.
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  );
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  return {
    year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0),
    month,
    monthDay: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  };
}

/** `YYYY-MM-DD HH:MM:SS` of a time that counts from the midnight of a day. */
export function dateTimeText(day: number, ns: number): string {
  const days = Math.floor(ns / DAY_NS);
  const { year, month, monthDay } = civilDate(day + days);
  const seconds = Math.floor((ns - days * DAY_NS) / 1e9);
  const pair = (value: number) => String(value).padStart(2, "0");
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${year}-${pair(month)}-${pair(monthDay)} ${clock.map(pair).join(":")}`;
}
