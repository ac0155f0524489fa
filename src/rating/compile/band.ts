// A band of a tariff in one zone, as bitmaps and sets.

import { DAY_NAMES } from "../../tariffs/settings/members.ts";
import type { Band } from "../../tariffs/tariff.ts";
import type { CompiledBand } from "../snapshot/native.ts";

const EVERY_BIT = -1;

/** `zone` is the index of its zone in the snapshot. */
export function compileBand(band: Band, zone: number): CompiledBand {
  const dates = compileDates(band.dates);
  const except = compileDates(band.exceptDates);
  return {
    name: band.name,
    limits: limitsText(band),
    zone,
    days: bitmapOf(band.days),
    monthDays: bitmapOf(band.monthDays),
    months: bitmapOf(band.months),
    dates: dates.days,
    yearlyDates: dates.yearly,
    exceptDates: except.days,
    exceptYearlyDates: except.yearly,
    fromMs: band.fromMinute * 60_000,
    toMs: band.toMinute * 60_000,
  };
}

/** `mon, tue, 08:00 to 20:00, not on 12-25`; a band without limits holds `always`. */
function limitsText(band: Band): string {
  const { days, monthDays, months, dates, exceptDates, fromMinute, toMinute } = band;
  const isWholeDay = fromMinute === 0 && toMinute === 1440;
  const limits = [
    days?.map((day) => DAY_NAMES[day - 1]).join(", "),
    monthDays && `days ${monthDays.join(", ")} of the month`,
    months && `months ${months.join(", ")}`,
    dates && `on ${dates.join(", ")}`,
    isWholeDay ? undefined : `${clockText(fromMinute)} to ${clockText(toMinute)}`,
    exceptDates && `not on ${exceptDates.join(", ")}`,
  ].filter((text) => text !== undefined);
  return limits.length === 0 ? "always" : limits.join(", ");
}

function clockText(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}

function bitmapOf(values: number[] | undefined): number {
  return values?.reduce((bitmap, value) => bitmap | (1 << value), 0) ?? EVERY_BIT;
}

/** `YYYY-MM-DD` to a day since 1970-01-01, `MM-DD` to month × 100 + day. */
function compileDates(texts: string[] | undefined): {
  days: Set<number> | null;
  yearly: Set<number> | null;
} {
  if (texts === undefined) return { days: null, yearly: null };
  const [days, yearly] = [new Set<number>(), new Set<number>()];
  for (const text of texts) {
    if (text.length > "MM-DD".length) days.add(Date.parse(`${text}T00:00:00Z`) / 86_400_000);
    else yearly.add(Number(text.slice(0, 2)) * 100 + Number(text.slice(3)));
  }
  return { days, yearly };
}
