import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { periodLabels } from "../../src/stores/zone-labels.ts";

const ZONES = [
  "UTC",
  "Europe/Madrid",
  "America/St_Johns",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "America/Sao_Paulo",
];

test("labels are those of luxon, in every zone and year", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...ZONES),
      fc.integer({ min: 0, max: Date.UTC(2037, 0, 1) }),
      (zone, atMs) => {
        const labels = periodLabels(zone);
        const local = DateTime.fromMillis(atMs, { zone });
        expect(labels(atMs, "month")).toBe(local.toFormat("yyyy-MM"));
        expect(labels(atMs, "day")).toBe(local.toFormat("yyyy-MM-dd"));
        expect(labels(atMs, "hour")).toBe(local.toFormat("yyyy-MM-dd'T'HH':00'ZZ"));
      },
    ),
    { numRuns: 300 },
  );
});

test("every minute of days on which clocks change has the right hour", () => {
  const days: [string, number][] = [
    ["Europe/Madrid", Date.UTC(2026, 9, 25)],
    ["America/St_Johns", Date.UTC(2006, 3, 2)],
    ["Australia/Lord_Howe", Date.UTC(2026, 3, 4)],
    ["Pacific/Apia", Date.UTC(2011, 11, 30)],
  ];
  for (const [zone, start] of days) {
    const labels = periodLabels(zone);
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const atMs = start + minute * 60_000;
      const local = DateTime.fromMillis(atMs, { zone });
      expect(labels(atMs, "hour")).toBe(local.toFormat("yyyy-MM-dd'T'HH':00'ZZ"));
    }
  }
});

test("a zone that does not exist is refused", () => {
  expect(() => periodLabels("Mars/Olympus")).toThrow(
    expect.objectContaining({ code: "invalid-params" }),
  );
});
