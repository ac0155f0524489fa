// Goal: an occasion a day, week or month, whatever the clocks do, each about the whole period before it.
// Method: days on which clocks change, and properties in zones of every kind.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Occasions, occasionAfter } from "../../src/reports/occasions.ts";
import { expectSame } from "../expect-same.ts";

const iso = (atMs: number) => new Date(atMs).toISOString();
function next(occasions: Occasions, after: string): string[] {
  const { atMs, period } = occasionAfter(occasions, Date.parse(after));
  return [iso(atMs), iso(period.fromMs), iso(period.toMs)].map((text) => text.slice(0, 16));
}

describe("occasions", () => {
  const daily = (at: string, zone = "Europe/Madrid"): Occasions => ({ every: "day", at, zone });

  it("a day is about the calendar day before, with 23, 24 or 25 hours", () => {
    expect(next(daily("06:00"), "2026-03-02T05:00:00Z")).toEqual([
      ...["2026-03-03T05:00", "2026-03-01T23:00", "2026-03-02T23:00"],
    ]);
    expect(next(daily("06:00"), "2026-03-02T04:59:59Z")[0]).toBe("2026-03-02T05:00");
    expect(next(daily("06:00"), "2026-03-29T12:00:00Z")).toEqual([
      ...["2026-03-30T04:00", "2026-03-28T23:00", "2026-03-29T22:00"],
    ]);
    expect(next(daily("06:00"), "2026-10-25T12:00:00Z")).toEqual([
      ...["2026-10-26T05:00", "2026-10-24T22:00", "2026-10-25T23:00"],
    ]);
  });

  it("a time that the clocks skip is when they go on; one that comes twice is the first", () => {
    expect(next(daily("02:30"), "2026-03-28T12:00:00Z")[0]).toBe("2026-03-29T01:00");
    expect(next(daily("02:30"), "2026-10-24T12:00:00Z")[0]).toBe("2026-10-25T00:30");
    expect(next(daily("02:30"), "2026-10-25T00:30:00Z")[0]).toBe("2026-10-26T01:30");
  });

  it("a week is from Monday, a month the whole one before, the 31st its last day", () => {
    const weekly: Occasions = { every: "week", at: "07:00", weekday: 3, zone: "UTC" };
    expect(next(weekly, "2026-03-03T00:00:00Z")).toEqual([
      ...["2026-03-04T07:00", "2026-02-23T00:00", "2026-03-02T00:00"],
    ]);
    const monthly: Occasions = { every: "month", at: "00:00", day: 31, zone: "UTC" };
    expect(next(monthly, "2026-02-01T00:00:00Z")).toEqual([
      ...["2026-02-28T00:00", "2026-01-01T00:00", "2026-02-01T00:00"],
    ]);
    expect(next({ ...monthly, day: 1 }, "2025-12-31T00:00:00Z")).toEqual([
      ...["2026-01-01T00:00", "2025-12-01T00:00", "2026-01-01T00:00"],
    ]);
  });

  it("a day that a zone left out has none", () => {
    const days = daily("06:00", "Pacific/Apia");
    const seen: string[] = [];
    let atMs = Date.parse("2011-12-29T00:00:00Z");
    while (atMs < Date.parse("2012-01-02T00:00:00Z")) {
      const found = occasionAfter(days, atMs);
      seen.push(`${iso(found.period.fromMs)}/${iso(found.period.toMs)}`);
      atMs = found.atMs;
    }
    expect(new Set(seen).size).toBe(seen.length);
  });

  const occasions = fc.record({
    every: fc.constantFrom("day" as const, "week" as const, "month" as const),
    at: fc
      .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
      .map((parts) => parts.map((part) => String(part).padStart(2, "0")).join(":")),
    weekday: fc.integer({ min: 1, max: 7 }),
    day: fc.integer({ min: 1, max: 31 }),
    zone: fc.constantFrom("UTC", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu"),
  });
  const instants = fc.integer({
    min: Date.parse("2000-01-01T00:00:00Z"),
    max: Date.parse("2035-01-01T00:00:00Z"),
  });

  it("each period comes once, after its end, and the next begins where it ended", () => {
    fc.assert(
      fc.property(occasions, instants, (when, afterMs) => {
        const first = occasionAfter(when, afterMs);
        const second = occasionAfter(when, first.atMs);
        expectSame(first.atMs > afterMs && first.atMs >= first.period.toMs, true);
        expectSame(occasionAfter(when, first.atMs - 1), first);
        expectSame(second.period.fromMs, first.period.toMs);
      }),
      { numRuns: 150 },
    );
  });
});
