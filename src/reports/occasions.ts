// When something is done again and again, by the clocks of a zone, and which period it is about.
import { type Calendar, createCalendar } from "./calendar.ts";
import type { Span } from "./periods.ts";

export const REPEATS = ["day", "week", "month"] as const;
export type Repeat = (typeof REPEATS)[number];

export interface Occasions {
  every: Repeat;
  /** `HH:MM`. A time that the clocks skip is when they go on; of one that comes twice it is the first. */
  at: string;
  /** Of a week: 1 (Monday) to 7; Monday when not said. */
  weekday?: number | undefined;
  /** Of a month: 1 to 31, the last day of a shorter one; the first when not said. */
  day?: number | undefined;
  zone: string;
}

export interface Occasion {
  atMs: number;
  /** The whole day, week (from Monday) or month before the day of the occasion. */
  period: Span;
}

const DAY_MS = 86_400_000;
/** 1970-01-05 was a Monday: its days since 1970-01-01. */
const MONDAY = 4;
/** Between two occasions are 31 days at most; two more for clocks that skip a day. */
const MOST_DAYS = 33;

/** The first occasion after an instant. @throws `invalid-params` for a zone that does not exist */
export function occasionAfter(occasions: Occasions, afterMs: number): Occasion {
  const calendar = createCalendar(occasions.zone);
  const [hours = 0, minutes = 0] = occasions.at.split(":").map(Number);
  const wallMs = (hours * 60 + minutes) * 60_000;
  const first = Math.floor((afterMs + calendar.offsetAt(afterMs)) / DAY_MS) - 1;
  for (let day = first; day <= first + 2 * MOST_DAYS; day += 1) {
    if (!isDay(occasions, day)) continue;
    const atMs = calendar.instantOf(day * DAY_MS + wallMs);
    const period = periodBefore(calendar, occasions.every, day);
    // Of a day that a zone left out there is nothing to say.
    if (atMs > afterMs && period.fromMs < period.toMs) return { atMs, period };
  }
  throw new RangeError(`no occasion within ${2 * MOST_DAYS} days`);
}

/** @param day since 1970-01-01, by the clocks of the zone */
function isDay({ every, weekday = 1, day: wanted = 1 }: Occasions, day: number): boolean {
  if (every === "day") return true;
  if (every === "week") return sinceMonday(day) === weekday - 1;
  const date = new Date(day * DAY_MS);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return date.getUTCDate() === Math.min(wanted, last);
}

function sinceMonday(day: number): number {
  return (((day - MONDAY) % 7) + 7) % 7;
}

function periodBefore(calendar: Calendar, every: Repeat, day: number): Span {
  const begin = (of: number): number => calendar.instantOf(of * DAY_MS);
  if (every === "day") return { fromMs: begin(day - 1), toMs: begin(day) };
  if (every === "week") {
    const monday = day - sinceMonday(day);
    return { fromMs: begin(monday - 7), toMs: begin(monday) };
  }
  const date = new Date(day * DAY_MS);
  const month = (ago: number) =>
    begin(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - ago, 1) / DAY_MS);
  return { fromMs: month(1), toMs: month(0) };
}
