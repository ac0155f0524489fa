// Time bands are wall-clock time in a zone: days of 23 and 25 hours, midnight, year ends, leap days.
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Band, PricingRules, RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

type BandOptions = Partial<Omit<Band, "name">>;

function band(options: BandOptions, name = "band"): Band {
  return { name, fromMinute: 0, toMinute: 0, timeZone: null, ...options };
}

/** Seconds of a call that fall into the band: a second there costs 1, elsewhere nothing. */
function secondsInBand(
  options: BandOptions,
  call: { from: string; seconds: number },
  rules: Partial<PricingRules> = {},
): number {
  const rows = [
    { prefix: "34", rate: "1", unitSeconds: 1, band: "band" },
    { prefix: "34", rate: "0" },
  ];
  const retailPlans = [retailPlan("r", rows, rules)];
  const snapshot = compileTariff(tariffOf({ bands: [band(options)], retailPlans }), "v");
  return Number(
    priceCall(callOf({ at: call.from, usage: call.seconds * 1000 }), snapshot).sell?.amount,
  );
}

const HOUR = 3600;
const DAY = 24 * HOUR;

describe("bands and moved clocks (Europe/Madrid)", () => {
  it("a day of the week has 23, 24 and 25 hours", () => {
    const sunday = { days: [7] };
    const from = (day: string) => ({ from: `${day}T12:00:00Z`, seconds: 3 * DAY });
    expect(secondsInBand(sunday, from("2026-03-27"))).toBe(23 * HOUR);
    expect(secondsInBand(sunday, from("2026-03-20"))).toBe(24 * HOUR);
    expect(secondsInBand(sunday, from("2026-10-23"))).toBe(25 * HOUR);
  });

  it("a skipped hour does not exist, a repeated one counts twice", () => {
    const twoToThree = { fromMinute: 120, toMinute: 180 };
    const day = (from: string) => ({ from, seconds: DAY });
    expect(secondsInBand(twoToThree, day("2026-03-28T23:00:00Z"))).toBe(0);
    expect(secondsInBand(twoToThree, day("2026-10-24T22:00:00Z"))).toBe(2 * HOUR);
    expect(secondsInBand(twoToThree, day("2026-06-01T22:00:00Z"))).toBe(HOUR);
  });

  it("a call through the change is charged by the clock on the wall", () => {
    const night = { fromMinute: 22 * 60, toMinute: 8 * 60 };
    // 01:30 to 03:30 on the wall is one hour in spring and three in autumn.
    expect(
      secondsInBand(
        { fromMinute: 90, toMinute: 210 },
        { from: "2026-03-29T00:00:00Z", seconds: 20 * HOUR },
      ),
    ).toBe(HOUR);
    expect(
      secondsInBand(
        { fromMinute: 90, toMinute: 210 },
        { from: "2026-10-25T00:00:00Z", seconds: 20 * HOUR },
      ),
    ).toBe(2.5 * HOUR);
    expect(secondsInBand(night, { from: "2026-03-28T12:00:00Z", seconds: DAY })).toBe(9 * HOUR);
    expect(secondsInBand(night, { from: "2026-10-24T12:00:00Z", seconds: DAY })).toBe(11 * HOUR);
  });
});

describe("days of bands", () => {
  it("a band past midnight belongs to the day it starts", () => {
    const fridayNight = { days: [5], fromMinute: 22 * 60, toMinute: 2 * 60 };
    const rules = { timeZone: "UTC" };
    const call = { from: "2026-01-02T00:00:00Z", seconds: 2 * DAY };
    expect(secondsInBand(fridayNight, call, rules)).toBe(4 * HOUR);
    const saturday = { from: "2026-01-03T00:00:00Z", seconds: DAY };
    expect(secondsInBand(fridayNight, saturday, rules)).toBe(2 * HOUR);
  });

  it("equal ends are a whole day from that time on", () => {
    const rules = { timeZone: "UTC" };
    const call = { from: "2026-01-01T00:00:00Z", seconds: 2 * DAY };
    const firstFrom10 = { dates: ["2026-01-01"], fromMinute: 600, toMinute: 600 };
    expect(secondsInBand(firstFrom10, call, rules)).toBe(DAY);
    expect(secondsInBand({ dates: ["2026-01-01"], toMinute: 1440 }, call, rules)).toBe(DAY);
  });

  it("months, month days, dates and holidays all must fit", () => {
    const rules = { timeZone: "UTC" };
    const year = (from: string) => ({ from: `${from}-01-01T00:00:00Z`, seconds: 366 * DAY });
    expect(secondsInBand({ dates: ["02-29"] }, year("2028"), rules)).toBe(DAY);
    expect(secondsInBand({ dates: ["02-29"] }, year("2027"), rules)).toBe(0);
    expect(secondsInBand({ months: [2] }, year("2028"), rules)).toBe(29 * DAY);
    expect(secondsInBand({ monthDays: [31] }, year("2028"), rules)).toBe(7 * DAY);
    expect(secondsInBand({ dates: ["12-25", "2028-04-14"] }, year("2028"), rules)).toBe(2 * DAY);
    const workdays = { months: [12], days: [1, 2, 3, 4, 5], exceptDates: ["12-25", "2028-12-06"] };
    expect(secondsInBand(workdays, year("2028"), rules)).toBe(19 * DAY);
  });

  it("a year ends at midnight of the zone", () => {
    const january = { dates: ["01-01"], timeZone: "Pacific/Auckland" };
    const call = { from: "2026-12-31T10:59:00Z", seconds: 120 };
    expect(secondsInBand(january, call)).toBe(60);
  });
});

describe("zones of bands", () => {
  it("a band that names none takes the zone of the plan", () => {
    const nine = { fromMinute: 540, toMinute: 541 };
    const call = { from: "2026-01-01T00:00:00Z", seconds: 10 * HOUR };
    expect(secondsInBand(nine, call, { timeZone: "UTC" })).toBe(60);
    expect(secondsInBand(nine, { ...call, seconds: 9 * HOUR }, { timeZone: "UTC" })).toBe(0);
    expect(secondsInBand(nine, { ...call, seconds: 9 * HOUR }, { timeZone: "Europe/Madrid" })).toBe(
      60,
    );
    const named = { ...nine, timeZone: "UTC" };
    expect(
      secondsInBand(named, { ...call, seconds: 9 * HOUR }, { timeZone: "Europe/Madrid" }),
    ).toBe(0);
  });

  it("a change within a second counts from the next second of the call", () => {
    const rules = { timeZone: "UTC" };
    const midnight = { dates: ["2026-01-01"] };
    expect(secondsInBand(midnight, { from: "2025-12-31T23:59:58.500Z", seconds: 5 }, rules)).toBe(
      3,
    );
  });

  it("rules of a zone hold beyond the table", () => {
    const call = { from: "2150-07-01T00:00:00Z", seconds: 2 * DAY };
    expect(secondsInBand({ fromMinute: 60, toMinute: 120 }, call)).toBe(2 * HOUR);
  });
});

describe("which row is in force", () => {
  function amountWith(bands: Band[], rows: Partial<RateRow>[], usage = 1000) {
    const retailPlans = [
      retailPlan(
        "r",
        rows.map((row) => ({ prefix: "34", unitSeconds: 1, ...row })),
        { timeZone: "UTC" },
      ),
    ];
    const snapshot = compileTariff(tariffOf({ bands, retailPlans }), "v");
    const { sell } = priceCall(callOf({ usage, at: "2026-03-11T12:00:00Z" }), snapshot);
    return sell?.amount ?? sell?.reason;
  }
  const both = [band({}, "first"), band({}, "second")];

  it("the first band of the list that holds, whatever the order of the rows", () => {
    const rows = [{ band: "second", rate: "2" }, { band: "first", rate: "1" }, { rate: "3" }];
    expect(amountWith(both, rows)).toBe("1.0000");
    expect(amountWith([...both].reverse(), rows)).toBe("2.0000");
  });

  it("rows without band only where no band holds", () => {
    const never = band({ days: [] }, "first");
    expect(amountWith([never], [{ band: "first", rate: "1" }, { rate: "3" }])).toBe("3.0000");
    expect(amountWith([never], [{ band: "first", rate: "1" }])).toBe("no-rate-in-band");
  });

  it("no row where the band that holds begins later in the call", () => {
    const rows = [{ band: "first", rate: "1", fromSecond: 10 }, { rate: "3" }];
    expect(amountWith(both, rows)).toBe("no-rate-in-band");
  });

  it("the latest window replaces the older one whole", () => {
    const at = (text: string) => ({ effectiveFromMs: Date.parse(text) });
    const rows = [
      { rate: "1", ...at("2026-01-01") },
      { rate: "2", fromSecond: 2, ...at("2026-01-01") },
      { rate: "5", ...at("2026-03-01") },
      { rate: "9", ...at("2026-04-01") },
    ];
    expect(amountWith([], rows, 4000)).toBe("20.0000");
  });
});
