// The trace and the basis of a call, whole: what a person reads and what amounts are recomputed from.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile-tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const priced = (tariff: Tariff, call: Call) =>
  priceCall(call, compileTariff(tariff, "v"), { trace: true });

const stepsOf = (tariff: Tariff, call: Call) =>
  priced(tariff, call).trace?.["steps"] as Record<string, unknown>[];

const textsOf = (tariff: Tariff, call: Call) => stepsOf(tariff, call).map(({ text }) => text);

/** Two steps on the sell side; of four carriers one is blocked and one does not go there. */
const TARIFF = tariffOf({
  retailPlans: [
    retailPlan("std", [
      { prefix: "34", rate: "0.12", connectFee: "0.05", firstInterval: 60, nextInterval: 1 },
      { prefix: "34", rate: "0.06", fromSecond: 60 },
      { prefix: "", rate: "1" },
    ]),
  ],
  carrierPlans: [
    carrierPlan("alpha", [{ prefix: "346", rate: "0.03", firstInterval: 30 }], {
      rules: { currency: "USD" },
    }),
    carrierPlan("beta", [
      { prefix: "34", rate: "0.04" },
      { prefix: "34650", rate: "0.01", status: "blocked" },
    ]),
    carrierPlan("gamma", [{ prefix: "34", rate: "0.05" }]),
    carrierPlan("delta", [{ prefix: "35" }]),
  ],
  exchange: [{ line: 2, from: "USD", to: "EUR", rate: "0.9", effectiveFromMs: null }],
});
const CALL = callOf({ usage: 90_400, callerNumber: "34911223344" });

const FIRST_ROW = {
  line: 2,
  rate: "0.12",
  unitSeconds: 60,
  firstInterval: 60,
  nextInterval: 1,
  connectFee: "0.05",
};
const SECOND_ROW = {
  line: 3,
  rate: "0.06",
  unitSeconds: 60,
  firstInterval: 1,
  nextInterval: 1,
  fromSecond: 60,
};
const FIRST_SPAN = { fromSecond: 0, seconds: 60, line: 2, rate: "0.12", unitSeconds: 60 };
const SECOND_SPAN = { fromSecond: 60, seconds: 31, line: 3, rate: "0.06", unitSeconds: 60 };
const ALPHA_ROW = {
  line: 2,
  rate: "0.03",
  unitSeconds: 60,
  firstInterval: 30,
  nextInterval: 30,
};
const ALPHA_SPAN = { fromSecond: 0, seconds: 120, line: 2, rate: "0.03", unitSeconds: 60 };
const ROUNDING = { decimals: 4, mode: "half-up", usage: "none" };
const CANDIDATES = [
  { carrier: "BETA", plan: "beta", amount: null, reason: "blocked" },
  {
    carrier: "GAMMA",
    plan: "gamma",
    // 0.05 × 91 ⁄ 60
    amount: "0.0758",
    currency: "EUR",
    exact: "91/1200",
    reason: "dearer",
  },
  { carrier: "DELTA", plan: "delta", amount: null, reason: "no-rate" },
];
const EXCHANGE = { from: "USD", to: "EUR", rate: "0.9", line: 2 };

describe("the basis of a call", () => {
  it("holds rows, spans, fee, exact sum and rounding of both sides, and what lost", () => {
    expect(priced(TARIFF, CALL).basis).toEqual({
      ruleSet: "wholesale-digits",
      sell: {
        plan: "std",
        deck: "decks/std.csv",
        prefix: "34",
        usage: 90.4,
        billed: 91,
        rows: [FIRST_ROW, SECOND_ROW],
        spans: [FIRST_SPAN, SECOND_SPAN],
        connectFee: "0.05",
        exact: "0.201",
        rounding: ROUNDING,
        amount: "0.2010",
        currency: "EUR",
      },
      buy: {
        plan: "alpha",
        deck: "decks/alpha.csv",
        prefix: "346",
        usage: 90.4,
        billed: 120,
        rows: [ALPHA_ROW],
        spans: [ALPHA_SPAN],
        connectFee: "0",
        exact: "0.06",
        rounding: ROUNDING,
        amount: "0.0600",
        currency: "USD",
      },
      routing: { strategy: "lowest-cost", candidates: CANDIDATES },
      exchange: EXCHANGE,
    });
  });

  it("names every figure of a row that is not the usual one", () => {
    const row = {
      prefix: "34",
      rate: "0.3",
      connectFee: "0.02",
      firstInterval: 6,
      nextInterval: 6,
      minimumSeconds: 12,
      graceSeconds: 3,
      band: "always",
      effectiveFromMs: Date.parse("2026-01-01T00:00:00Z"),
      effectiveToMs: Date.parse("2027-01-01T00:00:00Z"),
      maximumAmount: "0.04",
      callerPrefix: "349",
    };
    const tariff = tariffOf({
      bands: [{ name: "always", timeZone: null, fromMinute: 0, toMinute: 0 }],
      retailPlans: [retailPlan("r", [row], { usageRounding: "up" })],
    });
    expect(priced(tariff, CALL).basis["sell"]).toEqual({
      plan: "r",
      deck: "decks/r.csv",
      prefix: "34",
      usage: 91,
      billed: 96,
      rows: [
        {
          line: 2,
          rate: "0.3",
          unitSeconds: 60,
          firstInterval: 6,
          nextInterval: 6,
          connectFee: "0.02",
          minimumSeconds: 12,
          graceSeconds: 3,
          band: "always",
          effectiveFrom: "2026-01-01T00:00:00.000Z",
          effectiveTo: "2027-01-01T00:00:00.000Z",
          maximumAmount: "0.04",
          callerPrefix: "349",
        },
      ],
      spans: [{ fromSecond: 0, seconds: 96, line: 2, rate: "0.3", unitSeconds: 60 }],
      connectFee: "0.02",
      exact: "0.04",
      rounding: { decimals: 4, mode: "half-up", usage: "up" },
      amount: "0.0400",
      currency: "EUR",
      maximumAmount: "0.04",
      capped: true,
    });
  });

  it("says why a side has no amount, with the rows that said so", () => {
    const tariff = tariffOf({
      retailPlans: [retailPlan("r", [{ prefix: "34", status: "blocked" }])],
      carrierPlans: [carrierPlan("c", [{ prefix: "35" }])],
    });
    const { sell, buy, routing } = priced(tariff, CALL).basis;
    expect(sell).toEqual({
      plan: "r",
      deck: "decks/r.csv",
      prefix: "34",
      reason: "blocked",
      rows: [
        {
          line: 2,
          rate: "0.06",
          unitSeconds: 60,
          firstInterval: 1,
          nextInterval: 1,
          status: "blocked",
        },
      ],
    });
    expect(buy).toEqual({ reason: "no-rate" });
    const lost = { carrier: "C", plan: "c", amount: null, reason: "no-rate" };
    expect(routing).toEqual({ strategy: "lowest-cost", candidates: [lost] });
  });

  it("keeps 50 of the carriers that lost, and says how many there were", () => {
    const carrierPlans = Array.from({ length: 53 }, (_, index) =>
      carrierPlan(`c${index}`, [{ prefix: "34", rate: `${index + 1}` }]),
    );
    const routing = priced(tariffOf({ carrierPlans }), CALL).basis["routing"] as {
      candidates: { plan: string }[];
    };
    expect(routing.candidates.map(({ plan }) => plan)).toEqual(
      carrierPlans.slice(1, 51).map(({ name }) => name),
    );
    expect(routing).toMatchObject({ candidatesOmitted: 2 });
  });

  it("is empty where nobody asks for it, and prices the same", () => {
    const snapshot = compileTariff(TARIFF, "v");
    const { basis, ...bare } = priceCall(CALL, snapshot, { basis: false });
    const { basis: _kept, ...whole } = priceCall(CALL, snapshot);
    expect(basis).toEqual({});
    expect(bare).toEqual(whole);
  });
});

describe("the trace of a call", () => {
  it("tells each step in words and in facts", () => {
    const numberStep = (step: string, number: string) => ({
      step,
      text: `Rule set wholesale-digits reads "${number}" as ${number} (digits).`,
      ruleSet: "wholesale-digits",
      normalized: number,
      kind: "digits",
      match: "prefix",
      steps: [
        { step: "wholesale-digits", before: number, after: number },
        { step: "validate", before: number, after: number, note: "country by dial code" },
      ],
    });
    const { trace, basis } = priced(TARIFF, CALL);
    expect(trace).toEqual({
      basis,
      steps: [
        {
          step: "account",
          text: "Account *any has VoIP plan gold by accounts.csv:*any.",
          assignment: { account: "*any", voipPlan: "gold", origin: "accounts.csv:*any" },
        },
        numberStep("destination", "34650123456"),
        numberStep("caller", "34911223344"),
        { step: "ban", text: "No ban plan covers the number." },
        {
          step: "match",
          text: "Retail plan std: prefix 34 matches.",
          kind: "retail",
          plan: "std",
          prefix: "34",
          tried: [{ prefix: "34", rows: 2, exist: 2, figures: [FIRST_ROW, SECOND_ROW] }],
        },
        expect.objectContaining({
          text: "Carrier plan alpha: prefix 346 matches.",
          kind: "carrier",
          plan: "alpha",
          prefix: "346",
        }),
        expect.objectContaining({ text: "Carrier plan beta: prefix 34650 matches." }),
        expect.objectContaining({ text: "Carrier plan gamma: prefix 34 matches." }),
        {
          step: "match",
          text: "Carrier plan delta: no prefix matches.",
          kind: "carrier",
          plan: "delta",
          prefix: null,
          tried: [],
        },
        {
          step: "sell-time",
          text: "Usage 90.4 s after rounding (none) is billed as 91 s.",
          rows: [FIRST_ROW, SECOND_ROW],
          spans: [
            { ...FIRST_SPAN, amount: "0.12" },
            { ...SECOND_SPAN, amount: "0.031" },
          ],
        },
        {
          step: "sell-amount",
          text: "0.05 + 0.12 × 60 ⁄ 60 + 0.06 × 31 ⁄ 60 = 0.201.",
          exact: "0.201",
        },
        {
          step: "sell-rounding",
          text: "Rounded half-up to 4 decimals: 0.2010 EUR.",
          amount: "0.2010",
        },
        {
          step: "routing",
          text: "Strategy lowest-cost; the buy side is ALPHA (alpha).",
          strategy: "lowest-cost",
          candidates: CANDIDATES,
        },
        {
          step: "buy-time",
          text: "Usage 90.4 s after rounding (none) is billed as 120 s.",
          rows: [ALPHA_ROW],
          spans: [{ ...ALPHA_SPAN, amount: "0.06" }],
        },
        { step: "buy-amount", text: "0 + 0.03 × 120 ⁄ 60 = 0.06.", exact: "0.06" },
        {
          step: "buy-rounding",
          text: "Rounded half-up to 4 decimals: 0.0600 USD.",
          amount: "0.0600",
        },
        { step: "margin", text: "Margin 0.1470 EUR.", exchange: EXCHANGE },
        { step: "outcome", text: "The call is rated.", outcome: "rated", reason: null },
      ],
    });
  });

  it("shows the longer prefixes whose rows do not hold for the call", () => {
    const later = Date.parse("2027-01-01T00:00:00Z");
    const tariff = tariffOf({
      retailPlans: [
        retailPlan("r", [
          { prefix: "", rate: "1" },
          { prefix: "3465", effectiveFromMs: later },
          { prefix: "34650", tor: "*sms" },
        ]),
      ],
    });
    const match = stepsOf(tariff, CALL).find(({ step }) => step === "match");
    expect(match).toMatchObject({
      prefix: "*",
      tried: [
        { prefix: "34650", rows: 1, exist: 0 },
        { prefix: "3465", rows: 1, exist: 0 },
        { prefix: "*", rows: 1, exist: 1, figures: [{ line: 2, rate: "1" }] },
      ],
    });
    expect(stepsOf(tariff, CALL).map(({ step }) => step)).not.toContain("routing");
  });

  it.each<[string, Tariff, Call, string[]]>([
    [
      "an unknown account",
      { ...TARIFF, accounts: [] },
      callOf({}),
      [
        "No VoIP plan is assigned.",
        'Rule set wholesale-digits reads "34650123456" as 34650123456 (digits).',
        "No sell amount: account-unknown.",
        "No buy amount: account-unknown.",
        "The call is unrated: account-unknown.",
      ],
    ],
    [
      "a number that is none",
      TARIFF,
      callOf({ destination: "anonymous", billedSides: "sell" }),
      [
        "Account *any has VoIP plan gold by accounts.csv:*any.",
        'Rule set wholesale-digits reads "anonymous" as nothing to match (invalid).',
        "No sell amount: number-not-matchable.",
        "The buy side is not asked for.",
        "The call is unrated: number-not-matchable.",
      ],
    ],
    [
      "a call that nobody answered",
      tariffOf({ retailPlans: TARIFF.retailPlans }),
      callOf({ usage: 0 }),
      [
        "Account *any has VoIP plan gold by accounts.csv:*any.",
        'Rule set wholesale-digits reads "34650123456" as 34650123456 (digits).',
        "No ban plan covers the number.",
        "Retail plan std: prefix 34 matches.",
        "The sell amount is 0.0000 EUR.",
        "The buy amount is 0.0000 EUR.",
        "Margin 0.0000 EUR.",
        "The call is rated: unanswered.",
      ],
    ],
    [
      "a carrier that the CDR names and that cannot be converted, up to a maximum",
      tariffOf({
        retailPlans: [retailPlan("r", [{ prefix: "34", maximumAmount: "0.01" }])],
        carrierPlans: [carrierPlan("c", [{ prefix: "34" }], { rules: { currency: "USD" } })],
      }),
      callOf({ supplier: "C" }),
      [
        "Account *any has VoIP plan gold by accounts.csv:*any.",
        'Rule set wholesale-digits reads "34650123456" as 34650123456 (digits).',
        "No ban plan covers the number.",
        "Retail plan r: prefix 34 matches.",
        "Carrier plan c: prefix 34 matches.",
        "Usage 60 s after rounding (none) is billed as 60 s.",
        "0 + 0.06 × 60 ⁄ 60 = 0.01 (the maximum).",
        "Rounded half-up to 4 decimals: 0.0100 EUR.",
        "The CDR names its carrier; the buy side is C (c).",
        "Usage 60 s after rounding (none) is billed as 60 s.",
        "0 + 0.06 × 60 ⁄ 60 = 0.06.",
        "Rounded half-up to 4 decimals: 0.0600 USD.",
        "No margin: no-exchange-rate.",
        "The call is rated.",
      ],
    ],
    [
      "data under a ban",
      tariffOf({
        retailPlans: [retailPlan("r", [{ prefix: "", tor: "*data", unitSeconds: 1 }])],
        carrierPlans: [carrierPlan("c", [{ prefix: "", tor: "*data", unitSeconds: 1 }])],
        banPlans: { premium: ["3465"] },
      }),
      callOf({ tor: "*data", usage: 7, supplier: "C" }),
      [
        "Account *any has VoIP plan gold by accounts.csv:*any.",
        'Rule set wholesale-digits reads "34650123456" as 34650123456 (digits).',
        "Ban plan premium covers the number by 3465.",
        "Retail plan r: prefix * matches.",
        "Carrier plan c: prefix * matches.",
        "No sell amount: banned.",
        "The CDR names its carrier; the buy side is C (c).",
        "Usage 7 units after rounding (none) is billed as 7 units.",
        "0 + 0.06 × 7 ⁄ 1 = 0.42.",
        "Rounded half-up to 4 decimals: 0.4200 EUR.",
        "No margin: side-not-priced.",
        "The call is partial: banned.",
      ],
    ],
  ])("of %s", (_case, tariff, call, texts) => {
    expect(textsOf(tariff, call)).toEqual(texts);
  });
});
