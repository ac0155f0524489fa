// The offsets of a time zone as a table of its transitions, so that pricing never asks a calendar.
import { Info, type Zone } from "luxon";
import { engineError } from "../errors.ts";

export interface ZoneOffsets {
  zone: string;
  /** Instants from which an offset holds, epoch ms, ascending; the first is -Infinity. */
  startsMs: Float64Array<ArrayBuffer>;
  /** Local time minus UTC in ms, from the start of the same index. */
  offsetsMs: Float64Array<ArrayBuffer>;
}

const FIRST_MS = Date.UTC(1970, 0, 1);
const LAST_MS = Date.UTC(2100, 0, 1);
/** No zone changed and changed back within this time since 1970. */
const SAMPLE_MS = 4 * 86_400_000;
/** Outside the table a zone is asked again at each of these steps; all rules change on them. */
const STEP_MS = 1_800_000;

const tables = new Map<string, ZoneOffsets>();
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

/** The table of an IANA zone, 1970 to 2099; made once per zone. */
export function zoneOffsets(name: string): ZoneOffsets {
  const known = tables.get(name);
  if (known !== undefined) return known;
  const zone = zoneNamed(name);
  const starts = [Number.NEGATIVE_INFINITY];
  const offsets = [askedOffsetMs(zone, FIRST_MS)];
  let offset = offsets[0] as number;
  for (let from = FIRST_MS; !zone.isUniversal && from < LAST_MS; from += SAMPLE_MS) {
    const to = Math.min(from + SAMPLE_MS, LAST_MS - 1);
    const after = askedOffsetMs(zone, to);
    if (after === offset) continue;
    starts.push(transitionMs(zone, { from, to, before: offset }));
    offsets.push(after);
    offset = after;
  }
  const table = {
    zone: name,
    startsMs: Float64Array.from(starts),
    offsetsMs: Float64Array.from(offsets),
  };
  tables.set(name, table);
  return table;
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

function isTabulated(table: ZoneOffsets, atMs: number): boolean {
  return table.startsMs.length === 1 || (atMs >= FIRST_MS && atMs < LAST_MS);
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
  if (isTabulated(table, atMs)) return table.offsetsMs[entryAt(table, atMs)] as number;
  return askedOffsetMs(zoneNamed(table.zone), atMs);
}

/** No transition of the zone lies strictly between `atMs` and the answer (epoch ms). */
export function nextTransitionMs(table: ZoneOffsets, atMs: number): number {
  if (table.startsMs.length === 1) return Number.POSITIVE_INFINITY;
  if (!isTabulated(table, atMs)) return (Math.floor(atMs / STEP_MS) + 1) * STEP_MS;
  return table.startsMs[entryAt(table, atMs) + 1] ?? LAST_MS;
}
