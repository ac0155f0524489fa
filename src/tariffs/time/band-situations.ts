// Which time bands hold together: every set of them that some minute of the calendar has.
import type { Band } from "../tariff.ts";
import { CYCLE, DAY_MINUTES, type Day, dayOf, namedDays, spansOn } from "./calendar-days.ts";

/** Days after which bands that name weekdays alone repeat; one more is the day before the first. */
const WEEK = 8;

/**
 * Sets of names, each in the order of the bands, that of no band too. All bands are taken by one clock: those of
 * other zones are none of it.
 */
export function bandSituations(bands: readonly Band[]): string[][] {
  const isWeekly = bands.every(
    ({ monthDays, months, dates, exceptDates }) => !(monthDays ?? months ?? dates ?? exceptDates),
  );
  const end = isWeekly ? CYCLE.first + WEEK : CYCLE.end;
  const found = new Map<string, string[]>();
  let yesterday = dayOf(CYCLE.first - 1);
  for (let day = CYCLE.first; day < end; day += 1) {
    const today = dayOf(day);
    addDay(bands, { today, yesterday }, found);
    yesterday = today;
  }
  for (const day of namedDays(bands).flatMap((one) => [one, one + 1])) {
    addDay(bands, { today: dayOf(day), yesterday: dayOf(day - 1) }, found);
  }
  return [...found.values()];
}

function addDay(
  bands: readonly Band[],
  { today, yesterday }: { today: Day; yesterday: Day },
  found: Map<string, string[]>,
): void {
  const spans = bands.map((band) => spansOn(band, today, yesterday));
  const starts = new Set([0, ...spans.flat().flat()]);
  for (const minute of starts) {
    if (minute >= DAY_MINUTES) continue;
    const held = bands.filter((_band, index) =>
      spans[index]?.some(([from, to]) => from <= minute && minute < to),
    );
    const names = held.map(({ name }) => name);
    found.set(JSON.stringify(names), names);
  }
}
