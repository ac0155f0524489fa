// The order of the steps: what is not priced and why, accounts, rule sets, numbers, outcomes.
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { RoundingMode, Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const TARIFF = tariffOf({
  retailPlans: [retailPlan("r", [{ prefix: "34", rate: "0.06" }])],
  carrierPlans: [carrierPlan("alpha", [{ prefix: "346", rate: "0.02" }], { gateway: "gw.alpha" })],
  banPlans: { premium: ["34806"] },
});

function price(call: Parameters<typeof callOf>[0], tariff: Tariff = TARIFF) {
  return priceCall(callOf(call), compileTariff(tariff, "v"));
}

describe("calls that are not priced, in this order", () => {
  const every = { billedSides: "none", direction: "*in", requestType: "*none", usage: 0 } as const;

  it("leg, direction, request type, then no usage", () => {
    expect(price(every)).toMatchObject({ outcome: "unrated", reason: "leg-not-billed" });
    expect(price({ ...every, billedSides: "both" }).reason).toBe("direction-not-rated");
    const outgoing = { ...every, billedSides: "both", direction: "*out" } as const;
    expect(price(outgoing).reason).toBe("not-requested");
    const rated = price({ ...outgoing, requestType: "*rated" });
    expect(rated).toMatchObject({ outcome: "rated", reason: "unanswered" });
  });

  it("ask for no side and keep what is known", () => {
    expect(price(every)).toMatchObject({
      sell: null,
      buy: null,
      margin: null,
      assignment: { voipPlan: "gold" },
      normalized: { destination: { normalized: "34650123456" } },
    });
  });

  it.each([
    ["an unknown account", {}, { ...TARIFF, accounts: [] }],
    ["a banned number", { destination: "34806123456" }, TARIFF],
    ["a number without a rate", { destination: "999" }, TARIFF],
    ["no time at all", { at: null }, TARIFF],
    ["a number that is none", { destination: "alice" }, TARIFF],
  ])("usage 0 is rated at 0 on both sides with %s", (_name, call, tariff) => {
    expect(price({ ...call, usage: 0 }, tariff)).toMatchObject({
      outcome: "rated",
      reason: "unanswered",
      sell: { amount: "0.0000", billedSeconds: 0 },
      buy: { amount: "0.0000", billedSeconds: 0 },
      margin: { amount: "0.0000", currency: "EUR" },
    });
  });

  it("an unanswered call counts for its prefix and the carrier that was named", () => {
    expect(price({ usage: 0, supplier: "ALPHA" })).toMatchObject({
      sell: { plan: "r", prefix: "34" },
      buy: { plan: "alpha", carrier: "ALPHA", gateway: "gw.alpha", prefix: "346", basis: "named" },
    });
    expect(price({ usage: 0 }).buy).toMatchObject({ plan: null });
    expect(price({ usage: 0, billedSides: "sell" })).toMatchObject({ buy: null, margin: null });
  });
});

describe("what pricing needs", () => {
  it.each([
    ["no-call-time", { at: null }, TARIFF],
    ["account-unknown", {}, { ...TARIFF, accounts: [] }],
    ["voip-plan-unknown", {}, { ...TARIFF, voipPlans: [] }],
    ["rule-set-unknown", { ruleSet: "nobody" }, TARIFF],
    ["number-not-matchable", { destination: "alice" }, TARIFF],
    ["number-not-matchable", { destination: "" }, TARIFF],
  ])("%s leaves both sides without amount", (reason, call, tariff) => {
    expect(price(call, tariff)).toMatchObject({
      outcome: "unrated",
      reason,
      sell: { amount: null, reason },
      buy: { amount: null, reason },
      margin: null,
    });
  });
});

describe("accounts", () => {
  const at = (text: string) => Date.parse(text);
  const row = { line: 2, voipPlan: "gold", numbering: null, fromMs: null };
  const accounts = [
    { ...row, account: "*any" },
    { ...row, account: "7", fromMs: at("2026-01-01") },
    { ...row, account: "7", fromMs: at("2026-03-01"), numbering: "wholesale-e164" },
    { ...row, account: "7", fromMs: at("2026-05-01") },
  ];
  const tariff = { ...TARIFF, accounts };

  it("take the latest row of their own, else *any", () => {
    expect(price({ account: "7" }, tariff).assignment).toEqual({
      account: "7",
      voipPlan: "gold",
      origin: "accounts.csv",
      numbering: "wholesale-e164",
      fromMs: at("2026-03-01"),
    });
    expect(price({ account: "7", at: "2025-01-01T00:00:00Z" }, tariff).assignment?.origin).toBe(
      "accounts.csv:*any",
    );
    expect(price({ account: "8", subject: "7" }, tariff).assignment?.account).toBe("*any");
  });

  it("are overruled by account.set", () => {
    const assignment = { tenant: "t", account: "7", voipPlan: "gold", fromMs: 5 };
    expect(price({ account: "7", assignment }, tariff).assignment).toEqual({
      account: "7",
      voipPlan: "gold",
      origin: "account.set",
      fromMs: 5,
    });
  });

  it("have a rule set: the source's, the account's, the default, wholesale-digits", () => {
    const ruleSet = (call: Parameters<typeof callOf>[0], given: Tariff) =>
      price({ account: "7", ...call }, given).basis["ruleSet"];
    expect(ruleSet({ ruleSet: "ES" }, tariff)).toBe("ES");
    expect(ruleSet({}, tariff)).toBe("wholesale-e164");
    expect(ruleSet({ account: "8" }, { ...tariff, defaultNumbering: "GB" })).toBe("GB");
    expect(ruleSet({ account: "8" }, tariff)).toBe("wholesale-digits");
  });

  it("read numbers by a rule set of the tariff before a preset of that name", () => {
    const own = { ...TARIFF, numbering: { ES: { preset: "wholesale-digits" } } };
    const national = { destination: "650123456", ruleSet: "ES" };
    expect(price(national).sell?.prefix).toBe("34");
    expect(price(national, own).sell?.reason).toBe("no-rate");
    const broken = { ...TARIFF, numbering: { ES: { preset: "nowhere" } } };
    expect(price(national, broken).reason).toBe("rule-set-unknown");
  });

  it("match a short number whole, never as a prefix of something", () => {
    const short = tariffOf({
      retailPlans: [
        retailPlan("r", [
          { prefix: "1", rate: "9" },
          { prefix: "112", rate: "0" },
        ]),
      ],
    });
    const call = { destination: "112", ruleSet: "ES" };
    expect(price(call, short).sell?.prefix).toBe("112");
    const without = tariffOf({ retailPlans: [retailPlan("r", [{ prefix: "1", rate: "9" }])] });
    expect(price(call, without).sell?.reason).toBe("no-rate");
  });
});

describe("sides and outcomes", () => {
  it("rated, partial and unrated", () => {
    expect(price({})).toMatchObject({ outcome: "rated", margin: { amount: "0.0400" } });
    expect(price({}).reason).toBeUndefined();
    const noBuy = price({ destination: "34912345678" });
    expect(noBuy).toMatchObject({
      outcome: "partial",
      reason: "no-rate",
      sell: { amount: "0.0600" },
    });
    expect(price({ destination: "1" })).toMatchObject({ outcome: "unrated", reason: "no-rate" });
  });

  it("only the billed side is asked for", () => {
    expect(price({ billedSides: "sell" })).toMatchObject({
      outcome: "rated",
      buy: null,
      margin: null,
    });
    expect(price({ billedSides: "buy" })).toMatchObject({
      outcome: "rated",
      sell: null,
      margin: null,
    });
  });

  it("a VoIP plan without carriers or without retail plans asks for no such side", () => {
    const retail = { ...TARIFF, voipPlans: [{ ...TARIFF.voipPlans[0]!, carriers: [] }] };
    expect(price({ supplier: "x" }, retail)).toMatchObject({ outcome: "rated", buy: null });
    expect(price({ billedSides: "buy" }, retail)).toMatchObject({
      outcome: "unrated",
      reason: "no-carrier",
    });
    const wholesale = { ...TARIFF, voipPlans: [{ ...TARIFF.voipPlans[0]!, retail: [] }] };
    expect(price({}, wholesale)).toMatchObject({ outcome: "rated", sell: null, margin: null });
  });

  it("a blocked retail row, and the longest prefix over all retail plans", () => {
    const tariff = tariffOf({
      retailPlans: [
        retailPlan("short", [
          { prefix: "34", rate: "1" },
          { prefix: "3465", status: "blocked" },
        ]),
        retailPlan("long", [{ prefix: "346", rate: "2" }]),
        retailPlan("tie", [
          { prefix: "34", rate: "3" },
          { prefix: "", rate: "4" },
        ]),
      ],
    });
    expect(price({}, tariff).sell).toMatchObject({
      amount: null,
      reason: "blocked",
      prefix: "3465",
    });
    expect(price({ destination: "34601" }, tariff).sell).toMatchObject({
      plan: "long",
      amount: "2.0000",
    });
    expect(price({ destination: "3491" }, tariff).sell).toMatchObject({
      plan: "short",
      amount: "1.0000",
    });
    expect(price({ destination: "99" }, tariff).sell).toMatchObject({ plan: "tie", prefix: "*" });
  });

  it("rows for callers: the longest caller prefix within the longest prefix", () => {
    const tariff = tariffOf({
      retailPlans: [
        retailPlan("r", [
          { prefix: "34", rate: "1" },
          { prefix: "34", rate: "2", callerPrefix: "4" },
          { prefix: "34", rate: "3", callerPrefix: "44" },
          { prefix: "3465", rate: "9", callerPrefix: "1" },
        ]),
      ],
    });
    const rate = (callerNumber?: string) =>
      price(callerNumber === undefined ? {} : { callerNumber }, tariff).sell?.amount;
    expect(rate()).toBe("1.0000");
    expect(rate("+442079460123")).toBe("3.0000");
    expect(rate("+420123456789")).toBe("2.0000");
    expect(rate("+12125551234")).toBe("9.0000");
    expect(rate("anonymous")).toBe("1.0000");
  });

  it("each plan rounds its own side once, in its own mode", () => {
    const row = [{ prefix: "34", rate: "0.06005", firstInterval: 60 }];
    const rounded = (mode: RoundingMode, rate = "0.00025") => {
      const retailPlans = [
        retailPlan("r", [{ ...row[0], rate }], { rounding: { decimals: 4, mode } }),
      ];
      return price({}, tariffOf({ retailPlans })).sell?.amount;
    };
    expect(rounded("half-up")).toBe("0.0003");
    expect(rounded("half-even")).toBe("0.0002");
    expect(rounded("half-down")).toBe("0.0002");
    expect(rounded("half-down", "0.0002500001")).toBe("0.0003");
    expect(rounded("half-down", "-0.00025")).toBe("-0.0002");
    expect(rounded("half-even", "0.00035")).toBe("0.0004");
    expect(rounded("up", "0.00021")).toBe("0.0003");
    expect(rounded("down", "0.00029")).toBe("0.0002");
    expect(rounded("half-up", "-0.00025")).toBe("-0.0003");
  });
});
