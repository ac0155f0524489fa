// The trace of a call, whole: what a person reads, step by step.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import type { Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";
import {
  ALPHA_ROW,
  ALPHA_SPAN,
  CALL,
  CANDIDATES,
  EXCHANGE,
  FIRST_ROW,
  FIRST_SPAN,
  SECOND_ROW,
  SECOND_SPAN,
  TARIFF,
  tracedPrice,
} from "./traced-call.ts";

const stepsOf = (tariff: Tariff, call: Call) =>
  tracedPrice(tariff, call).trace?.["steps"] as Record<string, unknown>[];

const textsOf = (tariff: Tariff, call: Call) => stepsOf(tariff, call).map(({ text }) => text);

const AT = "2026-03-11T12:00:00.000Z";
const timeText = ({ tor }: Call) => `The call of ${tor} is priced as of ${AT}.`;
const TIME_STEP = { step: "time", text: timeText(CALL), at: AT };

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
    const { trace, basis } = tracedPrice(TARIFF, CALL);
    expect(trace).toEqual({
      basis,
      steps: [
        TIME_STEP,
        {
          step: "account",
          text: "Account 1001 has VoIP plan gold by accounts.csv:*any.",
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
          chosen: "alpha",
          priorities: ["alpha", "beta", "gamma", "delta"].map((plan) => ({ plan, priority: 100 })),
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
        "Account 1001 has VoIP plan gold by accounts.csv:*any.",
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
        "Account 1001 has VoIP plan gold by accounts.csv:*any.",
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
        "Account 1001 has VoIP plan gold by accounts.csv:*any.",
        'Rule set wholesale-digits reads "34650123456" as 34650123456 (digits).',
        "No ban plan covers the number.",
        "Retail plan r: prefix 34 matches.",
        "Carrier plan c: prefix 34 matches.",
        "Usage 60 s after rounding (none) is billed as 60 s.",
        "0 + 0.06 × 60 ⁄ 60 is more than the maximum, which is 0.01.",
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
        "Account 1001 has VoIP plan gold by accounts.csv:*any.",
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
    expect(textsOf(tariff, call)).toEqual([timeText(call), ...texts]);
  });

  it("says what the bands of its rows mean, and the time on their clock", () => {
    const night = { name: "night", fromMinute: 1320, toMinute: 480, timeZone: "UTC" };
    const holiday = {
      name: "holiday",
      dates: ["12-25"],
      exceptDates: ["2027-12-25"],
      monthDays: [25],
      months: [12],
      fromMinute: 0,
      toMinute: 1440,
      timeZone: null,
    };
    const work = { ...night, name: "work", days: [1, 2, 5], timeZone: null };
    const always = { name: "always", fromMinute: 0, toMinute: 1440, timeZone: null };
    const rows = ["night", "holiday", "work", "always"].map((band) => ({ prefix: "34", band }));
    const tariff = tariffOf({
      bands: [night, holiday, work, always, { ...always, name: "unused" }],
      retailPlans: [retailPlan("r", [...rows, { prefix: "34" }])],
    });
    const call = callOf({ at: "2026-07-05T22:30:00Z" });
    const bands = stepsOf(tariff, call).filter(({ step }) => step === "band");
    expect(bands.map(({ text }) => text)).toEqual([
      "Band night: 22:00 to 08:00 in UTC, where the call began 2026-07-05T22:30:00.000Z.",
      "Band holiday: days 25 of the month, months 12, on 12-25, not on 2027-12-25 in Europe/Madrid, where the call began 2026-07-06T00:30:00.000+02:00.",
      "Band work: mon, tue, fri, 22:00 to 08:00 in Europe/Madrid, where the call began 2026-07-06T00:30:00.000+02:00.",
      "Band always: always in Europe/Madrid, where the call began 2026-07-06T00:30:00.000+02:00.",
    ]);
    expect(bands[0]).toMatchObject({
      band: "night",
      limits: "22:00 to 08:00",
      zone: "UTC",
      localTime: "2026-07-05T22:30:00.000Z",
    });
  });

  it("says that a call has no time", () => {
    expect(textsOf(TARIFF, callOf({ at: null }))).toContain("The call has no time.");
  });
});
