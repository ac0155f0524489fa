// Goal: a time in an export is the wall clock of its zone, in a form of the list. Method: each form against
// luxon, over random instants and zones; the day on which clocks are put back by hand.
import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, it } from "vitest";
import { TIME_FORMS, timeWriter } from "../../src/queries/written-time.ts";

const ZONES = ["UTC", "Europe/Madrid", "Asia/Kolkata", "America/New_York", "Australia/Lord_Howe"];
const instants = fc.integer({ min: Date.parse("1973-01-01"), max: Date.parse("2100-01-01") });

it.each(TIME_FORMS.filter((form) => form.includes(" ")))("%s is what luxon writes", (times) => {
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (atMs, timeZone) => {
      const expected = DateTime.fromMillis(atMs, { zone: timeZone }).toFormat(times);
      expect(timeWriter({ times, timeZone })?.(atMs)).toBe(expected);
    }),
  );
});

it("iso-zone and epoch read back to the same instant", () => {
  fc.assert(
    fc.property(instants, fc.constantFrom(...ZONES), (atMs, timeZone) => {
      const written = timeWriter({ times: "iso-zone", timeZone })?.(atMs);
      expect(Date.parse(String(written))).toBe(atMs);
      expect(Number(timeWriter({ times: "epoch", timeZone })?.(atMs)) * 1000).toBeCloseTo(atMs, 3);
    }),
  );
});

it("iso is as stored; a zone that does not exist is refused; the hour that comes twice is there twice", () => {
  expect(timeWriter({ times: "iso", timeZone: "UTC" })).toBeNull();
  expect(() => timeWriter({ times: "iso", timeZone: "Mars/Base" })).toThrow(/no time zone/);
  const write = timeWriter({ times: "dd.MM.yyyy HH:mm:ss", timeZone: "Europe/Madrid" });
  for (const hour of ["00", "01"]) {
    expect(write?.(Date.parse(`2026-10-25T${hour}:30:00Z`))).toBe("25.10.2026 02:30:00");
  }
});
