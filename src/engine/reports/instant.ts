// An instant as reports write it.
import { momentText } from "../../cdr/moment.ts";
import type { Calendar } from "../../reports/calendar.ts";

/** RFC 3339 with the offset that holds then in the zone of the calendar, in whole minutes. */
export function instantText(calendar: Calendar, atMs: number): string {
  return momentText({ atMs, offsetMinutes: Math.round(calendar.offsetAt(atMs) / 60_000) });
}
