// Turns the dates of tariff files into instants, in the zone that holds for them.
import { IANAZone } from "luxon";

export type TimeRead =
  | { ok: true; atMs: number }
  | { ok: false; code: "invalid-date" | "skipped-time" };

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CLOCK = /(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?(Z|[+-]\d{2}:\d{2})?/;
const FORM = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ]${CLOCK.source})?$`);

/** True for the names of the IANA database; offsets such as `+02:00` are not zones. */
export function isTimeZone(name: string): boolean {
  return /^[A-Za-z]/.test(name) && IANAZone.isValidZone(name);
}

/**
 * A reader of dates (midnight of the zone), wall-clock times of the zone, and instants with an
 * offset, to epoch milliseconds. A wall-clock time that comes twice is its first occurrence; a
 * skipped one is a fault, save midnight: the day then begins when the clock was moved.
 */
export function createTimeReader(timeZone: string): (text: string) => TimeRead {
  const zone = IANAZone.create(timeZone);
  const known = new Map<string, TimeRead>();
  return (text) => {
    const cached = known.get(text);
    if (cached !== undefined) return cached;
    const read = readTime(text, zone);
    known.set(text, read);
    return read;
  };
}

function readTime(text: string, zone: IANAZone): TimeRead {
  const parts = FORM.exec(text);
  if (parts === null) return { ok: false, code: "invalid-date" };
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = "", offset] =
    parts;
  if (!isCalendarDate(`${year}-${month}-${day}`) || hour > "23" || minute > "59" || second > "59") {
    return { ok: false, code: "invalid-date" };
  }
  const wallMs =
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) +
    Number(second) * 1000 +
    Number(fraction.padEnd(3, "0"));
  if (offset !== undefined) {
    const minutes = offsetMinutes(offset);
    if (minutes === null) return { ok: false, code: "invalid-date" };
    return { ok: true, atMs: wallMs - minutes * MINUTE_MS };
  }
  return wallTime(wallMs, zone, parts[4] === undefined);
}

/** True for `YYYY-MM-DD` of a day that the calendar has, from 1900 on. */
export function isCalendarDate(text: string): boolean {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (parts === null || text < "1900") return false;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const monthDays = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS;
  return month >= 1 && month <= 12 && day >= 1 && day <= monthDays;
}

function wallTime(wallMs: number, zone: IANAZone, isDate: boolean): TimeRead {
  const before = zone.offset(wallMs - DAY_MS);
  const after = zone.offset(wallMs + DAY_MS);
  const fits = [before, after]
    .map((offset) => ({ offset, atMs: wallMs - offset * MINUTE_MS }))
    .filter(({ offset, atMs }) => zone.offset(atMs) === offset)
    .map(({ atMs }) => atMs);
  if (fits.length > 0) return { ok: true, atMs: Math.min(...fits) };
  if (isDate) return { ok: true, atMs: wallMs - before * MINUTE_MS };
  return { ok: false, code: "skipped-time" };
}

function offsetMinutes(text: string): number | null {
  if (text === "Z") return 0;
  const hours = Number(text.slice(1, 3));
  const minutes = Number(text.slice(4, 6));
  if (hours > 23 || minutes > 59) return null;
  return (text.startsWith("-") ? -1 : 1) * (hours * 60 + minutes);
}
