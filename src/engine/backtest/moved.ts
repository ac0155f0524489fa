// Calls moved by whole weeks: the weekday and the time of day stay, by the clocks of a zone.
import type { Call } from "../../cdr/rating.ts";
import { offsetMsAt, type ZoneOffsets } from "../../rating/snapshot/zone-offsets.ts";

const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

/**
 * The instant so many weeks later, epoch milliseconds. A time of day that comes twice then is the one
 * with the offset that it had, else the first; one that is skipped is as much later as clocks are put
 * forward. `zone` null: the offset that the call came with holds then too.
 */
export function movedMs(atMs: number, weeks: number, zone: ZoneOffsets | null): number {
  if (weeks === 0 || zone === null) return atMs + weeks * WEEK_MS;
  const own = offsetMsAt(zone, atMs);
  const wallMs = atMs + own + weeks * WEEK_MS;
  const before = offsetMsAt(zone, wallMs - own - DAY_MS);
  const after = offsetMsAt(zone, wallMs - own + DAY_MS);
  const holds = (offset: number) => offsetMsAt(zone, wallMs - offset) === offset;
  const fit = [own, before, after].find(holds);
  return wallMs - (fit ?? before);
}

/** The call as if it were so many weeks later. One without a time stays as it is. */
export function movedCall(call: Call, weeks: number, zone: ZoneOffsets | null): Call {
  const { callTime } = call;
  if (callTime === null || weeks === 0) return call;
  return { ...call, callTime: { ...callTime, atMs: movedMs(callTime.atMs, weeks, zone) } };
}

/** The least number of weeks, 0 or more, that brings an instant to `atMs` or after it. */
export function leastWeeks(firstMs: number, atMs: number, zone: ZoneOffsets | null): number {
  // Clocks may be an hour off between the two: begun a week earlier, and looked at.
  let weeks = Math.max(0, Math.floor((atMs - firstMs) / WEEK_MS) - 1);
  while (movedMs(firstMs, weeks, zone) < atMs) weeks += 1;
  return weeks;
}
