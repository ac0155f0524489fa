// The buckets of time that a report counts in: stretches of instants, by the clocks of a zone.
import { PERIODS, type Period } from "../queries/group-keys.ts";
import { offsetText, zoneOffsets } from "../queries/zone-offsets.ts";

/** Stretches of time, one after the other. */
export const UNITS = ["quarterHour", "hour", "day", "week", "month", "year"] as const;
export type Unit = (typeof UNITS)[number];
/** A minute is no bucket of sums: stores sum by quarter hours at the least. */
export type CalendarUnit = Unit | "minute";

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** 1970-01-01 was a Thursday: days since the Monday of its week. */
const EPOCH_WEEKDAY = 3;
/** The longest bucket of each, with clocks that were put back by a day: what one may begin before. */
const LONGEST_DAYS = { minute: 2, quarterHour: 2, hour: 2, day: 3, week: 9, month: 33, year: 368 };

export interface Bucket {
  /** `2026-10-25T02:00+02:00`, `2026-10-25`, `2026-W43`, `2026-10`, `2026`. */
  key: string;
  /** Its first instant, and the one after its last. */
  fromMs: number;
  toMs: number;
  /** Begin by the wall clock of a whole bucket, as epoch milliseconds were that clock's zone UTC. */
  wallMs: number;
}

export interface Calendar {
  /** Offset from UTC in milliseconds. */
  offsetAt(atMs: number): number;
  /** The key of the bucket that an instant is in. */
  keyOf(unit: CalendarUnit, atMs: number): string;
  /** Every bucket that has an instant of [from, to), in the order of their beginnings. */
  buckets(unit: CalendarUnit, fromMs: number, toMs: number): Bucket[];
  /** The first instant at which the clocks show this time or a later one. */
  instantOf(wallMs: number): number;
}

/** The period of a store's sums from whose label the key of a bucket follows. */
export const SUMMED_BY: Readonly<Record<Unit, Period>> = {
  quarterHour: "quarterHour",
  hour: "hour",
  day: "day",
  week: "day",
  month: "month",
  year: "month",
};

/** The bucket that a store's label of `SUMMED_BY` belongs to. */
export function keyOfLabel(unit: Unit, label: string): string {
  if (unit === "week") return isoWeek(Math.floor(Date.parse(`${label}T00:00:00Z`) / DAY_MS));
  return unit === "year" ? label.slice(0, -3) : label;
}

/** `2026-W53` of a day since 1970: the week of a year is that of its Thursday. */
function isoWeek(day: number): string {
  const thursday = mondayOf(day) + EPOCH_WEEKDAY;
  const year = new Date(thursday * DAY_MS).getUTCFullYear();
  const week = Math.floor((thursday - Math.floor(Date.UTC(year, 0, 1) / DAY_MS)) / 7) + 1;
  return `${String(year).padStart(4, "0")}-W${String(week).padStart(2, "0")}`;
}

function mondayOf(day: number): number {
  return day - ((((day + EPOCH_WEEKDAY) % 7) + 7) % 7);
}

/** Begin of the bucket that a time of the wall clock is in, and of the one after it. */
function wallBounds(unit: CalendarUnit, wallMs: number): [number, number] {
  const sizes = {
    minute: MINUTE_MS,
    quarterHour: 15 * MINUTE_MS,
    hour: 60 * MINUTE_MS,
    day: DAY_MS,
  };
  if (unit === "week") {
    const monday = mondayOf(Math.floor(wallMs / DAY_MS)) * DAY_MS;
    return [monday, monday + 7 * DAY_MS];
  }
  if (unit === "month" || unit === "year") {
    const date = new Date(wallMs);
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return unit === "month"
      ? [Date.UTC(year, month), Date.UTC(year, month + 1)]
      : [Date.UTC(year, 0), Date.UTC(year + 1, 0)];
  }
  const start = Math.floor(wallMs / sizes[unit]) * sizes[unit];
  return [start, start + sizes[unit]];
}

/** A stretch of time in which the clocks are not changed. */
interface Stretch {
  fromMs: number;
  toMs: number;
  offset: number;
}

/** @throws `invalid-params` for a zone that does not exist */
export function createCalendar(timeZone: string): Calendar {
  const offsetAt = zoneOffsets(timeZone);

  function keyAt(unit: CalendarUnit, wallMs: number, offset: number): string {
    const wall = new Date(wallMs);
    if (unit === "minute") return `${wall.toISOString().slice(0, -8)}${offsetText(offset)}`;
    const period = PERIODS[SUMMED_BY[unit]];
    const label = period.text(wall.toISOString(), wall.getUTCDay() || 7, offsetText(offset));
    return keyOfLabel(unit, label);
  }

  /** The instant in (from, to] from which the offset of `to` holds. */
  function changeWithin(fromMs: number, toMs: number): number {
    const before = offsetAt(fromMs);
    let [low, high] = [fromMs, toMs];
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (offsetAt(middle) === before) low = middle;
      else high = middle;
    }
    return high;
  }

  /** Clocks are changed once a day at most. */
  function stretches(fromMs: number, toMs: number): Stretch[] {
    const found: Stretch[] = [];
    let stretch: Stretch = { fromMs, toMs, offset: offsetAt(fromMs) };
    for (let day = fromMs; day < toMs; ) {
      const next = Math.min((Math.floor(day / DAY_MS) + 1) * DAY_MS, toMs);
      const offset = offsetAt(next);
      if (offset !== stretch.offset) {
        const change = changeWithin(day, next);
        found.push({ ...stretch, toMs: change });
        stretch = { fromMs: change, toMs, offset };
      }
      day = next;
    }
    return [...found, stretch].filter((one) => one.fromMs < one.toMs);
  }

  function buckets(unit: CalendarUnit, fromMs: number, toMs: number): Bucket[] {
    const byKey = new Map<string, Bucket>();
    const asked = new Set<string>();
    const margin = LONGEST_DAYS[unit] * DAY_MS;
    for (const { offset, ...stretch } of stretches(fromMs - margin, toMs + margin)) {
      let atMs = stretch.fromMs;
      while (atMs < stretch.toMs) {
        const [wallMs, nextWallMs] = wallBounds(unit, atMs + offset);
        const endMs = Math.min(nextWallMs - offset, stretch.toMs);
        const key = keyAt(unit, wallMs, offset);
        const known = byKey.get(key);
        if (known === undefined) byKey.set(key, { key, fromMs: atMs, toMs: endMs, wallMs });
        else known.toMs = endMs;
        if (atMs < toMs && endMs > fromMs) asked.add(key);
        atMs = endMs;
      }
    }
    return [...byKey.values()].filter(({ key }) => asked.has(key));
  }

  return {
    offsetAt,
    keyOf: (unit, atMs) => {
      const offset = offsetAt(atMs);
      return keyAt(unit, atMs + offset, offset);
    },
    buckets,
    instantOf(wallMs) {
      // Two days hold every change that an offset of a day and a half can lead past.
      for (const { fromMs, toMs, offset } of stretches(wallMs - 2 * DAY_MS, wallMs + 2 * DAY_MS)) {
        const atMs = Math.max(wallMs - offset, fromMs);
        if (atMs < toMs) return atMs;
      }
      throw new RangeError(`No clock of ${timeZone} shows ${wallMs}.`);
    },
  };
}
