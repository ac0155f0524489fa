// One call under one plan: amounts stay in Numbers while that is exact, and the side says what was
// called.
import { describe, expect, it } from "vitest";
import { TODAYS_EDITION } from "../../src/cdr/edition.ts";
import type { Call } from "../../src/cdr/rating.ts";
import { callPricerOf, setRequest } from "../../src/rating/call-pricer.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { createPlanPrice, exactText, roundedText } from "../../src/rating/deck/plan-price.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Band, RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const BANDS: Band[] = [
  { name: "day", fromMinute: 540, toMinute: 1080, timeZone: "UTC" },
  { name: "night", fromMinute: 1080, toMinute: 540, timeZone: "UTC" },
];

function planPrice(rows: Partial<RateRow>[], call: Partial<Call> & { at?: string } = {}) {
  const prefixed = rows.map((row) => ({ prefix: "34", ...row }));
  const tariff = tariffOf({ bands: BANDS, retailPlans: [retailPlan("r", prefixed)] });
  const snapshot = compileTariff(tariff, "v");
  const context = callPricerOf(snapshot);
  const asked = callOf(call);
  const numbers = context.readNumbers(asked, null, TODAYS_EDITION);
  setRequest(context, asked, { numbers, edition: TODAYS_EDITION });
  const [plan] = snapshot.retailPlans;
  const price = createPlanPrice(snapshot);
  if (plan === undefined) throw new Error("a plan was compiled");
  context.pricer.price(context.request, plan, price);
  const [deck] = snapshot.decks;
  if (deck === undefined) throw new Error("a deck was compiled");
  return {
    isWide: price.wide !== null,
    capped: price.capped,
    reason: price.reason,
    exact: exactText(price, deck),
    amount: roundedText(price, deck, plan.rules.rounding),
  };
}

describe("the amount", () => {
  const steps = [{ rate: "0.12" }, { rate: "0.06", fromSecond: 30 }];
  it.each<[string, Partial<RateRow>[], Partial<Call> & { at?: string }, object]>([
    ["a rate and a fee", [{ rate: "0.12", connectFee: "0.5" }], {}, { exact: "0.62" }],
    ["two rows of one unit", steps, {}, { exact: "0.09" }],
    ["a rate below zero", [{ rate: "-0.12" }], {}, { exact: "-0.12" }],
    [
      "a maximum that is not reached",
      [{ rate: "0.12", maximumAmount: "0.2" }],
      {},
      { exact: "0.12" },
    ],
    ["a maximum just reached", [{ rate: "0.12", maximumAmount: "0.12" }], {}, { exact: "0.12" }],
    [
      "a maximum that cuts",
      [{ rate: "0.12", maximumAmount: "0.11" }],
      {},
      { exact: "0.11", capped: true },
    ],
    ["a call within its grace", [{ rate: "1", graceSeconds: 60 }], {}, { exact: "0" }],
  ])("of %s stays in Numbers", (_what, rows, call, expected) => {
    expect(planPrice(rows, call)).toMatchObject({
      isWide: false,
      capped: false,
      reason: null,
      ...expected,
    });
  });

  it.each<[string, Partial<RateRow>[], Partial<Call> & { at?: string }, object]>([
    [
      "rows of different units",
      [{ rate: "0.12" }, { rate: "0.001", fromSecond: 30, unitSeconds: 1 }],
      {},
      { exact: "0.09" },
    ],
    [
      "a rate that no Number holds",
      [{ rate: "900719925474.0993", unitSeconds: 1 }],
      { usage: 1000 },
      { exact: "900719925474.0993" },
    ],
    [
      "a fee that no Number holds",
      [{ rate: "0", connectFee: "900719925474.0993", unitSeconds: 1 }],
      { usage: 1000 },
      { exact: "900719925474.0993" },
    ],
    [
      "a product that no Number holds",
      [{ rate: "123456789.123456789", unitSeconds: 1 }],
      { usage: 10_000 },
      { exact: "1234567891.23456789" },
    ],
    [
      "a sum that no Number holds",
      [{ rate: "4503599.627370496", connectFee: "4503599.627370496", unitSeconds: 1 }],
      { usage: 1000 },
      { exact: "9007199.254740992" },
    ],
    [
      "a maximum that no Number holds",
      [{ rate: "0.1", maximumAmount: "900719925474.0993" }],
      {},
      { exact: "0.1" },
    ],
    [
      "a maximum that cuts what no Number holds",
      [{ rate: "900719925474.0993", unitSeconds: 1, maximumAmount: "7" }],
      { usage: 2000 },
      { exact: "7", capped: true },
    ],
  ])("of %s is exact in BigInt", (_what, rows, call, expected) => {
    expect(planPrice(rows, call)).toMatchObject({
      isWide: true,
      capped: false,
      reason: null,
      ...expected,
    });
  });

  it("of several units is one fraction over their least common denominator", () => {
    const rows = [
      { rate: "0.1", unitSeconds: 60, fromSecond: 0 },
      { rate: "0.1", unitSeconds: 90, fromSecond: 20 },
      { rate: "0.1", unitSeconds: 7, fromSecond: 40 },
    ];
    // 0.1 × (20⁄60 + 20⁄90 + 20⁄7) = 0.1 × 215⁄63
    expect(planPrice(rows)).toMatchObject({ isWide: true, exact: "43/126", amount: "0.3413" });
  });

  it("of 10^18 and more is refused", () => {
    const rows = [{ rate: "999999999999999999", unitSeconds: 1 }];
    expect(planPrice(rows, { usage: 1000 }).amount).toBe("999999999999999999.0000");
    expect(planPrice(rows, { usage: 2000 }).amount).toBeNull();
  });
});

describe("the name of what was called", () => {
  const sellOf = (rows: Partial<RateRow>[], call: Partial<Call> & { at?: string } = {}) => {
    const tariff = tariffOf({ bands: BANDS, retailPlans: [retailPlan("r", rows)] });
    const { sell } = priceCall(callOf(call), compileTariff(tariff, "v"));
    return [sell?.prefix, sell?.destination, sell?.billedSeconds, sell?.reason];
  };

  it("is the matched row's, else that of the matched prefix", () => {
    expect(sellOf([{ prefix: "34", destination: "Iberia" }])).toEqual([
      "34",
      "Iberia",
      60,
      undefined,
    ]);
    expect(sellOf([{ prefix: "34", destination: "" }])).toEqual(["34", "Spain", 60, undefined]);
    expect(sellOf([{ prefix: "", destination: "" }])).toEqual(["*", null, 60, undefined]);
    expect(sellOf([{ prefix: "35", destination: "" }])).toEqual([null, null, 0, "no-rate"]);
  });

  it("is that of the row in force, and of the first one where none is", () => {
    const rows = [
      { prefix: "34", destination: "By day", band: "day" },
      { prefix: "34", destination: "By night", band: "night" },
    ];
    expect(sellOf(rows, { at: "2026-03-11T20:00:00Z" })).toEqual(["34", "By night", 60, undefined]);
    expect(sellOf(rows.slice(0, 1), { at: "2026-03-11T20:00:00Z" })).toEqual([
      "34",
      "By day",
      0,
      "no-rate-in-band",
    ]);
  });
});
