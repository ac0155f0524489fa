// Goal: a moved call keeps its weekday and its time of day, by the clocks of its zone.
// Method: held against luxon over random instants and zones; the hours of a change by hand.
import fc from "fast-check";
import { DateTime } from "luxon";
import { describe, expect, it } from "vitest";
import { leastWeeks, movedMs } from "../../../src/engine/backtest/moved.ts";
import { zoneOffsets } from "../../../src/rating/snapshot/zone-offsets.ts";

const ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"];
const at = (text: string) => Date.parse(text);

describe("calls moved by weeks", () => {
  it("keep weekday and time of day, as a calendar has them", () => {
    const from = at("2020-01-01T00:00:00Z");
    const to = at("2030-01-01T00:00:00Z");
    fc.assert(
      fc.property(
        fc.integer({ min: from, max: to }),
        fc.integer({ min: 0, max: 120 }),
        fc.constantFrom(...ZONES),
        (atMs, weeks, zone) => {
          const moved = DateTime.fromMillis(movedMs(atMs, weeks, zoneOffsets(zone)), { zone });
          const expected = DateTime.fromMillis(atMs, { zone }).plus({ weeks });
          // A time that comes twice is another choice of the two: the clocks show the same.
          expect(moved.toFormat("yyyy-MM-dd HH:mm:ss.SSS")).toBe(
            expected.toFormat("yyyy-MM-dd HH:mm:ss.SSS"),
          );
        },
      ),
      { numRuns: 200 },
    );
  });

  it("a skipped hour is an hour later; one that comes twice keeps its offset", () => {
    const madrid = zoneOffsets("Europe/Madrid");
    // 22 March 02:30 CET; a week later clocks go from 02:00 to 03:00.
    expect(movedMs(at("2026-03-22T01:30:00Z"), 1, madrid)).toBe(at("2026-03-29T01:30:00Z"));
    // 18 October 02:30 CEST; a week later 02:30 is there as CEST and as CET.
    expect(movedMs(at("2026-10-18T00:30:00Z"), 1, madrid)).toBe(at("2026-10-25T00:30:00Z"));
  });

  it("without a zone the offset of the call stays", () => {
    expect(movedMs(at("2026-03-22T01:30:00Z"), 1, null)).toBe(at("2026-03-29T01:30:00Z"));
  });

  it("the least number of weeks brings the first call there, and one less does not", () => {
    const first = at("2026-03-02T10:00:00Z");
    fc.assert(
      fc.property(
        fc.integer({ min: -400, max: 4000 }),
        fc.constantFrom(...ZONES, null),
        (hours, name) => {
          const zone = name === null ? null : zoneOffsets(name);
          const wanted = first + hours * 3_600_000;
          const weeks = leastWeeks(first, wanted, zone);
          expect(movedMs(first, weeks, zone)).toBeGreaterThanOrEqual(wanted);
          if (weeks > 0) expect(movedMs(first, weeks - 1, zone)).toBeLessThan(wanted);
        },
      ),
    );
  });
});
