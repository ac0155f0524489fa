// Bands cover the calendar only when no minute of any day is left without one.
import { expect, test } from "vitest";
import type { Band } from "../../src/tariffs/tariff.ts";
import { createCoverage } from "../../src/tariffs/time/band-coverage.ts";

const WEEK = [1, 2, 3, 4, 5];
const band = (
  name: string,
  fromMinute: number,
  toMinute: number,
  more: Partial<Band> = {},
): Band => ({
  name,
  fromMinute,
  toMinute,
  timeZone: null,
  ...more,
});

test.each<[string, Band[], boolean]>([
  ["no band", [], false],
  ["the whole day", [band("a", 0, 1440)], true],
  ["midnight to midnight", [band("a", 0, 0)], true],
  ["a minute short", [band("a", 0, 1439)], false],
  ["day and night", [band("a", 480, 1200), band("b", 1200, 480)], true],
  ["day and a short night", [band("a", 480, 1200), band("b", 1200, 479)], false],
  [
    "a night that begins on working days leaves Saturday's open",
    [band("a", 480, 1200), band("b", 1200, 480, { days: WEEK })],
    false,
  ],
  [
    "working days and the weekend",
    [band("a", 0, 1440, { days: WEEK }), band("b", 0, 1440, { days: [6, 7] })],
    true,
  ],
  ["holidays taken out and not put back", [band("a", 0, 1440, { exceptDates: ["12-25"] })], false],
  [
    "holidays taken out and put back",
    [
      band("h", 0, 1440, { dates: ["02-29", "2060-01-06"] }),
      band("a", 0, 1440, { exceptDates: ["02-29", "2060-01-06"] }),
    ],
    true,
  ],
  [
    "a dated holiday outside the cycle that is not put back",
    [band("a", 0, 1440, { exceptDates: ["2060-01-06"] })],
    false,
  ],
  ["months without the last", [band("a", 0, 1440, { months: [1, 2, 3, 4, 5, 6] })], false],
  [
    "month days to 30",
    [band("a", 0, 1440, { monthDays: Array.from({ length: 30 }, (_, day) => day + 1) })],
    false,
  ],
  [
    "halves of two zones",
    [band("a", 0, 720, { timeZone: "Asia/Tokyo" }), band("b", 720, 0)],
    false,
  ],
  [
    "one that covers all by itself, beside one of another zone",
    [band("all", 0, 1440, { timeZone: "Asia/Tokyo" }), band("peak", 480, 1200)],
    true,
  ],
  [
    "halves of a day in zones that are always nine hours apart",
    [band("a", 0, 720, { timeZone: "Asia/Tokyo" }), band("b", 180, 900)],
    true,
  ],
  [
    "the same, a minute short",
    [band("a", 0, 720, { timeZone: "Asia/Tokyo" }), band("b", 180, 899)],
    false,
  ],
  [
    "day and night in zones that move their clocks together",
    [
      band("day", 480, 1200, { timeZone: "Europe/Madrid" }),
      band("night", 1140, 420, { timeZone: "Europe/Lisbon" }),
    ],
    true,
  ],
  [
    "day and night in zones that move their clocks in different weeks",
    [
      band("day", 480, 1200, { timeZone: "Europe/Madrid" }),
      band("night", 840, 120, { timeZone: "America/New_York" }),
    ],
    false,
  ],
  [
    "nights of the other zone that are long enough for those weeks",
    [
      band("day", 480, 1200, { timeZone: "Europe/Madrid" }),
      band("night", 840, 180, { timeZone: "America/New_York" }),
    ],
    true,
  ],
  [
    "a dated holiday of another zone outside the cycle",
    [
      band("a", 0, 1440, { exceptDates: ["2060-01-06"] }),
      band("h", 0, 1440, { dates: ["2060-01-06"], timeZone: "Asia/Tokyo" }),
    ],
    false,
  ],
])("%s", (_, bands, covered) => {
  expect(createCoverage(bands, "UTC")(bands.map(({ name }) => name))).toBe(covered);
});
