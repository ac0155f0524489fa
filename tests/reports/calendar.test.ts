// Goal: buckets are what the clocks of a zone say. Method: luxon, asked for each minute.
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import { type CalendarUnit, createCalendar, UNITS } from "../../src/reports/calendar.ts";

const ZONES = [
  "UTC",
  "Europe/Madrid",
  "America/St_Johns",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Pacific/Chatham",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Sao_Paulo",
];
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Before and at the changes of clocks that are not like the others. */
const CHANGES = [
  Date.UTC(2026, 9, 24, 22), // Madrid: an hour twice
  Date.UTC(2026, 2, 28, 22), // Madrid: an hour is skipped
  Date.UTC(2006, 9, 29, 0), // St John's: a minute past midnight back into the day before
  Date.UTC(2006, 3, 2, 0), // St John's: a minute past midnight forward
  Date.UTC(2026, 3, 4, 12), // Lord Howe: half an hour twice
  Date.UTC(2026, 9, 3, 12), // Lord Howe: half an hour is skipped
  Date.UTC(2011, 11, 29, 12), // Apia: a day is skipped
  Date.UTC(2018, 1, 17, 22), // São Paulo: the last hour of a day twice
  Date.UTC(2018, 10, 3, 22), // São Paulo: a day begins at one
  Date.UTC(2026, 11, 28), // the last week of a year of 53
];

function keyBy(unit: CalendarUnit, zone: string, atMs: number): string {
  const local = DateTime.fromMillis(atMs, { zone });
  const quarter = String(local.minute - (local.minute % 15)).padStart(2, "0");
  const formats: Record<CalendarUnit, string> = {
    minute: local.toFormat("yyyy-MM-dd'T'HH':'mmZZ"),
    quarterHour: `${local.toFormat("yyyy-MM-dd'T'HH")}:${quarter}${local.toFormat("ZZ")}`,
    hour: local.toFormat("yyyy-MM-dd'T'HH':00'ZZ"),
    day: local.toFormat("yyyy-MM-dd"),
    week: local.toFormat("kkkk-'W'WW"),
    month: local.toFormat("yyyy-MM"),
    year: local.toFormat("yyyy"),
  };
  return formats[unit];
}

const zone = fc.constantFrom(...ZONES);
const unit = fc.constantFrom(...UNITS, "minute" as const);

describe("the calendar of a zone", () => {
  test("an instant is in the bucket that luxon says", () => {
    fc.assert(
      fc.property(zone, unit, fc.integer({ min: 0, max: Date.UTC(2037, 0) }), (name, by, atMs) => {
        expect(createCalendar(name).keyOf(by, atMs)).toBe(keyBy(by, name, atMs));
      }),
      { numRuns: 200 },
    );
  });

  test("a range has the buckets that one of its minutes is in, each once and in order", () => {
    fc.assert(
      fc.property(
        zone,
        unit,
        fc.constantFrom(...CHANGES),
        fc.integer({ min: -36 * 60, max: 36 * 60 }),
        fc.integer({ min: 1, max: 12 * 60 }),
        (name, by, change, offset, length) => {
          const fromMs = change + offset * MINUTE_MS;
          const toMs = fromMs + length * MINUTE_MS;
          const met = new Set<string>();
          for (let atMs = fromMs; atMs < toMs; atMs += MINUTE_MS) met.add(keyBy(by, name, atMs));
          const buckets = createCalendar(name).buckets(by, fromMs, toMs);
          expect(buckets.map(({ key }) => key).sort()).toEqual([...met].sort());
          const begins = buckets.map((bucket) => bucket.fromMs);
          expect(begins).toEqual(begins.toSorted((a, b) => a - b));
        },
      ),
      { numRuns: 60 },
    );
  });

  test("a bucket begins with its first instant and ends behind its last", () => {
    fc.assert(
      fc.property(zone, unit, fc.integer({ min: 0, max: Date.UTC(2037, 0) }), (name, by, atMs) => {
        const [bucket, ...more] = createCalendar(name).buckets(by, atMs, atMs + 1);
        expect(more).toEqual([]);
        const { key, fromMs, toMs } = bucket ?? { key: "", fromMs: 0, toMs: 0 };
        expect(key).toBe(keyBy(by, name, atMs));
        expect(fromMs <= atMs && atMs < toMs).toBe(true);
        expect([keyBy(by, name, fromMs), keyBy(by, name, toMs - 1)]).toEqual([key, key]);
        expect(keyBy(by, name, fromMs - 1)).not.toBe(key);
        expect(keyBy(by, name, toMs)).not.toBe(key);
      }),
      { numRuns: 200 },
    );
  });

  test("days on which clocks change have 23, 25, 24½ and no hours", () => {
    const hours = (name: string, day: number) => {
      const [bucket] = createCalendar(name).buckets(
        "day",
        day + 12 * HOUR_MS,
        day + 12 * HOUR_MS + 1,
      );
      return ((bucket?.toMs ?? 0) - (bucket?.fromMs ?? 0)) / HOUR_MS;
    };
    expect(hours("Europe/Madrid", Date.UTC(2026, 2, 29))).toBe(23);
    expect(hours("Europe/Madrid", Date.UTC(2026, 9, 25))).toBe(25);
    expect(hours("Australia/Lord_Howe", Date.UTC(2026, 3, 5))).toBe(24.5);
    const apia = createCalendar("Pacific/Apia").buckets(
      "day",
      Date.UTC(2011, 11, 29, 12),
      Date.UTC(2011, 11, 31, 12),
    );
    expect(apia.map(({ key }) => key)).toEqual(["2011-12-29", "2011-12-31", "2012-01-01"]);
  });

  test("a repeated hour is two buckets, a skipped one none", () => {
    const { buckets } = createCalendar("Europe/Madrid");
    const autumn = buckets("hour", Date.UTC(2026, 9, 24, 23), Date.UTC(2026, 9, 25, 3));
    expect(autumn.map(({ key }) => key)).toEqual([
      "2026-10-25T01:00+02:00",
      "2026-10-25T02:00+02:00",
      "2026-10-25T02:00+01:00",
      "2026-10-25T03:00+01:00",
    ]);
    const spring = buckets("hour", Date.UTC(2026, 2, 29, 0), Date.UTC(2026, 2, 29, 2));
    expect(spring.map(({ key }) => key)).toEqual([
      "2026-03-29T01:00+01:00",
      "2026-03-29T03:00+02:00",
    ]);
  });

  test("a time of the wall clock is the first instant at which it is shown or gone past", () => {
    fc.assert(
      fc.property(
        zone,
        fc.constantFrom(...CHANGES),
        fc.integer({ min: -1200, max: 1200 }),
        (name, change, minutes) => {
          const { instantOf, offsetAt } = createCalendar(name);
          const wallMs = change + minutes * MINUTE_MS;
          let expected = wallMs - 2 * DAY_MS;
          while (expected + offsetAt(expected) < wallMs) expected += MINUTE_MS;
          expect(instantOf(wallMs)).toBe(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("a zone that does not exist is refused", () => {
    expect(() => createCalendar("Mars/Olympus")).toThrow(
      expect.objectContaining({ code: "invalid-params" }),
    );
  });
});
