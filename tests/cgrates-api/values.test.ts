// Goal: durations and times are read and written as the engine does. Method: properties, and its recorded
// forms.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { durationText, readDuration } from "../../src/cgrates-api/values/duration.ts";
import { isZero, readTime, timeText, ZERO_TIME } from "../../src/cgrates-api/values/time.ts";

const NOW = Date.parse("2024-01-31T10:00:00Z");

describe("a duration", () => {
  test.prop([fc.integer({ min: -(10 ** 15), max: 10 ** 15 })], { numRuns: 100 })(
    "that was written is read back",
    (ns) => {
      expect(readDuration(durationText(ns))).toBe(ns);
    },
  );

  it.each([
    [95_000_000_000, "1m35s"],
    [0, "0s"],
    [300_000_000, "300ms"],
    [3_600_000_000_000, "1h0m0s"],
    [1_500_000_000, "1.5s"],
  ])("of %i ns is written %s", (ns, text) => expect(durationText(ns)).toBe(text));

  it.each([
    ["", 0],
    ["90", 90],
    ["+90s", 90_000_000_000],
    ["-1m", -60_000_000_000],
    ["1.5h", 5_400_000_000_000],
    ["*unlimited", -1],
  ])("%s is %i ns", (text, ns) => expect(readDuration(text)).toBe(ns));

  it.each([
    ["abc", 'time: invalid duration "abc"'],
    ["1m30", 'time: missing unit in duration "1m30"'],
    ["1d", 'time: unknown unit "d" in duration "1d"'],
    ["1e3", 'time: unknown unit "e" in duration "1e3ns"'],
    ["99999999999999999999", 'time: invalid duration "99999999999999999999ns"'],
  ])("%s is refused in Go's words", (text, error) => {
    expect(() => readDuration(text)).toThrow(error);
  });
});

describe("a time", () => {
  it.each([
    ["2024-01-10T10:00:00Z", "2024-01-10T10:00:00Z"],
    ["2024-01-10T10:00:00.5+02:00", "2024-01-10T10:00:00.5+02:00"],
    ["2024-01-10 10:00:00 +0200 CEST", "2024-01-10T10:00:00+02:00"],
    ["1704880800", "2024-01-10T10:00:00Z"],
    ["20240110100000", "2024-01-10T10:00:00Z"],
    ["10.01.2024 10:00:00", "2024-01-10T10:00:00Z"],
    [" 2024-01-10T10:00:00", "2024-01-10T10:00:00Z"],
    ["+10m", "2024-01-31T10:10:00Z"],
    ["*now", "2024-01-31T10:00:00Z"],
    ["", ZERO_TIME],
    ["0", ZERO_TIME],
  ])("%s is %s", (text, written) => expect(timeText(readTime(text, NOW))).toBe(written));

  it("of year 1 stands for none", () => expect(isZero(readTime(ZERO_TIME, NOW))).toBe(true));

  it.each([
    ["yesterday", "Unsupported time format"],
    ["2024-01-10", "Unsupported time format"],
    ["2024-13-45T10:00:00Z", 'parsing time "2024-13-45T10:00:00Z": month out of range'],
    ["2024-02-30T10:00:00Z", 'parsing time "2024-02-30T10:00:00Z": day out of range'],
  ])("%s is refused in the engine's words", (text, error) => {
    expect(() => readTime(text, NOW)).toThrow(error);
  });
});
