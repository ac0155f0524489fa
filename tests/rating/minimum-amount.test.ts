// A least amount for a call that is billed at all: neither a fee nor a minimum duration.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const sellOf = (row: Partial<RateRow>, usage: number) => {
  const tariff = tariffOf({ retailPlans: [retailPlan("r", [{ prefix: "34", ...row }])] });
  const { sell, basis } = priceCall(callOf({ usage }), compileTariff(tariff, "v"));
  return { ...sell, basis: basis["sell"] as JsonObject };
};

describe("minimum_amount", () => {
  // 0.006 a minute is 0.0001 a second: the least amount is reached at 100 s.
  it.each([
    [0, "0.0000"],
    [5, "0.0100"],
    [60, "0.0100"],
    [99, "0.0100"],
    [100, "0.0100"],
    [101, "0.0101"],
    [600, "0.0600"],
  ])("%d s at 0.006 a minute, at least 0.01, cost %s", (seconds, amount) => {
    expect(sellOf({ rate: "0.006", minimumAmount: "0.01" }, seconds * 1000).amount).toBe(amount);
  });

  it("holds after the maximum, which it may equal, and before the one rounding", () => {
    const row = { rate: "6", connectFee: "0.5", minimumAmount: "0.00005" };
    expect(sellOf({ rate: "0.000001", minimumAmount: "0.00005" }, 1000).amount).toBe("0.0001");
    expect(sellOf({ ...row, maximumAmount: "0.2" }, 60_000).amount).toBe("0.2000");
    const equal = { minimumAmount: "0.2", maximumAmount: "0.2" };
    expect(sellOf({ ...row, ...equal }, 60_000).amount).toBe("0.2000");
    expect(sellOf({ rate: "0.01", ...equal }, 60_000).amount).toBe("0.2000");
  });

  it("counts a fee and a negative rate in", () => {
    const row = { rate: "-0.06", connectFee: "0.005", minimumAmount: "0.001" };
    expect(sellOf(row, 60_000)).toMatchObject({ amount: "0.0010", basis: { raised: true } });
    expect(sellOf({ ...row, rate: "0" }, 60_000).amount).toBe("0.0050");
  });

  it("charges nothing within the grace", () => {
    const row = { rate: "0.006", graceSeconds: 10, minimumAmount: "0.01" };
    expect(sellOf(row, 10_000)).toMatchObject({ amount: "0.0000", billedSeconds: 0 });
    expect(sellOf(row, 10_001).amount).toBe("0.0100");
  });

  it("is that of the row at second 0", () => {
    const rows = [
      { prefix: "34", rate: "0.006", minimumAmount: "0.01" },
      { prefix: "34", rate: "0.006", minimumAmount: "5", fromSecond: 10 },
    ];
    const tariff = tariffOf({ retailPlans: [retailPlan("r", rows)] });
    const { sell } = priceCall(callOf({ usage: 20_000 }), compileTariff(tariff, "v"));
    expect(sell?.amount).toBe("0.0100");
  });

  it("is said in the basis and in words", () => {
    expect(sellOf({ rate: "0.006", minimumAmount: "0.01" }, 5000).basis).toMatchObject({
      exact: "0.01",
      minimumAmount: "0.01",
      raised: true,
      rows: [{ minimumAmount: "0.01" }],
    });
    const { basis } = sellOf({ rate: "0.006", minimumAmount: "0.01" }, 600_000);
    expect([basis["minimumAmount"], basis["raised"]]).toEqual(["0.01", undefined]);
    const tariff = tariffOf({
      retailPlans: [retailPlan("r", [{ prefix: "34", rate: "0.006", minimumAmount: "0.01" }])],
    });
    const call = callOf({ usage: 5000 });
    const { trace = {} } = priceCall(call, compileTariff(tariff, "v"), { trace: true });
    const texts = (trace["steps"] as JsonObject[]).map(({ text }) => text);
    expect(texts).toContain("0 + 0.006 × 5 ⁄ 60 is less than the minimum: raised to 0.01.");
  });

  it("decides between carriers, on the exact amounts", () => {
    const tariff = tariffOf({
      retailPlans: [retailPlan("r", [{ prefix: "34", rate: "0.02" }])],
      carrierPlans: [
        carrierPlan("cheap", [{ prefix: "34", rate: "0.006", minimumAmount: "0.01" }]),
        carrierPlan("dear", [{ prefix: "34", rate: "0.009" }]),
      ],
    });
    const snapshot = compileTariff(tariff, "v");
    const carrierOf = (usage: number) => priceCall(callOf({ usage }), snapshot).buy?.plan;
    // 60 s: 0.01 and 0.009; 600 s: 0.06 and 0.09.
    expect([carrierOf(60_000), carrierOf(600_000)]).toEqual(["dear", "cheap"]);
  });

  it("raises beside rates, and to amounts, that no Number holds", () => {
    const wide = { rate: "900719925474.0993", unitSeconds: 1, minimumAmount: "1801439850948.1987" };
    expect(sellOf(wide, 2000)).toMatchObject({
      amount: "1801439850948.1987",
      basis: { raised: true },
    });
    expect(sellOf({ ...wide, minimumAmount: "1801439850948.1986" }, 2000).basis).not.toHaveProperty(
      "raised",
    );
    expect(sellOf({ rate: "0.01", minimumAmount: "900719925474.0993" }, 1000).amount).toBe(
      "900719925474.0993",
    );
  });
});
