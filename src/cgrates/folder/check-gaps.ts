// Finds times of which a set of timings says nothing.
import type { Timing } from "../plan.ts";

const DAYS_IN_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const DAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/**
 * The first kind of day that no timing covers from midnight on, in words; null: all are covered.
 * A timing of certain years covers no other year, so only timings of every year count.
 */
export function gapInTimings(timings: Timing[]): string | null {
  const always = timings.filter(({ years }) => years.length === 0);
  const fromMidnight = always.filter(({ startNs }) => startNs === 0);
  const firstNs = Math.min(...always.map(({ startNs }) => startNs ?? Number.POSITIVE_INFINITY));
  if (always.length === 0) return "in years that no timing names";
  if (fromMidnight.length === 0) return `before ${clockText(firstNs)}`;
  for (let month = 1; month <= 12; month++) {
    for (let day = 1; day <= (DAYS_IN_MONTH[month - 1] as number); day++) {
      for (let weekDay = 0; weekDay < 7; weekDay++) {
        if (fromMidnight.some((timing) => matches(timing, { month, day, weekDay }))) continue;
        return `at 00:00:00 on a ${DAY_NAMES[weekDay]}, ${day}.${month}.`;
      }
    }
  }
  return null;
}

function matches(timing: Timing, date: { month: number; day: number; weekDay: number }): boolean {
  const has = (list: number[], value: number) => list.length === 0 || list.includes(value);
  return (
    has(timing.weekDays, date.weekDay) &&
    has(timing.months, date.month) &&
    has(timing.monthDays, date.day)
  );
}

function clockText(ns: number): string {
  const seconds = Math.floor(ns / 1e9);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}
