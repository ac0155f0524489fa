// Decides whether time bands together leave no minute of any day without a band.

import type { Band } from "../tariff.ts";
import {
  areCovered,
  CYCLE,
  DAY_MINUTES,
  type Day,
  dayOf,
  namedDays,
  spansOn,
} from "./calendar-days.ts";
import { coverTimeLine } from "./zoned-coverage.ts";

/** A function from band names to whether they cover every minute, in whatever zones they are. */
export function createCoverage(
  bands: readonly Band[],
  timeZone: string,
): (names: string[]) => boolean {
  const known = new Map<string, boolean>();
  const indexes = new Map(bands.map(({ name }, index) => [name, index]));
  return (names) => {
    const sorted = names.flatMap((name) => indexes.get(name) ?? []).sort((a, b) => a - b);
    const key = sorted.join(",");
    const found = known.get(key);
    if (found !== undefined) return found;
    const used = sorted.flatMap((index) => bands[index] ?? []);
    const zones = byZone(used, timeZone);
    // Bands of one zone that cover its clock cover all, whatever bands of other zones add.
    const covered =
      [...zones.values()].some(coverClock) || (zones.size > 1 && coverTimeLine(zones));
    known.set(key, covered);
    return covered;
  };
}

function byZone(bands: readonly Band[], timeZone: string): Map<string, Band[]> {
  const zones = new Map<string, Band[]>();
  for (const band of bands) {
    const zone = band.timeZone ?? timeZone;
    zones.set(zone, [...(zones.get(zone) ?? []), band]);
  }
  return zones;
}

/** Made when first needed; always the same. */
let calendar: readonly Day[] | null = null;

/** Bands of one zone are asked by its clock alone: when the clock is moved changes nothing. */
function coverClock(bands: readonly Band[]): boolean {
  const isCovered = (today: Day, yesterday: Day): boolean =>
    areCovered(
      bands.flatMap((band) => spansOn(band, today, yesterday)),
      [0, DAY_MINUTES],
    );
  const weekly = bands.every(
    ({ monthDays, months, dates, exceptDates }) => !(monthDays ?? months ?? dates ?? exceptDates),
  );
  calendar ??= Array.from({ length: CYCLE.end - CYCLE.first }, (_, day) =>
    dayOf(CYCLE.first + day),
  );
  const days = weekly ? calendar.slice(0, 8) : calendar;
  return (
    days.every((day, index) => {
      const before = days[index - 1];
      return before === undefined || isCovered(day, before);
    }) &&
    namedDays(bands).every((day) =>
      [day, day + 1].every((each) => isCovered(dayOf(each), dayOf(each - 1))),
    )
  );
}
