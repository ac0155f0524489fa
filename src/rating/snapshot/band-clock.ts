// Which time bands hold at an instant, and until when that cannot change.
import type { CompiledBand, NativeSnapshot } from "./native.ts";
import { nextTransitionMs, offsetMsAt, type ZoneOffsets } from "./zone-offsets.ts";

const DAY_MS = 86_400_000;

export interface BandClock {
  holds(band: number, atMs: number): boolean;
  /** The band holds, or does not, from `atMs` until at least the answer (epoch ms, later). */
  unchangedUntilMs(band: number, atMs: number): number;
}

/** Bands are wall-clock time: what holds follows the zone's offset at each instant. */
export function createBandClock(snapshot: NativeSnapshot): BandClock {
  const bands = snapshot.bands;
  const zones = snapshot.zones;
  // Calls come in order of time: the answer for the last day asked is mostly the next one's.
  const lastDays = new Float64Array(bands.length).fill(Number.NaN);
  const lastAnswers = new Uint8Array(bands.length);

  function isDayOf(index: number, band: CompiledBand, day: number): boolean {
    if (lastDays[index] !== day) {
      lastDays[index] = day;
      lastAnswers[index] = matchesDay(band, day) ? 1 : 0;
    }
    return lastAnswers[index] === 1;
  }

  function localMs(band: CompiledBand, atMs: number): number {
    return atMs + offsetMsAt(zones[band.zone] as ZoneOffsets, atMs);
  }

  return {
    holds(index, atMs) {
      const band = bands[index] as CompiledBand;
      const local = localMs(band, atMs);
      const day = Math.floor(local / DAY_MS);
      const timeMs = local - day * DAY_MS;
      if (band.fromMs < band.toMs) {
        return timeMs >= band.fromMs && timeMs < band.toMs && isDayOf(index, band, day);
      }
      // It runs past midnight and belongs to the day it starts.
      if (timeMs >= band.fromMs && isDayOf(index, band, day)) return true;
      return timeMs < band.toMs && isDayOf(index, band, day - 1);
    },
    unchangedUntilMs(index, atMs) {
      const band = bands[index] as CompiledBand;
      const local = localMs(band, atMs);
      const timeMs = local - Math.floor(local / DAY_MS) * DAY_MS;
      const change = Math.min(timeUntil(timeMs, band.fromMs), timeUntil(timeMs, band.toMs));
      return Math.min(atMs + change, nextTransitionMs(zones[band.zone] as ZoneOffsets, atMs));
    },
  };
}

/** From one time of the day to the next occurrence of another, always later. */
function timeUntil(fromMs: number, toMs: number): number {
  const ahead = (toMs % DAY_MS) - fromMs;
  return ahead > 0 ? ahead : ahead + DAY_MS;
}

/** `day` counts from 1970-01-01, a Thursday. */
function matchesDay(band: CompiledBand, day: number): boolean {
  const date = new Date(day * DAY_MS);
  const monthDay = date.getUTCDate();
  const month = date.getUTCMonth() + 1;
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1;
  const yearly = month * 100 + monthDay;
  if (!hasBit(band.days, weekday)) return false;
  if (!hasBit(band.monthDays, monthDay) || !hasBit(band.months, month)) return false;
  const named = band.dates?.has(day) || band.yearlyDates?.has(yearly);
  if (band.dates !== null && !named) return false;
  return !(band.exceptDates?.has(day) || band.exceptYearlyDates?.has(yearly));
}

function hasBit(bitmap: number, bit: number): boolean {
  return ((bitmap >>> bit) & 1) === 1;
}
