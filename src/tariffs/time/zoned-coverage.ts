// Decides whether bands of several zones together leave no minute open. Their clocks move against
// each other, so they are laid on one time line: minutes since 1970 in UTC.
import { IANAZone } from "luxon";
import type { Band } from "../tariff.ts";
import {
  areCovered,
  CYCLE,
  DAY_MINUTES,
  dayOf,
  namedDays,
  type Span,
  spansOn,
} from "./calendar-days.ts";

/** A year at a time: the first gap ends the search, and spans of a year are few. */
const WINDOW_DAYS = 366;
/** No zone moves its clock twice within a week. */
const STEP_MINUTES = 7 * DAY_MINUTES;
const MINUTE_MS = 60_000;

/** By the rules of the zones as they are known now, over 28 years and the dates that bands name. */
export function coverTimeLine(zones: ReadonlyMap<string, readonly Band[]>): boolean {
  const clocks = [...zones].map(([name, bands]) => ({ zone: IANAZone.create(name), bands }));
  const windows: Span[] = [];
  for (let day = CYCLE.first; day < CYCLE.end; day += WINDOW_DAYS) {
    windows.push([day, Math.min(day + WINDOW_DAYS, CYCLE.end)]);
  }
  // A date begins up to a day earlier or later in some zone, and its night ends on the next one.
  for (const day of namedDays([...zones.values()].flat())) windows.push([day - 1, day + 3]);
  return windows.every(([from, to]) => {
    const window: Span = [from * DAY_MINUTES, to * DAY_MINUTES];
    return areCovered(
      clocks.flatMap(({ zone, bands }) => spansOf(bands, zone, window)),
      window,
    );
  });
}

/** When bands of one zone hold within the window. */
function spansOf(bands: readonly Band[], zone: IANAZone, window: Span): Span[] {
  const spans: Span[] = [];
  for (const { from, to, offset } of stretches(zone, window)) {
    const lastDay = Math.floor((to - 1 + offset) / DAY_MINUTES);
    let day = Math.floor((from + offset) / DAY_MINUTES);
    let yesterday = dayOf(day - 1);
    for (; day <= lastDay; day++) {
      const today = dayOf(day);
      const midnight = day * DAY_MINUTES - offset;
      for (const [start, end] of bands.flatMap((band) => spansOn(band, today, yesterday))) {
        const span: Span = [Math.max(midnight + start, from), Math.min(midnight + end, to)];
        if (span[0] < span[1]) spans.push(span);
      }
      yesterday = today;
    }
  }
  return spans;
}

interface Stretch {
  from: number;
  to: number;
  /** Minutes that the zone's clock is ahead of UTC all the while. */
  offset: number;
}

function stretches(zone: IANAZone, [from, to]: Span): Stretch[] {
  const offsetAt = (minute: number) => zone.offset(minute * MINUTE_MS);
  const found: Stretch[] = [];
  let start = from;
  let offset = offsetAt(from);
  for (let at = from; at < to; at += STEP_MINUTES) {
    let after = Math.min(at + STEP_MINUTES, to);
    const next = offsetAt(after);
    if (next === offset) continue;
    // The clock was moved between `before` and `after`: halve until they are neighbours.
    let before = at;
    while (after - before > 1) {
      const middle = Math.floor((before + after) / 2);
      if (offsetAt(middle) === offset) before = middle;
      else after = middle;
    }
    found.push({ from: start, to: after, offset });
    [start, offset] = [after, next];
  }
  return start < to ? [...found, { from: start, to, offset }] : found;
}
