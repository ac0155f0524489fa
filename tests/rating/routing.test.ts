// Which carrier takes a call: own longest prefix first, then the strategy; named carriers, bans,
// blocked rows, currencies, and the worked examples of CDR-Stats where ours is right.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { routesForCall } from "../../src/rating/routing/routes-for-call.ts";
import type { QualityFigures } from "../../src/rating/routing/strategies/quality.ts";
import type { CarrierPlan, Strategy, Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const MOBILE = "447700900123";
const retailPlans = [retailPlan("r", [{ prefix: "44", rate: "0.05" }])];

function tariffWith(
  carrierPlans: CarrierPlan[],
  routing: Strategy = "lowest-cost",
  more: Partial<Tariff> = {},
) {
  return tariffOf({ retailPlans, carrierPlans, ...more, voipPlan: { routing } });
}

function price(tariff: Tariff, call: Parameters<typeof callOf>[0] = {}, quality?: QualityFigures) {
  const options = quality === undefined ? {} : { quality };
  return priceCall(callOf({ destination: MOBILE, ...call }), compileTariff(tariff, "v"), options);
}

function routes(tariff: Tariff, call: Parameters<typeof callOf>[0] = {}, quality?: QualityFigures) {
  const options = quality === undefined ? {} : { quality };
  return routesForCall(
    callOf({ destination: MOBILE, ...call }),
    compileTariff(tariff, "v"),
    options,
  );
}

const alpha = (rate: string, plan: Parameters<typeof carrierPlan>[2] = {}) =>
  carrierPlan("alpha", [{ prefix: "44770", rate }], plan);
const beta = (rate: string, plan: Parameters<typeof carrierPlan>[2] = {}) =>
  carrierPlan("beta", [{ prefix: "447", rate }], plan);
const gamma = (rate: string, plan: Parameters<typeof carrierPlan>[2] = {}) =>
  carrierPlan("gamma", [{ prefix: "44", rate }], plan);

describe("lowest cost", () => {
  it("each carrier's own longest prefix, then the cheaper call: 447 at 0.018 beats 44770 at 0.030", () => {
    const { buy, basis } = price(tariffWith([alpha("0.030"), beta("0.018")]));
    expect(buy).toMatchObject({
      carrier: "BETA",
      prefix: "447",
      amount: "0.0180",
      basis: "routed",
    });
    expect(basis["routing"]).toMatchObject({
      strategy: "lowest-cost",
      candidates: [{ carrier: "ALPHA", plan: "alpha", amount: "0.0300", reason: "dearer" }],
    });
  });

  it("the price of this call decides, not the rate", () => {
    const perMinute = carrierPlan("minutes", [{ prefix: "44", rate: "0.01", firstInterval: 60 }]);
    const perSecond = carrierPlan("seconds", [{ prefix: "44", rate: "0.012" }]);
    const tariff = tariffWith([perMinute, perSecond]);
    expect(price(tariff, { usage: 10_000 }).buy?.plan).toBe("seconds");
    expect(price(tariff, { usage: 60_000 }).buy?.plan).toBe("minutes");
  });

  it("compares unrounded amounts: a difference far behind the last decimal counts", () => {
    const tariff = tariffWith([alpha("0.0300000001"), beta("0.03"), gamma("0.0300000002")]);
    const { buy, basis } = price(tariff, { usage: 1000 });
    expect(buy).toMatchObject({ plan: "beta", amount: "0.0005" });
    expect(basis["routing"]).toMatchObject({
      candidates: [{ reason: "dearer" }, { reason: "dearer" }],
    });
  });

  it("equal amounts: the lower priority number, then the order of the plan", () => {
    expect(price(tariffWith([alpha("0.03"), beta("0.03")])).buy?.plan).toBe("alpha");
    const tie = price(tariffWith([alpha("0.03"), beta("0.03", { priority: 10 })]));
    expect(tie.buy?.plan).toBe("beta");
    expect(tie.basis["routing"]).toMatchObject({ candidates: [{ reason: "lower-priority" }] });
  });

  it("a blocked longest match takes the carrier out; it never falls to a shorter prefix", () => {
    const blocked = carrierPlan("cheap", [
      { prefix: "44", rate: "0.001" },
      { prefix: "447", rate: "0.001", status: "blocked" },
    ]);
    const { buy, basis } = price(tariffWith([blocked, beta("0.02")]));
    expect(buy?.plan).toBe("beta");
    expect(basis["routing"]).toMatchObject({ candidates: [{ plan: "cheap", reason: "blocked" }] });
    expect(price(tariffWith([blocked])).buy).toMatchObject({ amount: null, reason: "blocked" });
  });

  it("says why none can take the call", () => {
    const none = price(tariffWith([carrierPlan("far", [{ prefix: "1" }])]));
    expect(none).toMatchObject({ outcome: "partial", reason: "no-rate", buy: { amount: null } });
    const blocked = carrierPlan("shut", [{ prefix: "44", status: "blocked" }]);
    const mixed = price(tariffWith([carrierPlan("far", [{ prefix: "1" }]), blocked]));
    expect(mixed.buy?.reason).toBe("no-carrier");
    expect(mixed.margin).toMatchObject({ amount: null, reason: "side-not-priced" });
  });
});

describe("other strategies", () => {
  it("priority: the lowest number, then the amount", () => {
    const plans = [
      alpha("0.03", { priority: 20 }),
      beta("0.02", { priority: 10 }),
      gamma("0.01", { priority: 10 }),
    ];
    const { routes: found } = routes(tariffWith(plans, "priority"));
    expect(found.map((route) => route.plan)).toEqual(["gamma", "beta", "alpha"]);
    const { basis } = price(tariffWith(plans, "priority"));
    expect(basis["routing"]).toMatchObject({
      candidates: [
        { plan: "alpha", reason: "lower-priority" },
        { plan: "beta", reason: "dearer" },
      ],
    });
  });

  it("weight: the same call goes the same way, many calls by the shares", () => {
    const plans = [
      alpha("0.03", { weight: 3 }),
      beta("0.02", { weight: 1 }),
      gamma("0.01", { weight: 0 }),
    ];
    const tariff = tariffWith(plans, "weight");
    const snapshot = compileTariff(tariff, "v");
    const plan = (id: number) =>
      priceCall(callOf({ id: `call-${id}`, destination: MOBILE }), snapshot).buy?.plan;
    const shares: Record<string, number> = {};
    for (let id = 0; id < 8000; id++) {
      const chosen = plan(id) ?? "none";
      shares[chosen] = (shares[chosen] ?? 0) + 1;
    }
    expect(shares["alpha"]).toBeGreaterThan(5800);
    expect(shares["alpha"]).toBeLessThan(6200);
    expect(shares["gamma"]).toBeUndefined();
    expect(plan(5)).toBe(plan(5));
    const order = routes(tariff, { id: "call-5" }).routes.map((route) => route.plan);
    expect(order[0]).toBe(plan(5));
    expect(order[2]).toBe("gamma");
  });

  it("weight: a carrier that cannot take the call leaves its share to the rest", () => {
    const shut = carrierPlan("shut", [{ prefix: "44", status: "blocked" }], { weight: 1000 });
    expect(price(tariffWith([shut, beta("0.02")], "weight")).buy?.plan).toBe("beta");
  });

  it("quality: ASR, then ACD, then PDD, then the amount; no figures last", () => {
    const plans = ["a", "b", "c", "d", "e"].map((name) =>
      carrierPlan(name, [{ prefix: "44", rate: name === "e" ? "0.001" : "0.02" }]),
    );
    const good = { calls: 100, asr: 0.6, acdSeconds: 120, pddMs: 900 };
    const quality = {
      day: "2026-03-10",
      carriers: {
        a: { ...good, pddMs: 1000 },
        B: good,
        C: { ...good, acdSeconds: 130 },
        D: { ...good, asr: 0.61 },
      },
    };
    const tariff = tariffWith(plans, "quality");
    const found = routes(tariff, {}, quality).routes.map((route) => route.plan);
    expect(found).toEqual(["d", "c", "b", "a", "e"]);
    expect(price(tariff, {}, quality).basis["routing"]).toMatchObject({
      quality: { day: "2026-03-10", carriers: { D: { asr: 0.61 } } },
    });
    expect(price(tariff).buy?.plan).toBe("e");
  });

  it("quality: an unknown PDD comes after a known one, no calls count as no figures", () => {
    const plans = [alpha("0.01"), beta("0.02"), gamma("0.03")];
    const figures = { calls: 5, asr: 0.5, acdSeconds: 60 };
    const carriers = {
      ALPHA: { ...figures, pddMs: null },
      BETA: { ...figures, pddMs: 9000 },
      GAMMA: { ...figures, calls: 0, asr: 1, pddMs: 1 },
    };
    const found = routes(tariffWith(plans, "quality"), {}, { day: "d", carriers }).routes;
    expect(found.map((route) => route.plan)).toEqual(["beta", "alpha", "gamma"]);
  });
});

describe("a carrier that the CDR names", () => {
  const tariff = tariffWith([
    alpha("0.03", { gateway: "gw.alpha.example" }),
    beta("0.018"),
    gamma("0.02"),
  ]);

  it.each(["ALPHA", "alpha", "Gw.Alpha.Example", " alpha "])(
    "is matched without case: %s",
    (supplier) => {
      expect(price(tariff, { supplier })).toMatchObject({
        buy: { carrier: "ALPHA", gateway: "gw.alpha.example", amount: "0.0300", basis: "named" },
        cheapest: { carrier: "BETA", amount: "0.0180", currency: "EUR" },
        margin: { amount: "0.0200" },
      });
    },
  );

  it("has no cheaper rival beside it when it is the cheapest", () => {
    expect(price(tariff, { supplier: "beta" }).cheapest).toBeUndefined();
  });

  it("is unknown: no buy amount, and sell stands", () => {
    expect(price(tariff, { supplier: "delta" })).toMatchObject({
      outcome: "partial",
      reason: "carrier-not-in-plan",
      sell: { amount: "0.0500" },
      buy: { amount: null, reason: "carrier-not-in-plan", basis: "named" },
    });
  });

  it("with several plans: the strategy chooses among these", () => {
    const second = carrierPlan("alpha-2", [{ prefix: "44", rate: "0.025" }], { carrier: "ALPHA" });
    const two = tariffWith([alpha("0.03"), second, beta("0.018")]);
    const { buy, basis } = price(two, { supplier: "Alpha" });
    expect(buy).toMatchObject({ plan: "alpha-2", carrier: "ALPHA", amount: "0.0250" });
    expect(basis["routing"]).toMatchObject({ candidates: [{ plan: "alpha", reason: "dearer" }] });
    expect(price(two, { supplier: "alpha-2" }).buy?.plan).toBe("alpha-2");
    expect(basis["routing"]).toMatchObject({ cheapest: { carrier: "BETA", amount: "0.0180" } });
  });
});

describe("bans", () => {
  const banned = { banPlans: { premium: ["4477"] } };

  it("take the sell side and the routes away; a named carrier is still priced", () => {
    const tariff = tariffWith([alpha("0.03"), beta("0.018")], "lowest-cost", banned);
    expect(price(tariff)).toMatchObject({
      outcome: "unrated",
      reason: "banned",
      sell: { amount: null, reason: "banned" },
      buy: { amount: null, reason: "banned" },
    });
    const named = price(tariff, { supplier: "alpha" });
    expect(named).toMatchObject({
      outcome: "partial",
      reason: "banned",
      buy: { amount: "0.0300" },
    });
    expect(named.cheapest).toBeUndefined();
    expect(routes(tariff)).toEqual({ routes: [], rejected: [], reason: "banned" });
    expect(price(tariff, { destination: "4420" }).sell?.amount).toBe("0.0500");
  });
});

describe("currencies", () => {
  const exchange = [
    { line: 2, from: "USD", to: "EUR", rate: "0.5", effectiveFromMs: null },
    { line: 3, from: "USD", to: "EUR", rate: "0.9", effectiveFromMs: Date.parse("2026-03-01") },
    { line: 4, from: "USD", to: "EUR", rate: "2", effectiveFromMs: Date.parse("2026-04-01") },
    { line: 5, from: "EUR", to: "GBP", rate: "0.85", effectiveFromMs: null },
  ];
  const dollars = { rules: { currency: "USD" } };

  it("are compared at the latest rate in effect, and the margin is in the sell currency", () => {
    const plans = [alpha("0.02", dollars), beta("0.0181")];
    const { buy, margin, basis } = price(tariffWith(plans, "lowest-cost", { exchange }));
    expect(buy).toMatchObject({ carrier: "ALPHA", amount: "0.0200", currency: "USD" });
    expect(margin).toEqual({ amount: "0.0320", currency: "EUR" });
    const used = {
      from: "USD",
      to: "EUR",
      rate: "0.9",
      line: 3,
      effectiveFrom: "2026-03-01T00:00:00.000Z",
    };
    expect(basis["exchange"]).toEqual(used);
    const dear = price(
      tariffWith([alpha("0.0202", dollars), beta("0.0181")], "lowest-cost", { exchange }),
    );
    expect(dear.buy?.carrier).toBe("BETA");
    // Both as they were compared, for a person to check: 0.0202 × 0.9.
    expect(dear.basis["routing"]).toEqual({
      strategy: "lowest-cost",
      candidates: [
        {
          carrier: "ALPHA",
          plan: "alpha",
          amount: "0.0202",
          currency: "USD",
          exact: "0.0202",
          exchange: used,
          compared: "0.01818",
          reason: "dearer",
        },
      ],
    });
    const named = price(
      tariffWith([alpha("0.02", dollars), beta("0.0181")], "lowest-cost", { exchange }),
      {
        supplier: "beta",
      },
    );
    expect(named.basis["routing"]).toMatchObject({
      cheapest: { carrier: "ALPHA", amount: "0.0200", exchange: used, compared: "0.018" },
    });
  });

  it("not convertible: rejected when routed, priced without margin when named", () => {
    const pounds = alpha("0.001", { rules: { currency: "GBP" } });
    const tariff = tariffWith([pounds, beta("0.018")], "lowest-cost", { exchange });
    expect(price(tariff).basis["routing"]).toMatchObject({
      candidates: [{ carrier: "ALPHA", reason: "no-exchange-rate" }],
    });
    expect(routes(tariff).rejected).toEqual([
      { carrier: "ALPHA", plan: "alpha", reason: "no-exchange-rate" },
    ]);
    expect(price(tariff, { supplier: "alpha" })).toMatchObject({
      outcome: "rated",
      buy: { amount: "0.0010", currency: "GBP" },
      margin: { amount: null, currency: "EUR", reason: "no-exchange-rate" },
    });
  });
});

describe("routes", () => {
  it("show prefix, amount, rate and margin in order, a call without length as one minute", () => {
    const tariff = tariffWith([alpha("0.030"), beta("0.018", { gateway: "gw.beta.example" })]);
    expect(routes(tariff, { usage: 0 })).toEqual({
      routes: [
        {
          carrier: "BETA",
          gateway: "gw.beta.example",
          plan: "beta",
          prefix: "447",
          amount: "0.0180",
          currency: "EUR",
          ratePerMinute: "0.018",
          margin: "0.0320",
        },
        {
          carrier: "ALPHA",
          gateway: null,
          plan: "alpha",
          prefix: "44770",
          amount: "0.0300",
          currency: "EUR",
          ratePerMinute: "0.03",
          margin: "0.0200",
        },
      ],
      rejected: [],
    });
    expect(routes(tariff, { destination: "1" })).toMatchObject({
      routes: [],
      reason: "no-carrier",
    });
    expect(routes(tariff, { at: null })).toMatchObject({ reason: "no-call-time" });
  });
});

interface BillingCase {
  id: string;
  plan: number;
  destination: string;
  billsec: number;
  expected: { sell_cost: string; buy_cost: string; route: unknown };
}

const CASES = "../shared/reference/cdr-stats-billing-cases.json";

describe.skipIf(!existsSync(CASES))("CDR-Stats plans (reference cases)", () => {
  // Wrong by construction in CDR-Stats: the longest carrier prefix or the metric before the price,
  // no price for one side without the other, national numbers as foreign ones, prefix 1 never met.
  const OURS: Record<string, { sell: string | null; buy: string | null }> = {
    "multi-gb-mobile-longest-carrier-prefix": { sell: "0.0500", buy: "0.0180" },
    "multi-gb-mobile-two-retail": { sell: "0.0500", buy: "0.0180" },
    "multi-de-metric-before-price": { sell: "0.0200", buy: "0.0100" },
    "multi-pt-retail-without-carrier": { sell: "0.0300", buy: null },
    "multi-lu-carrier-without-retail": { sell: null, buy: "0.0200" },
    "multi-us-1-out-of-window": { sell: "0.0100", buy: "0.0040" },
    "multi-011-as-us": { sell: null, buy: null },
    "multi-uk-national-as-egypt": { sell: null, buy: null },
    "multi-00": { sell: null, buy: null },
  };
  const { tables, calls } = existsSync(CASES)
    ? JSON.parse(readFileSync(CASES, "utf8"))
    : { tables: {}, calls: [] };

  function tariffOfPlan(plan: number): Tariff {
    const ofPlan = (row: { plans: number[] }) => row.plans.includes(plan);
    const rates = (list: string, key: string, id: number, rate: string) =>
      tables[list]
        .filter((row: Record<string, number>) => row[key] === id)
        .map((row: Record<string, string>) => ({
          prefix: String(row["prefix"]),
          rate: String(Number(row[rate])),
        }));
    return tariffOf({
      retailPlans: tables.voip_retail_plan
        .filter(ofPlan)
        .map(({ id }: { id: number }) =>
          retailPlan(`r${id}`, rates("voip_retail_rate", "retail_plan", id, "rate")),
        ),
      carrierPlans: tables.voip_carrier_plan
        .filter(ofPlan)
        .map(({ id }: { id: number }) =>
          carrierPlan(`c${id}`, rates("voip_carrier_rate", "carrier_plan", id, "rate")),
        ),
    });
  }

  it.each(calls as BillingCase[])("$id", ({ id, plan, destination, billsec, expected }) => {
    const call = callOf({ destination, usage: billsec * 1000 });
    const priced = priceCall(call, compileTariff(tariffOfPlan(plan), "v"));
    const theirs = (text: string) => (expected.route === null ? null : Number(text).toFixed(4));
    const ours = OURS[id] ?? { sell: theirs(expected.sell_cost), buy: theirs(expected.buy_cost) };
    expect({ sell: priced.sell?.amount, buy: priced.buy?.amount }).toEqual(ours);
  });
});
if (!existsSync(CASES)) process.stderr.write(`SKIPPED: ${CASES} is not there.\n`);
