// Comparing carriers: exact amounts however near they are, ties, strategies, bans of short numbers.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { callPricerOf } from "../../src/rating/call-pricer.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { type Exchange, exchangeAt } from "../../src/rating/exchange.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import {
  breakTie,
  type Candidate,
  compareAmounts,
  createCandidate,
  settleCandidate,
} from "../../src/rating/routing/carrier-candidate.ts";
import { chooseCarrier, rankCarriers } from "../../src/rating/routing/rank-carriers.ts";
import { routesForCall } from "../../src/rating/routing/routes-for-call.ts";
import type { QualityFigures } from "../../src/rating/routing/strategies/quality.ts";
import type { CompiledCarrierPlan } from "../../src/rating/snapshot/native.ts";
import type { CarrierPlan, Strategy } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const snapshot = compileTariff(tariffOf({ carrierPlans: [carrierPlan("c", [])] }), "v");
const SAME = exchangeAt(snapshot, { from: "EUR", to: "EUR" }, 0);

interface Amount {
  numerator: number | bigint;
  denominator?: number | bigint;
  scale?: number;
  exchange?: Exchange | null;
}

/** A candidate with an amount of numerator ⁄ (denominator × 10^scale); BigInt: a wide one. */
function candidate(amount: Amount, order = 0): Candidate {
  const { numerator, denominator = 1, scale = 0, exchange = SAME } = amount;
  const made = createCandidate(snapshot, snapshot.carrierPlans[0] as CompiledCarrierPlan, order);
  made.deck = { ...made.deck, scale };
  made.price.reason = null;
  if (typeof numerator === "bigint") {
    made.price.wide = { numerator, denominator: BigInt(denominator) };
  } else {
    Object.assign(made.price, { numerator, denominator: Number(denominator) });
  }
  settleCandidate(made, exchange);
  return made;
}

/** A factor of one and a ten-billionth of a thousandth. */
const HAIR: Exchange = {
  row: { line: 2, from: "USD", to: "EUR", rate: "1.0000000000001", effectiveFromMs: null },
  factor: { numerator: 10_000_000_000_001n, denominator: 10_000_000_000_000n },
  approximate: 1.0000000000001,
};

describe("two amounts", () => {
  it.each<[string, Amount, Amount]>([
    ["far apart", { numerator: 1 }, { numerator: 2 }],
    ["below zero", { numerator: -2 }, { numerator: -1 }],
    ["free and not", { numerator: 0 }, { numerator: 1, scale: 15 }],
    ["of different decimals", { numerator: 199, scale: 2 }, { numerator: 2 }],
    [
      "of different units, by less than a float tells",
      { numerator: 10 ** 13, denominator: 3, scale: 13 },
      { numerator: 3_333_333_333_334, scale: 13 },
    ],
    [
      "of different decimals, by less than a float tells",
      { numerator: 33_333_333_333_329, scale: 14 },
      { numerator: 3_333_333_333_333, scale: 13 },
    ],
    [
      "of different currencies, by less than a float tells",
      { numerator: 1_000_000 },
      { numerator: 1_000_000, exchange: HAIR },
    ],
    [
      "of one currency that is converted, by one unit",
      { numerator: 10 ** 13, exchange: HAIR },
      { numerator: 10 ** 13 + 1, exchange: HAIR },
    ],
    [
      "of any size, the first one in BigInt",
      { numerator: 3_333_333_333_333n, scale: 13 },
      { numerator: 10 ** 13, denominator: 3, scale: 13 },
    ],
    [
      "of any size, the other one in BigInt",
      { numerator: 3_333_333_333_333, scale: 13 },
      { numerator: 10n ** 13n, denominator: 3, scale: 13 },
    ],
    ["both in BigInt", { numerator: 10n ** 30n }, { numerator: 10n ** 30n + 1n }],
    [
      "that cannot be converted, in their own currency",
      { numerator: 10 ** 13, exchange: null },
      { numerator: 10n ** 13n + 1n, exchange: null },
    ],
  ])("%s: the lower one first", (_what, lower, higher) => {
    expect(compareAmounts(candidate(lower), candidate(higher))).toBeLessThan(0);
    expect(compareAmounts(candidate(higher), candidate(lower))).toBeGreaterThan(0);
    expect(compareAmounts(candidate(lower), candidate(lower))).toBe(0);
  });

  it.each<[string, Amount, Amount]>([
    [
      // As floats they differ in the last digit.
      "thirds of different decimals",
      { numerator: 1, denominator: 3 },
      { numerator: 10, denominator: 3, scale: 1 },
    ],
    ["a Number and a BigInt", { numerator: 5 }, { numerator: 10n, denominator: 2 }],
    [
      "converted and not",
      { numerator: 10_000_000_000_001 },
      { numerator: 10_000_000_000_000, exchange: HAIR },
    ],
  ])("equal ones: %s", (_what, left, right) => {
    expect(compareAmounts(candidate(left), candidate(right))).toBe(0);
    expect(compareAmounts(candidate(right), candidate(left))).toBe(0);
  });

  it("of one amount are told apart by priority, then by their order in the plan", () => {
    const [first, second] = [candidate({ numerator: 1 }), candidate({ numerator: 1 }, 1)];
    expect(breakTie(first, second)).toBeLessThan(0);
    expect(breakTie(second, first)).toBeGreaterThan(0);
    const urgent = { ...second, plan: { ...second.plan, priority: 1 } };
    expect(breakTie(urgent, first)).toBeLessThan(0);
  });
});

describe("the choice without a list is the first of the list", () => {
  const quality: QualityFigures = {
    day: "2026-03-10",
    carriers: {
      C0: { calls: 9, asr: 0.5, acdSeconds: 60, pddMs: 700 },
      C1: { calls: 9, asr: 0.5, acdSeconds: 60, pddMs: null },
      C3: { calls: 9, asr: 0.5, acdSeconds: 60, pddMs: null },
    },
  };
  it.each<Strategy>(["lowest-cost", "priority", "weight", "quality"])("%s", (strategy) => {
    const carriers = Array.from({ length: 5 }, (_, index) => {
      const made = candidate({ numerator: (index * 7) % 5 }, index);
      const plan = { priority: (index * 3) % 4, weight: index, carrier: `C${index}` };
      return { ...made, plan: { ...made.plan, ...plan } };
    });
    for (let able = 0; able < 32; able++) {
      for (const [index, carrier] of carriers.entries()) {
        carrier.reason = (able >> index) % 2 === 1 ? null : "no-rate";
      }
      const context = { strategy, callId: `call-${able}`, quality };
      const ranked = rankCarriers(carriers, context);
      expect(ranked).toHaveLength(carriers.filter(({ reason }) => reason === null).length);
      expect(chooseCarrier(carriers, context)).toBe(ranked[0] ?? null);
    }
  });

  it("quality: no figures come last, an unknown delay after a known one", () => {
    const carriers = ["C4", "C3", "C2", "C1", "C0"].map((carrier, order) => {
      const made = candidate({ numerator: 1 }, order);
      return { ...made, plan: { ...made.plan, carrier } };
    });
    for (const list of [carriers, carriers.toReversed()]) {
      const ranked = rankCarriers(list, { strategy: "quality", callId: "", quality });
      expect(ranked.map(({ plan }) => plan.carrier)).toEqual(["C0", "C3", "C1", "C4", "C2"]);
    }
  });
});

describe("what a snapshot is priced with", () => {
  it("is made once", () => {
    const context = callPricerOf(snapshot);
    expect(callPricerOf(snapshot)).toBe(context);
    const plan = snapshot.voipPlans.get("gold");
    if (plan === undefined) throw new Error("the plan was compiled");
    expect(context.candidatesOf(plan)).toBe(context.candidatesOf(plan));
  });
});

const RETAIL = [retailPlan("r", [{ prefix: "", rate: "0.05" }])];

describe("a carrier that loses", () => {
  const reasons = (strategy: Strategy, plans: CarrierPlan[], quality?: QualityFigures) => {
    const tariff = tariffOf({ carrierPlans: plans, voipPlan: { routing: strategy } });
    const options = quality === undefined ? {} : { quality };
    const { basis } = priceCall(callOf({ id: "x" }), compileTariff(tariff, "v"), options);
    const { candidates } = basis["routing"] as { candidates: { plan: string; reason: string }[] };
    return candidates.map(({ plan, reason }) => [plan, reason]);
  };
  const plan = (name: string, rate: string, more = {}) =>
    carrierPlan(name, [{ prefix: "34", rate }], more);

  it("is dearer only where the amount decides", () => {
    const plans = [plan("a", "0.01"), plan("b", "0.02", { weight: 0 })];
    expect(reasons("lowest-cost", plans)).toEqual([["b", "dearer"]]);
    expect(reasons("priority", plans)).toEqual([["b", "dearer"]]);
    expect(reasons("weight", plans)).toEqual([["b", "not-drawn"]]);
    expect(reasons("quality", plans)).toEqual([["b", "dearer"]]);
  });

  it("has the reason of the member that decided", () => {
    const [first, second] = [plan("a", "0.01"), plan("b", "0.01", { priority: 200 })];
    const later = [first, plan("c", "0.01")];
    for (const strategy of ["lowest-cost", "priority", "quality"] as const) {
      expect(reasons(strategy, [first, second])).toEqual([["b", "lower-priority"]]);
      expect(reasons(strategy, later)).toEqual([["c", "later-in-plan"]]);
    }
    // A cheaper carrier that the priority, or the figures, put behind.
    const cheap = plan("b", "0.001", { priority: 200 });
    expect(reasons("priority", [first, cheap])).toEqual([["b", "lower-priority"]]);
    const figures = { calls: 2, asr: 0.5, acdSeconds: 60, pddMs: null };
    const of = (carriers: QualityFigures["carriers"]) => ({ day: "2026-03-02", carriers });
    for (const known of [
      { A: figures },
      { A: figures, B: { ...figures, asr: 0.4 } },
      { A: figures, B: { ...figures, acdSeconds: 59 } },
      { A: { ...figures, pddMs: 900 }, B: figures },
    ]) {
      expect(reasons("quality", [cheap, first], of(known))).toEqual([["b", "lower-quality"]]);
    }
    expect(reasons("quality", [cheap, first], of({ A: figures, B: figures }))).toEqual([
      ["a", "dearer"],
    ]);
  });

  it("by weight is told with what it was drawn by", () => {
    const plans = [
      plan("a", "0.01", { weight: 3 }),
      plan("b", "0.02", { priority: 1 }),
      carrierPlan("far", [{ prefix: "1" }]),
    ];
    const tariff = tariffOf({ carrierPlans: plans, voipPlan: { routing: "weight" } });
    const snapshot = compileTariff(tariff, "v");
    for (let n = 0; n < 40; n++) {
      const { basis, buy } = priceCall(callOf({ id: `call ${n}` }), snapshot);
      const { draw } = basis["routing"] as { draw: { hash: number; weights: unknown } };
      expect(draw.weights).toEqual([
        { plan: "b", weight: 1 },
        { plan: "a", weight: 3 },
      ]);
      expect(buy?.plan).toBe((draw.hash / 2 ** 32) * 4 < 1 ? "b" : "a");
    }
    // FNV-1a of "x 0" with the final mix of MurmurHash3, reckoned apart.
    const { basis } = priceCall(callOf({ id: "x" }), snapshot);
    expect(basis["routing"]).toMatchObject({ draw: { hash: 3_391_951_339 } });
  });

  it("keeps its first reason: one that has no rate is not asked for its currency", () => {
    const far = carrierPlan("far", [{ prefix: "1" }], { rules: { currency: "GBP" } });
    expect(reasons("lowest-cost", [far, plan("a", "0.01")])).toEqual([["far", "no-rate"]]);
  });

  it("is not one whose amount only a BigInt holds", () => {
    const wide = plan("wide", "900719925474.0993");
    expect(reasons("lowest-cost", [wide, plan("a", "900719925474.0994")])).toEqual([
      ["a", "dearer"],
    ]);
  });
});

describe("bans", () => {
  const reasonOf = (banned: string[], call: Partial<Call>) => {
    const tariff = tariffOf({ retailPlans: RETAIL, banPlans: { none: [], some: banned } });
    const { reason, basis } = priceCall(callOf(call), compileTariff(tariff, "v"));
    return [reason, basis["ban"]];
  };
  const emergency = { destination: "112", ruleSet: "ES" };

  it("cover a number by its longest prefix, all numbers by the empty one", () => {
    expect(reasonOf(["3", "3465"], {})).toEqual(["banned", { plan: "some", prefix: "3465" }]);
    expect(reasonOf([""], {})).toEqual(["banned", { plan: "some", prefix: "*" }]);
    expect(reasonOf(["346501234567"], {})).toEqual([undefined, undefined]);
  });

  it("cover a short number only whole, or with all numbers", () => {
    expect(reasonOf(["11"], emergency)).toEqual(["no-rate", undefined]);
    expect(reasonOf(["112"], emergency)).toEqual(["banned", { plan: "some", prefix: "112" }]);
    expect(reasonOf([""], emergency)).toEqual(["banned", { plan: "some", prefix: "*" }]);
  });
});

describe("routes", () => {
  const carrierPlans = [carrierPlan("a", [{ prefix: "34", rate: "0.03" }])];
  const routesOf = (call: Partial<Call> & { at?: null }, retailPlans = RETAIL) =>
    routesForCall(callOf(call), compileTariff(tariffOf({ retailPlans, carrierPlans }), "v"));

  it("are of the call's own length", () => {
    expect(routesOf({ usage: 10_000 }).routes).toMatchObject([
      { amount: "0.0050", ratePerMinute: "0.03", margin: "0.0033" },
    ]);
  });

  it("have no margin without a sell side", () => {
    expect(routesOf({}, [retailPlan("r", [{ prefix: "1" }])]).routes).toMatchObject([
      { amount: "0.0300", margin: null },
    ]);
  });

  it("are none for a call that cannot be priced, with the reason", () => {
    expect(routesOf({ at: null })).toEqual({ routes: [], rejected: [], reason: "no-call-time" });
  });
});
