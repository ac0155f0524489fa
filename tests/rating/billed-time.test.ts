// Billed time: intervals, grace, minimum, usage rounding, and the work that long calls take.
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { RateRow, UsageRounding } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

function priceOn(
  rows: Partial<RateRow>[],
  call: Parameters<typeof callOf>[0],
  usageRounding: UsageRounding = "none",
) {
  const retailPlans = [retailPlan("r", rows, { usageRounding })];
  return priceCall(callOf(call), compileTariff(tariffOf({ retailPlans }), "v"));
}

function billedSeconds(row: Partial<RateRow>, usage: number, rounding?: UsageRounding): number {
  const { sell } = priceOn([{ prefix: "34", ...row }], { usage }, rounding);
  expect(sell?.reason).toBeUndefined();
  return sell?.billedSeconds ?? -1;
}

/** Seconds billed by laying one interval after the other. */
function laid(usage: number, first: number, next: number): number {
  if (usage === 0) return 0;
  let billed = first;
  while (billed < usage) billed += next;
  return billed;
}

describe("intervals", () => {
  it.each([
    [90, 60],
    [20, 6],
    [10, 60],
    [30, 18],
    [6, 6],
    [60, 60],
    [1, 1],
    [30, 6],
  ])("%i/%i bills every duration to an hour as laid one by one", (firstInterval, nextInterval) => {
    const retailPlans = [retailPlan("r", [{ prefix: "34", firstInterval, nextInterval }])];
    const snapshot = compileTariff(tariffOf({ retailPlans }), "v");
    for (let seconds = 0; seconds <= 3600; seconds++) {
      const { sell } = priceCall(callOf({ usage: seconds * 1000 }), snapshot);
      const expected = laid(seconds, firstInterval, nextInterval);
      expect([seconds, sell?.billedSeconds]).toEqual([seconds, expected]);
    }
  });

  it("are not rounded over the whole call, as other systems do", () => {
    expect(billedSeconds({ firstInterval: 90, nextInterval: 60 }, 91_000)).toBe(150);
    expect(billedSeconds({ firstInterval: 20, nextInterval: 6 }, 21_000)).toBe(26);
    expect(billedSeconds({ firstInterval: 10, nextInterval: 60 }, 11_000)).toBe(70);
    expect(billedSeconds({ firstInterval: 30, nextInterval: 18 }, 31_000)).toBe(48);
  });

  it("compare milliseconds exactly when usage is not rounded", () => {
    const row = { firstInterval: 60, nextInterval: 60 };
    expect(billedSeconds(row, 60_000)).toBe(60);
    expect(billedSeconds(row, 60_001)).toBe(120);
    expect(billedSeconds(row, 1)).toBe(60);
  });

  it("follow the usage rounding of the plan", () => {
    const row = { firstInterval: 60, nextInterval: 60 };
    expect(billedSeconds(row, 60_499, "half-up")).toBe(60);
    expect(billedSeconds(row, 60_500, "half-up")).toBe(120);
    expect(billedSeconds(row, 60_500, "half-down")).toBe(60);
    expect(billedSeconds(row, 60_501, "half-down")).toBe(120);
    expect(billedSeconds(row, 500, "half-down")).toBe(0);
    expect(billedSeconds(row, 60_999, "down")).toBe(60);
    expect(billedSeconds(row, 60_001, "up")).toBe(120);
    expect(billedSeconds(row, 999, "down")).toBe(0);
  });
});

describe("grace and minimum", () => {
  it("bill nothing and no fee up to the grace, all of the call beyond it", () => {
    const row = { prefix: "34", graceSeconds: 10, connectFee: "1", rate: "60", unitSeconds: 60 };
    expect(priceOn([row], { usage: 10_000 }).sell).toMatchObject({
      amount: "0.0000",
      billedSeconds: 0,
    });
    expect(priceOn([row], { usage: 10_001 }).sell).toMatchObject({
      amount: "12.0000",
      billedSeconds: 11,
    });
  });

  it("cover the minimum with whole intervals", () => {
    const row = { firstInterval: 30, nextInterval: 18, minimumSeconds: 31 };
    expect(billedSeconds(row, 1000)).toBe(48);
    expect(billedSeconds(row, 49_000)).toBe(66);
  });

  it("come from the row at second 0", () => {
    const rows = [
      { prefix: "34", rate: "1", unitSeconds: 1, minimumSeconds: 4, connectFee: "10" },
      {
        prefix: "34",
        rate: "2",
        unitSeconds: 1,
        fromSecond: 2,
        minimumSeconds: 90,
        connectFee: "7",
      },
    ];
    expect(priceOn(rows, { usage: 1000 }).sell).toMatchObject({
      amount: "16.0000",
      billedSeconds: 4,
    });
  });
});

describe("steps and units", () => {
  it("charge each second of an interval at the row in force then", () => {
    const rows = [
      { prefix: "34", rate: "1", unitSeconds: 1, firstInterval: 60, nextInterval: 60 },
      {
        prefix: "34",
        rate: "3",
        unitSeconds: 1,
        firstInterval: 7,
        nextInterval: 7,
        fromSecond: 90,
      },
    ];
    // Intervals of 60 from 0 and 60; the next begins at 120, where the second row's 7 holds.
    expect(priceOn(rows, { usage: 121_000 }).sell).toMatchObject({
      billedSeconds: 127,
      amount: `${90 + 3 * 37}.0000`,
    });
  });

  it("sum different units exactly", () => {
    const rows = [
      { prefix: "34", rate: "1", unitSeconds: 7 },
      { prefix: "34", rate: "1", unitSeconds: 3, fromSecond: 1 },
    ];
    const { sell, basis } = priceOn(rows, { usage: 2000 });
    expect((basis["sell"] as { exact: string }).exact).toBe("10/21");
    expect(sell?.amount).toBe("0.4762");
  });

  it("cap the amount, fee included, and say so", () => {
    const row = { prefix: "34", rate: "1", connectFee: "0.5", maximumAmount: "0.75" };
    const { sell, basis } = priceOn([row], { usage: 60_000 });
    expect(sell?.amount).toBe("0.7500");
    expect(basis["sell"]).toMatchObject({ capped: true, maximumAmount: "0.75" });
  });

  it("price messages and data in units", () => {
    const rows = [
      { prefix: "", tor: "*sms", rate: "0.05", unitSeconds: 1 },
      { prefix: "", tor: "*data", rate: "0.01", unitSeconds: 1_048_576, firstInterval: 1024 },
    ];
    expect(priceOn(rows, { tor: "*sms", usage: 3 }).sell?.amount).toBe("0.1500");
    const data = priceOn(rows, { tor: "*data", usage: 1_048_577, destination: "" });
    expect(data.sell).toMatchObject({ billedSeconds: 1_049_600, prefix: "*", amount: "0.0100" });
    expect(priceOn(rows, { tor: "*mms", usage: 1 }).sell?.reason).toBe("no-rate");
  });

  it("take the band of data at the answer time for the whole session", () => {
    const bands = [{ name: "night", fromMinute: 0, toMinute: 60, timeZone: "UTC" }];
    const rows = [
      { prefix: "", tor: "*data", rate: "1", unitSeconds: 1, band: "night" },
      { prefix: "", tor: "*data", rate: "2", unitSeconds: 1 },
    ];
    const snapshot = compileTariff(tariffOf({ bands, retailPlans: [retailPlan("r", rows)] }), "v");
    const call = callOf({ tor: "*data", usage: 100, at: "2026-01-01T00:59:59Z" });
    expect(priceCall(call, snapshot).sell?.amount).toBe("100.0000");
  });
});

describe("the work that length makes", () => {
  it("is one span for a day at 1 s increments and for 10 GB at 1 byte", () => {
    const day = priceOn([{ prefix: "34", rate: "0.01" }], { usage: 86_400_000 });
    expect(day.sell).toMatchObject({ amount: "14.4000", billedSeconds: 86_400 });
    expect((day.basis["sell"] as { spans: unknown[] }).spans).toHaveLength(1);
    const row = { prefix: "", tor: "*data", rate: "0.002", unitSeconds: 1_000_000 };
    const session = priceOn([row], { tor: "*data", usage: 10_000_000_000 });
    expect(session.sell).toMatchObject({ amount: "20.0000", billedSeconds: 10_000_000_000 });
    expect((session.basis["sell"] as { spans: unknown[] }).spans).toHaveLength(1);
  });

  it("is refused through more than 20,000 changes of the rate, in whatever year", () => {
    const bands = [{ name: "b", fromMinute: 0, toMinute: 1, timeZone: "Europe/Madrid" }];
    const retailPlans = [retailPlan("r", [{ prefix: "34", band: "b" }, { prefix: "34" }])];
    const snapshot = compileTariff(tariffOf({ bands, retailPlans }), "v");
    const lasting = (days: number, at: string) =>
      priceCall(callOf({ usage: days * 86_400_000, at }), snapshot).sell;
    for (const at of ["2026-01-01T12:00:00Z", "2400-01-01T12:00:00Z"]) {
      expect(lasting(9_900, at)).toMatchObject({ billedSeconds: 9_900 * 86_400 });
      expect(lasting(10_001, at)).toMatchObject({ amount: null, reason: "amount-out-of-range" });
    }
  });

  it("stays exact beyond 2^53, and refuses what cannot be kept", () => {
    const wide = { prefix: "34", rate: "999999999999.9999999999", connectFee: "0.0000000001" };
    const { sell, basis } = priceOn([wide], { usage: 3_600_000 });
    expect((basis["sell"] as { exact: string }).exact).toBe("59999999999999.9999999941");
    expect(sell?.amount).toBe("60000000000000.0000");
    const huge = { prefix: "34", rate: "999999999999", unitSeconds: 1 };
    expect(priceOn([huge], { usage: 86_400_000_000 }).sell?.reason).toBe("amount-out-of-range");
  });
});
