// Makes the time bands of a tariff from their settings.
import type { Band } from "../tariff.ts";
import { type BandSettings, DAY_NAMES } from "./members.ts";

const DAY_MINUTES = 1440;

/** A band; lists are sorted and without repeats. */
export function bandFrom(name: string, settings: BandSettings): Band {
  const { days, monthDays, months, dates, exceptDates, from, to, timeZone } = settings;
  return {
    name,
    ...(days && { days: sorted(days.map((day) => DAY_NAMES.indexOf(day) + 1)) }),
    ...(monthDays && { monthDays: sorted(monthDays) }),
    ...(months && { months: sorted(months) }),
    ...(dates && { dates: [...new Set(dates)].toSorted() }),
    ...(exceptDates && { exceptDates: [...new Set(exceptDates)].toSorted() }),
    fromMinute: from === undefined ? 0 : minuteOf(from),
    toMinute: to === undefined ? DAY_MINUTES : minuteOf(to),
    timeZone: timeZone ?? null,
  };
}

function sorted(numbers: number[]): number[] {
  return [...new Set(numbers)].toSorted((a, b) => a - b);
}

function minuteOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));
}
