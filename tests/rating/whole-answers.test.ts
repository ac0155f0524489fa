// Whole answers of native pricing, member by member: sides asked for or not, refused, unanswered,
// named carriers, money of other currencies.
import { describe, expect, it } from "vitest";
import type { Call, Priced } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

type Answer = Omit<Priced, "assignment" | "normalized" | "basis">;

function answerOf(tariff: Tariff, call: Parameters<typeof callOf>[0] = {}): Answer {
  const priced = priceCall(callOf(call), compileTariff(tariff, "v"), { basis: false });
  const { assignment: _account, normalized: _numbers, basis, ...answer } = priced;
  expect(basis).toEqual({});
  return answer;
}

const side = (plan: string, amount: string, more: object = {}) => ({
  amount,
  currency: "EUR",
  plan,
  prefix: "34",
  destination: "Somewhere",
  billedSeconds: 60,
  ...more,
});
const bought = (plan: string, amount: string, more: object = {}) =>
  side(plan, amount, { carrier: plan.toUpperCase(), basis: "routed", ...more });
const none = (reason: string, more: object = {}) => ({
  amount: null,
  currency: "EUR",
  plan: null,
  prefix: null,
  destination: null,
  billedSeconds: 0,
  reason,
  ...more,
});
const margin = (amount: string) => ({ amount, currency: "EUR" });

const RETAIL = [retailPlan("r", [{ prefix: "34", rate: "0.05" }])];
const a = carrierPlan("a", [{ prefix: "34", rate: "0.03" }]);
const b = carrierPlan("b", [{ prefix: "34", rate: "0.02" }], { gateway: "gw.b" });
const TARIFF = tariffOf({ retailPlans: RETAIL, carrierPlans: [a, b] });
const SELL = side("r", "0.0500");
const BUY = bought("b", "0.0200", { gateway: "gw.b" });

describe("the sides that are asked for", () => {
  it.each<[string, Tariff, Partial<Call>, Answer]>([
    ["both", TARIFF, {}, { outcome: "rated", sell: SELL, buy: BUY, margin: margin("0.0300") }],
    [
      "sell alone",
      TARIFF,
      { billedSides: "sell" },
      { outcome: "rated", sell: SELL, buy: null, margin: null },
    ],
    [
      "buy alone",
      TARIFF,
      { billedSides: "buy" },
      { outcome: "rated", sell: null, buy: BUY, margin: null },
    ],
    [
      "a VoIP plan without carriers asks for no buy side",
      tariffOf({ retailPlans: RETAIL }),
      {},
      { outcome: "rated", sell: SELL, buy: null, margin: null },
    ],
    [
      "a VoIP plan without retail plans asks for no sell side",
      tariffOf({ carrierPlans: [a, b] }),
      {},
      { outcome: "rated", sell: null, buy: BUY, margin: null },
    ],
    [
      "none, of a VoIP plan without any plan",
      tariffOf({}),
      {},
      { outcome: "unrated", reason: "no-rate", sell: null, buy: null, margin: null },
    ],
    [
      "buy, of a VoIP plan that has no carriers",
      tariffOf({ retailPlans: RETAIL }),
      { billedSides: "buy" },
      { outcome: "unrated", reason: "no-carrier", sell: null, buy: null, margin: null },
    ],
  ])("%s", (_what, tariff, call, answer) => {
    expect(answerOf(tariff, call)).toStrictEqual(answer);
  });
});

describe("a call that is not to be priced", () => {
  const nothing = { outcome: "unrated", sell: null, buy: null, margin: null };
  it.each<[string, Partial<Call>]>([
    ["leg-not-billed", { billedSides: "none" }],
    ["direction-not-rated", { direction: "*in" }],
    ["not-requested", { requestType: "*none" }],
  ])("%s", (reason, call) => {
    expect(answerOf(TARIFF, call)).toEqual({ ...nothing, reason });
    expect(answerOf(TARIFF, { ...call, usage: 0 })).toEqual({ ...nothing, reason });
  });

  it.each<[string, Parameters<typeof callOf>[0], Partial<Tariff>]>([
    ["no-call-time", { at: null }, {}],
    ["account-unknown", {}, { accounts: [] }],
    [
      "voip-plan-unknown",
      {},
      {
        accounts: [{ line: 2, account: "*any", voipPlan: "lost", numbering: null, fromMs: null }],
      },
    ],
    ["rule-set-unknown", { ruleSet: "lost" }, {}],
    ["number-not-matchable", { destination: "" }, {}],
  ])("%s, on each side that is asked for", (reason, call, more) => {
    const answer = { outcome: "unrated", reason, margin: null };
    const tariff = { ...TARIFF, ...more };
    const both = { sell: none(reason), buy: none(reason) };
    expect(answerOf(tariff, call)).toEqual({ ...answer, ...both });
    expect(answerOf(tariff, { ...call, billedSides: "sell" })).toEqual({
      ...answer,
      ...both,
      buy: null,
    });
    expect(answerOf(tariff, { ...call, billedSides: "buy" })).toEqual({
      ...answer,
      ...both,
      sell: null,
    });
  });

  it("data without a number matches the default row, where there is one", () => {
    const data = { tor: "*data", destination: "", usage: 5 };
    const rows = [{ prefix: "", tor: "*data", rate: "0.5", unitSeconds: 1 }];
    const tariff = tariffOf({ retailPlans: [retailPlan("r", rows)] });
    expect(answerOf(tariff, data).sell).toEqual(
      side("r", "2.5000", { prefix: "*", billedSeconds: 5 }),
    );
    expect(answerOf(TARIFF, data)).toMatchObject({ outcome: "unrated", reason: "no-rate" });
  });
});

describe("a call that nobody answered", () => {
  const zero = {
    amount: "0.0000",
    currency: "EUR",
    plan: null,
    prefix: null,
    destination: null,
    billedSeconds: 0,
  };
  const rated = { outcome: "rated", reason: "unanswered" };
  const cents = { currency: "USD", rounding: { decimals: 2, mode: "half-up" as const } };
  const dollars = tariffOf({
    retailPlans: [retailPlan("r", [{ prefix: "34", connectFee: "1" }], cents)],
    carrierPlans: [{ ...b, rules: { ...b.rules, ...cents } }],
  });
  const sold = side("r", "0.00", { currency: "USD", billedSeconds: 0 });

  it("costs nothing on either side, and counts for the prefix", () => {
    expect(answerOf(dollars, { usage: 0 })).toEqual({
      ...rated,
      sell: sold,
      buy: zero,
      margin: { amount: "0.0000", currency: "USD" },
    });
    expect(answerOf(dollars, { usage: 0, billedSides: "sell" })).toEqual({
      ...rated,
      sell: sold,
      buy: null,
      margin: null,
    });
    expect(answerOf(dollars, { usage: 0, billedSides: "buy" })).toEqual({
      ...rated,
      sell: null,
      buy: zero,
      margin: null,
    });
  });

  it.each(["b", " B ", "GW.B"])("counts for the carrier that the CDR names as %s", (supplier) => {
    expect(answerOf(dollars, { usage: 0, supplier }).buy).toEqual(
      bought("b", "0.00", {
        currency: "USD",
        billedSeconds: 0,
        gateway: "gw.b",
        basis: "named",
      }),
    );
  });

  it("of an unknown carrier, number, account or time costs nothing all the same", () => {
    const free = { ...rated, sell: zero, buy: zero, margin: margin("0.0000") };
    expect(answerOf(dollars, { usage: 0, supplier: "nobody" }).buy).toEqual(zero);
    expect(answerOf(dollars, { usage: 0, destination: "44" })).toEqual(free);
    expect(answerOf(dollars, { usage: 0, destination: "" })).toEqual(free);
    expect(answerOf(dollars, { usage: 0, at: null })).toEqual(free);
    expect(answerOf({ ...dollars, accounts: [] }, { usage: 0 })).toEqual(free);
    const { gateway: _none, ...named } = bought("a", "0.0000", {
      billedSeconds: 0,
      basis: "named",
      prefix: null,
      destination: null,
    }) as { gateway?: string };
    expect(answerOf(TARIFF, { usage: 0, supplier: "a", destination: "44" }).buy).toEqual(named);
  });
});

describe("the buy side", () => {
  const far = carrierPlan("far", [{ prefix: "1" }]);
  const shut = carrierPlan("shut", [{ prefix: "34", status: "blocked" }]);
  const huge = carrierPlan("huge", [{ prefix: "34", rate: "999999999999999999", unitSeconds: 1 }]);
  const pounds = carrierPlan("pounds", [{ prefix: "34", rate: "0.01" }], {
    rules: { currency: "GBP" },
  });
  const offered = (...carrierPlans: (typeof a)[]) =>
    tariffOf({ retailPlans: RETAIL, carrierPlans });
  const unsold = { amount: null, currency: "EUR", reason: "side-not-priced" };

  it.each<[string, Tariff, Partial<Call>, object]>([
    ["a carrier that does not go there", offered(far), {}, none("no-rate")],
    ["blocked carriers", offered(shut, shut), {}, none("blocked")],
    ["an amount beyond all money", offered(huge), {}, none("amount-out-of-range")],
    ["no way to compare", offered(pounds), {}, none("no-exchange-rate")],
    ["several reasons", offered(far, shut), {}, none("no-carrier")],
    [
      "a named carrier that is not there",
      offered(a),
      { supplier: "x" },
      none("carrier-not-in-plan", { basis: "named" }),
    ],
    [
      "a named carrier that is blocked",
      offered(shut, a),
      { supplier: "shut" },
      {
        ...none("blocked", { basis: "named", carrier: "SHUT" }),
        plan: "shut",
        prefix: "34",
        destination: "Somewhere",
      },
    ],
    [
      "a named carrier with two plans and two reasons",
      offered({ ...far, carrier: "X" }, { ...shut, carrier: "X" }, a),
      { supplier: "x" },
      none("no-carrier", { basis: "named" }),
    ],
  ])("has no amount: %s", (_what, tariff, call, buy) => {
    const { reason } = buy as { reason: string };
    expect(answerOf(tariff, call)).toEqual({
      outcome: "partial",
      reason,
      sell: SELL,
      buy,
      margin: unsold,
    });
  });

  it("goes to those that can: the others are no reason", () => {
    expect(answerOf(offered(far, shut, huge, pounds, a))).toEqual({
      outcome: "rated",
      sell: SELL,
      buy: bought("a", "0.0300"),
      margin: margin("0.0200"),
    });
  });

  it("of a named carrier shows the cheapest rival only where that is cheaper", () => {
    const named = { basis: "named" };
    expect(answerOf(TARIFF, { supplier: "A" })).toEqual({
      outcome: "rated",
      sell: SELL,
      buy: bought("a", "0.0300", named),
      margin: margin("0.0200"),
      cheapest: { carrier: "B", amount: "0.0200", currency: "EUR" },
    });
    expect(answerOf(TARIFF, { supplier: "B" })).toEqual({
      outcome: "rated",
      sell: SELL,
      buy: bought("b", "0.0200", { ...named, gateway: "gw.b" }),
      margin: margin("0.0300"),
    });
    const twin = carrierPlan("twin", [{ prefix: "34", rate: "0.03" }]);
    expect(answerOf(offered(a, twin), { supplier: "A" }).cheapest).toBeUndefined();
    // A rival that cannot take the call is none, however cheap.
    expect(answerOf(offered(a, pounds), { supplier: "A" }).cheapest).toBeUndefined();
  });

  it("of two plans of a named carrier that cannot be compared is the first by priority", () => {
    const [first, second] = [pounds, { ...pounds, name: "sterling", priority: 1 }];
    const plans = [first, second].map((plan) => ({ ...plan, carrier: "P" }));
    expect(answerOf(offered(...plans), { supplier: "P" })).toEqual({
      outcome: "rated",
      sell: SELL,
      buy: bought("sterling", "0.0100", { carrier: "P", currency: "GBP", basis: "named" }),
      margin: { amount: null, currency: "EUR", reason: "no-exchange-rate" },
    });
  });

  it("in another currency leaves a margin rounded as the sell side is", () => {
    const exchange = [{ line: 2, from: "GBP", to: "EUR", rate: "1.15555", effectiveFromMs: null }];
    const rules = { rounding: { decimals: 3, mode: "up" as const } };
    const retailPlans = [retailPlan("r", [{ prefix: "34", rate: "0.05" }], rules)];
    // 0.0100 GBP is 0.0115555 EUR: 0.012 rounded up to 3 decimals.
    expect(answerOf(tariffOf({ retailPlans, carrierPlans: [pounds], exchange }))).toMatchObject({
      sell: { amount: "0.050" },
      buy: { amount: "0.0100", currency: "GBP" },
      margin: { amount: "0.038", currency: "EUR" },
    });
    const dear = retailPlan("r", [{ prefix: "34", rate: "900719925474.0993" }]);
    expect(answerOf(tariffOf({ retailPlans: [dear], carrierPlans: [a] })).margin).toEqual(
      margin("900719925474.0693"),
    );
  });
});

describe("the sell side", () => {
  it("is of the plan with the longest prefix; of equal ones the first", () => {
    const plans = [
      retailPlan("one", [{ prefix: "34", rate: "1" }]),
      retailPlan("two", [{ prefix: "346", rate: "2" }]),
      retailPlan("three", [{ prefix: "346", rate: "3" }]),
    ];
    const tariff = tariffOf({ retailPlans: plans });
    expect(answerOf(tariff).sell).toMatchObject({ plan: "two", prefix: "346", amount: "2.0000" });
    expect(answerOf(tariff, { destination: "34911223344" }).sell?.plan).toBe("one");
  });

  it("beyond all money has none, and so has the margin", () => {
    const rows = [{ prefix: "34", rate: "999999999999999999", unitSeconds: 1 }];
    const tariff = tariffOf({ retailPlans: [retailPlan("r", rows)], carrierPlans: [a] });
    expect(answerOf(tariff)).toEqual({
      outcome: "partial",
      reason: "amount-out-of-range",
      sell: {
        ...none("amount-out-of-range"),
        plan: "r",
        prefix: "34",
        destination: "Somewhere",
      },
      buy: bought("a", "0.0300"),
      margin: { amount: null, currency: "EUR", reason: "side-not-priced" },
    });
  });
});
