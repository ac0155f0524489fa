// The basis of a call, whole: what its amounts are recomputed from.
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";
import {
  ALPHA_ROW,
  ALPHA_SPAN,
  CALL,
  CANDIDATES,
  EXCHANGE,
  FIRST_ROW,
  FIRST_SPAN,
  ROUNDING,
  SECOND_ROW,
  SECOND_SPAN,
  TARIFF,
  tracedPrice,
} from "./traced-call.ts";

describe("the basis of a call", () => {
  it("holds rows, spans, fee, exact sum and rounding of both sides, and what lost", () => {
    expect(tracedPrice(TARIFF, CALL).basis).toEqual({
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
    expect(tracedPrice(tariff, CALL).basis["sell"]).toEqual({
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
    const { sell, buy, routing } = tracedPrice(tariff, CALL).basis;
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
    const routing = tracedPrice(tariffOf({ carrierPlans }), CALL).basis["routing"] as {
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
