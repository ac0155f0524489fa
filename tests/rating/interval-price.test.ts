// A started interval that costs what its first second does, beside seconds that each have their own
// price. Amounts by hand: 1.00 a minute from 08:00 to 16:00 in Prague, 0.50 otherwise, 0.20 from the
// sixth minute on, minutes billed as started.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { IntervalPrice, RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const DAY = { name: "day", fromMinute: 480, toMinute: 960, timeZone: "Europe/Prague" };
const MINUTES = { prefix: "34", firstInterval: 60 };
const ROWS: Partial<RateRow>[] = [
  { ...MINUTES, rate: "1", band: "day" },
  { ...MINUTES, rate: "0.5" },
  { ...MINUTES, rate: "0.2", fromSecond: 300 },
  { ...MINUTES, rate: "0.2", fromSecond: 300, band: "day" },
];

function sellOf(
  rows: Partial<RateRow>[],
  { from, to, plan = "each-second" }: { from: string; to: string; plan?: IntervalPrice },
) {
  const retailPlans = [retailPlan("r", rows, { intervalPrice: plan })];
  const snapshot = compileTariff(tariffOf({ bands: [DAY], retailPlans }), "v");
  const usage = Date.parse(to) - Date.parse(from);
  const { sell, basis } = priceCall(callOf({ at: from, usage }), snapshot);
  return { ...sell, basis: basis["sell"] as { spans: JsonObject[]; rows: JsonObject[] } };
}

const CALLS = [
  ["2020-01-14T15:59:30+01:00", "2020-01-14T16:01:40+01:00", "2.0000", "1.7500"],
  ["2020-01-14T15:59:30+01:00", "2020-01-14T16:00:20+01:00", "1.0000", "0.7500"],
  ["2020-01-14T07:59:30+01:00", "2020-01-14T08:01:40+01:00", "2.5000", "2.7500"],
  ["2020-01-13T18:10:15+01:00", "2020-01-13T18:12:57+01:00", "1.5000", "1.5000"],
  ["2020-01-18T08:59:20+01:00", "2020-01-18T09:10:00+01:00", "6.2000", "6.2000"],
] as const;

describe("interval_price", () => {
  it.each(CALLS)("start: %s to %s costs %s; each-second: %s", (from, to, start, each) => {
    const priced = (rows: Partial<RateRow>[], plan?: IntervalPrice) =>
      sellOf(rows, { from, to, ...(plan === undefined ? {} : { plan }) }).amount;
    const all = (intervalPrice: IntervalPrice) => ROWS.map((row) => ({ ...row, intervalPrice }));
    expect(priced(ROWS)).toBe(each);
    // By the plan, by the rows, by the rows against the plan.
    expect(priced(ROWS, "start")).toBe(start);
    expect(priced(all("start"))).toBe(start);
    expect(priced(all("each-second"), "start")).toBe(each);
  });

  it("holds across midnight and the steps of a call", () => {
    const night = [
      { ...MINUTES, rate: "6", intervalPrice: "start" as const },
      { ...MINUTES, rate: "60", fromSecond: 61, intervalPrice: "start" as const },
    ];
    const from = "2020-01-13T23:59:30+01:00";
    // Intervals begin at 0, 60 and 120: the step at 61 counts for the third.
    expect(sellOf(night, { from, to: "2020-01-14T00:01:31+01:00" }).amount).toBe("72.0000");
  });

  it("is asked of the row at the start of each interval; others go by the second", () => {
    const mixed = [
      { ...MINUTES, rate: "1", band: "day", intervalPrice: "start" as const },
      { ...MINUTES, rate: "0.6", intervalPrice: "each-second" as const },
    ];
    // 07:59:30: 30 s at 0.6 and 30 s at 1 a minute; then whole minutes at 1.
    const early = sellOf(mixed, { from: CALLS[2][0], to: CALLS[2][1] });
    expect(early.amount).toBe("2.8000");
    // 15:59:30: a whole minute at 1, then by the second at 0.6.
    const late = sellOf(mixed, { from: CALLS[0][0], to: CALLS[0][1] });
    expect(late.amount).toBe("2.2000");
    expect(late.basis.spans).toMatchObject([
      { fromSecond: 0, seconds: 60, rate: "1" },
      { fromSecond: 60, seconds: 120, rate: "0.6" },
    ]);
    expect(late.basis.rows).toMatchObject([{ intervalPrice: "start" }, { rate: "0.6" }]);
    expect(late.basis.rows[1]).not.toHaveProperty("intervalPrice");
  });

  it("needs a row only where an interval begins", () => {
    const day = (intervalPrice: IntervalPrice) => [
      { ...MINUTES, rate: "1", band: "day", intervalPrice },
    ];
    const call = { from: "2020-01-14T15:59:30+01:00", to: "2020-01-14T16:00:20+01:00" };
    expect(sellOf(day("start"), call).amount).toBe("1.0000");
    expect(sellOf(day("each-second"), call).reason).toBe("no-rate-in-band");
    const longer = { from: call.from, to: "2020-01-14T16:00:40+01:00" };
    expect(sellOf(day("start"), longer).reason).toBe("no-rate-in-band");
  });
});
