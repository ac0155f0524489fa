// The offsets of a time zone as a table of its transitions, so that pricing never asks a calendar.
import { Info, type Zone } from "luxon";
import { engineError } from "../../errors.ts";

export interface ZoneOffsets {
  zone: string;
  /** Instants from which an offset holds, epoch ms, ascending; the first is -Infinity. */
  startsMs: Float64Array<ArrayBuffer>;
  /** Local time minus UTC in ms, from the start of the same index. */
  offsetsMs: Float64Array<ArrayBuffer>;
}

const DAY_MS = 86_400_000;
const FIRST_MS = Date.UTC(1970, 0, 1);
/** From 2100 on every zone has the same rules each year; what follows repeats one of these years. */
const REPEATED_YEARS = { from: 2101, to: 2128 };
const LAST_MS = Date.UTC(REPEATED_YEARS.to + 1, 0, 1);
/** The calendar repeats, weekdays too. */
const CYCLE_YEARS = 400;
const CYCLE_MS = 146_097 * DAY_MS;
/** No zone of the time zone database changes before 1847. */
const EARLIEST_MS = Date.UTC(1840, 0, 1);
/** No zone changed and changed back within this time since 1970, nor within three days before. */
const SAMPLE_MS = 4 * DAY_MS;
const EARLY_SAMPLE_MS = 3 * DAY_MS;

const tables = new Map<string, ZoneOffsets>();
const earlyTables = new Map<string, ZoneOffsets>();
const zones = new Map<string, Zone>();

function zoneNamed(name: string): Zone {
  const known = zones.get(name);
  if (known !== undefined) return known;
  const zone = Info.normalizeZone(name);
  if (!zone.isValid) throw engineError("internal", `The time zone ${name} does not exist.`);
  zones.set(name, zone);
  return zone;
}

function askedOffsetMs(zone: Zone, atMs: number): number {
  return Math.round(zone.offset(atMs) * 60_000);
}

/**
 * The table of an IANA zone; made once per zone.
 * @throws EngineError `internal` for a zone that does not exist
 */
export function zoneOffsets(name: string): ZoneOffsets {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const table = tabulated(name, { fromMs: FIRST_MS, toMs: LAST_MS, stepMs: SAMPLE_MS });
  tables.set(name, table);
  return table;
}

/** Made when a call of those years comes: no switch sends one but by mistake. */
function earlyOffsets(name: string): ZoneOffsets {
  const known = earlyTables.get(name);
  if (known !== undefined) return known;
  const table = tabulated(name, { fromMs: EARLIEST_MS, toMs: FIRST_MS, stepMs: EARLY_SAMPLE_MS });
  earlyTables.set(name, table);
  return table;
}

function tabulated(
  name: string,
  { fromMs, toMs, stepMs }: { fromMs: number; toMs: number; stepMs: number },
): ZoneOffsets {
  const zone = zoneNamed(name);
  const starts = [Number.NEGATIVE_INFINITY];
  const offsets = [askedOffsetMs(zone, fromMs)];
  let offset = offsets[0] as number;
  for (let from = fromMs; !zone.isUniversal && from < toMs; from += stepMs) {
    const to = Math.min(from + stepMs, toMs - 1);
    const after = askedOffsetMs(zone, to);
    if (after === offset) continue;
    starts.push(transitionMs(zone, { from, to, before: offset }));
    offsets.push(after);
    offset = after;
  }
  return {
    zone: name,
    startsMs: Float64Array.from(starts),
    offsetsMs: Float64Array.from(offsets),
  };
}

/** The first instant of the range that has another offset than `before`. */
function transitionMs(zone: Zone, range: { from: number; to: number; before: number }): number {
  let { from, to } = range;
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (askedOffsetMs(zone, middle) === range.before) from = middle;
    else to = middle;
  }
  return to;
}

/** By year after the table, how far it lies from the year of the table with the same calendar. */
const SHIFTS_MS = Array.from({ length: CYCLE_YEARS }, (_, index) => {
  const year = REPEATED_YEARS.to + 1 + index;
  let same = REPEATED_YEARS.from;
  while (!hasSameCalendar(same, year)) same += 1;
  return Date.UTC(year, 0, 1) - Date.UTC(same, 0, 1);
});

/** Every date falls on the same weekday. */
function hasSameCalendar(one: number, other: number): boolean {
  const weekday = (year: number, month: number) => new Date(Date.UTC(year, month, 1)).getUTCDay();
  return weekday(one, 0) === weekday(other, 0) && weekday(one, 11) === weekday(other, 11);
}

/** How far an instant after the table lies from the one in it with the same offset; its year's end. */
function repeated(atMs: number): { shiftMs: number; untilMs: number } {
  const cyclesMs = Math.floor((atMs - LAST_MS) / CYCLE_MS) * CYCLE_MS;
  const year = new Date(atMs - cyclesMs).getUTCFullYear();
  return {
    shiftMs: cyclesMs + (SHIFTS_MS[year - REPEATED_YEARS.to - 1] as number),
    untilMs: cyclesMs + Date.UTC(year + 1, 0, 1),
  };
}

function entryAt(table: ZoneOffsets, atMs: number): number {
  let low = 0;
  let high = table.startsMs.length;
  while (low + 1 < high) {
    const middle = (low + high) >>> 1;
    if ((table.startsMs[middle] as number) <= atMs) low = middle;
    else high = middle;
  }
  return low;
}

/** Local time minus UTC in ms. */
export function offsetMsAt(table: ZoneOffsets, atMs: number): number {
  if (atMs < FIRST_MS) {
    const early = earlyOffsets(table.zone);
    return early.offsetsMs[entryAt(early, atMs)] as number;
  }
  if (atMs < LAST_MS || table.startsMs.length === 1) {
    return table.offsetsMs[entryAt(table, atMs)] as number;
  }
  return offsetMsAt(table, atMs - repeated(atMs).shiftMs);
}

/** No transition of the zone lies strictly between `atMs` and the answer (epoch ms). */
export function nextTransitionMs(table: ZoneOffsets, atMs: number): number {
  if (atMs < FIRST_MS) {
    const early = earlyOffsets(table.zone);
    return early.startsMs[entryAt(early, atMs) + 1] ?? FIRST_MS;
  }
  if (table.startsMs.length === 1) return Number.POSITIVE_INFINITY;
  if (atMs < LAST_MS) return table.startsMs[entryAt(table, atMs) + 1] ?? LAST_MS;
  const { shiftMs, untilMs } = repeated(atMs);
  return Math.min(nextTransitionMs(table, atMs - shiftMs) + shiftMs, untilMs);
}
