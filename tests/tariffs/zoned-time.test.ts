// Dates of tariffs become the right instants, also where a zone skips or repeats hours.
import { expect, test } from "vitest";
import { createTimeReader, isTimeZone } from "../../src/tariffs/time/zoned.ts";

test.each([
  ["Europe/Madrid", "2026-01-31", "2026-01-30T23:00:00.000Z"],
  ["Europe/Madrid", "2026-07-01", "2026-06-30T22:00:00.000Z"],
  ["Europe/Madrid", "2026-03-29", "2026-03-28T23:00:00.000Z"],
  ["Europe/Madrid", "2026-03-30", "2026-03-29T22:00:00.000Z"],
  ["Europe/Madrid", "2026-01-31T08:00:00", "2026-01-31T07:00:00.000Z"],
  ["Europe/Madrid", "2026-01-31 08:00", "2026-01-31T07:00:00.000Z"],
  ["Europe/Madrid", "2026-01-31T08:00:00.25Z", "2026-01-31T08:00:00.250Z"],
  ["Europe/Madrid", "2026-01-31T08:00:00-05:30", "2026-01-31T13:30:00.000Z"],
  // A repeated hour is its first occurrence.
  ["Europe/Madrid", "2026-10-25T02:30:00", "2026-10-25T00:30:00.000Z"],
  // Midnight is skipped: the day begins when the clock was moved.
  ["America/Sao_Paulo", "2018-11-04", "2018-11-04T03:00:00.000Z"],
  // Midnight comes twice.
  ["America/Havana", "2026-11-01", "2026-11-01T04:00:00.000Z"],
  // A day that Samoa left out.
  ["Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00.000Z"],
  ["Asia/Kathmandu", "2028-02-29", "2028-02-28T18:15:00.000Z"],
])("in %s, %s is %s", (zone, text, expected) => {
  expect(createTimeReader(zone)(text)).toEqual({ ok: true, atMs: Date.parse(expected) });
});

test("zones are names of the IANA database", () => {
  expect(["UTC", "Europe/Madrid", "America/Argentina/Ushuaia"].map(isTimeZone)).not.toContain(
    false,
  );
  expect(["", "+02:00", "02:00", "Europe", "local", "CET+1"].map(isTimeZone)).not.toContain(true);
});
