// Of the rows that a prefix has: which exist for a call, and what a compiled deck keeps of them.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { type CompiledDeck, TERM_WORDS } from "../../src/rating/snapshot/native.ts";
import type { RateRow } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, rateRow, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const JANUARY = Date.parse("2026-01-01T00:00:00Z");
const MARCH = Date.parse("2026-03-01T00:00:00Z");

/** Line of the row that priced the call, with the matched prefix; the rows from line 2 on. */
function rowUsed(rows: Partial<RateRow>[], call: Partial<Call> & { at?: string } = {}) {
  const tariff = tariffOf({ retailPlans: [retailPlan("r", rows)] });
  const { sell, basis } = priceCall(callOf(call), compileTariff(tariff, "v"));
  const [row] = ((basis["sell"] as { rows?: { line: number }[] }).rows ?? []) as { line: number }[];
  return [sell?.prefix, row?.line ?? sell?.reason];
}

describe("of the rows of one prefix", () => {
  it("the one with the longest caller prefix that the caller has", () => {
    const rows = [
      { prefix: "34" },
      { prefix: "34", callerPrefix: "349" },
      { prefix: "34", callerPrefix: "34911" },
      { prefix: "34", callerPrefix: "44" },
      { prefix: "34", callerPrefix: "348" },
    ];
    const from = (callerNumber: string) => rowUsed(rows, { callerNumber });
    expect(from("34911223344")).toEqual(["34", 4]);
    expect(from("34922334455")).toEqual(["34", 3]);
    expect(from("447700900123")).toEqual(["34", 5]);
    expect(from("34811223344")).toEqual(["34", 6]);
    expect(from("33123456789")).toEqual(["34", 2]);
    expect(rowUsed(rows)).toEqual(["34", 2]);
  });

  it("the one that took effect last, while it is in effect", () => {
    const rows = [
      { prefix: "34", effectiveFromMs: JANUARY },
      { prefix: "34" },
      { prefix: "34", effectiveFromMs: MARCH, effectiveToMs: MARCH + 86_400_000 },
    ];
    const at = (text: string) => rowUsed(rows, { at: text });
    expect(at("2025-12-31T23:59:59.999Z")).toEqual(["34", 3]);
    expect(at("2026-01-01T00:00:00Z")).toEqual(["34", 2]);
    expect(at("2026-03-01T00:00:00Z")).toEqual(["34", 4]);
    expect(at("2026-03-01T23:59:59.999Z")).toEqual(["34", 4]);
    expect(at("2026-03-02T00:00:00Z")).toEqual(["34", 2]);
  });

  it("a caller prefix goes before a later date", () => {
    const rows = [
      { prefix: "34", effectiveFromMs: MARCH },
      { prefix: "34", callerPrefix: "34", effectiveFromMs: JANUARY },
    ];
    expect(rowUsed(rows, { callerNumber: "34911223344" })).toEqual(["34", 3]);
  });

  it("of its type of record; where none is, a shorter prefix serves", () => {
    const rows = [{ prefix: "34650", tor: "*sms" }, { prefix: "34" }, { prefix: "", tor: "*data" }];
    expect(rowUsed(rows)).toEqual(["34", 3]);
    expect(rowUsed(rows, { tor: "*sms", usage: 1 })).toEqual(["34650", 2]);
    expect(rowUsed(rows, { tor: "*data", usage: 1 })).toEqual(["*", 4]);
    expect(rowUsed(rows, { tor: "*mms", usage: 1 })).toEqual([null, "no-rate"]);
  });

  it("a prefix whose rows all start later is not there yet", () => {
    const rows = [{ prefix: "34" }, { prefix: "34650", effectiveFromMs: MARCH }];
    expect(rowUsed(rows, { at: "2026-02-28T23:59:59Z" })).toEqual(["34", 2]);
    expect(rowUsed(rows, { at: "2026-03-01T00:00:00Z" })).toEqual(["34650", 3]);
  });
});

describe("a compiled deck", () => {
  const compiled = (rows: Partial<RateRow>[]): CompiledDeck => {
    const tariff = tariffOf({ retailPlans: [retailPlan("r", rows)] });
    const [deck] = compileTariff(tariff, "v").decks;
    if (deck === undefined) throw new Error("one deck was compiled");
    return deck;
  };

  it("keeps what rows have in common once", () => {
    const rows = Array.from({ length: 100 }, (_, index) => ({
      prefix: `34${index}`,
      rate: `0.${index + 1}`,
      connectFee: "0.1",
      destination: `Place ${index % 3}`,
    }));
    const deck = compiled([...rows, { prefix: "35", firstInterval: 60 }]);
    expect(deck.terms.length).toBe(2 * TERM_WORDS);
    expect(deck.destinationNames.toSorted()).toEqual([
      "Place 0",
      "Place 1",
      "Place 2",
      "Somewhere",
    ]);
    expect(deck).toMatchObject({ file: "decks/r.csv", scale: 3, prefixes: 101 });
  });

  it.each<[string, Partial<RateRow>]>([
    ["connect fee", { connectFee: "0.001" }],
    ["first interval", { firstInterval: 2, nextInterval: 1 }],
    ["next interval", { firstInterval: 1, nextInterval: 2 }],
    ["minimum", { minimumSeconds: 1 }],
    ["grace", { graceSeconds: 1 }],
    ["step", { fromSecond: 1 }],
    ["start", { effectiveFromMs: JANUARY }],
    ["end", { effectiveToMs: MARCH }],
    ["status", { status: "blocked" }],
    ["maximum", { maximumAmount: "1" }],
    ["caller prefix", { callerPrefix: "1" }],
    ["type of record", { tor: "*sms" }],
    ["unit", { unitSeconds: 1 }],
  ])("keeps rows apart that differ in their %s", (_what, other) => {
    const row = rateRow({ prefix: "34" });
    const deck = compiled([row, { ...row, prefix: "35", ...other }]);
    expect(deck.terms.length).toBe(2 * TERM_WORDS);
  });

  it("keeps fees and maximums apart that no Number holds", () => {
    const fees = ["900719925474.0993", "900719925474.0995"];
    const deck = compiled([
      { prefix: "34", connectFee: fees[0] as string },
      { prefix: "35", connectFee: fees[1] as string },
      { prefix: "36", maximumAmount: fees[0] as string },
      { prefix: "37", maximumAmount: fees[1] as string },
    ]);
    const scaled = [9_007_199_254_740_993n, 9_007_199_254_740_995n];
    expect([...deck.wideFees.values()]).toEqual(scaled);
    expect([...deck.wideMaximums.values()]).toEqual(scaled);
    expect(deck.wideRates.size).toBe(0);
  });

  it("counts money in the decimals of its longest rate, fee or maximum", () => {
    expect(compiled([{ prefix: "3", rate: "1" }]).scale).toBe(0);
    expect(compiled([{ prefix: "3", rate: "0.125" }]).scale).toBe(3);
    expect(compiled([{ prefix: "3", rate: "1", connectFee: "0.5" }]).scale).toBe(1);
    expect(compiled([{ prefix: "3", rate: "1", maximumAmount: "0.25" }]).scale).toBe(2);
  });
});

describe("decks of several plans", () => {
  it("with and without a prefix, and with several rows of one, are each their own", () => {
    const retailPlans = [
      retailPlan("r", [
        { prefix: "34", rate: "1" },
        { prefix: "346", rate: "2" },
      ]),
    ];
    const carrierPlans = [
      carrierPlan("a", [{ prefix: "34", rate: "0.3" }]),
      carrierPlan("b", [
        { prefix: "346", rate: "0.1", effectiveFromMs: MARCH },
        { prefix: "346", rate: "0.4" },
      ]),
      carrierPlan("c", [
        { prefix: "3465", rate: "0.5" },
        { prefix: "", rate: "9" },
      ]),
    ];
    const snapshot = compileTariff(tariffOf({ retailPlans, carrierPlans }), "v");
    const pricesAt = (at: string, destination = "34650123456") => {
      const { sell, buy, basis } = priceCall(callOf({ at, destination }), snapshot);
      const { candidates } = basis["routing"] as { candidates: { plan: string; amount: string }[] };
      return {
        sell: sell?.amount,
        ...Object.fromEntries(candidates.map(({ plan, amount }) => [plan, amount])),
        [buy?.plan ?? "none"]: buy?.amount,
      };
    };
    expect(pricesAt("2026-02-01T00:00:00Z")).toEqual({
      sell: "2.0000",
      a: "0.3000",
      b: "0.4000",
      c: "0.5000",
    });
    expect(pricesAt("2026-03-01T00:00:00Z")).toMatchObject({ b: "0.1000" });
    expect(pricesAt("2026-03-01T00:00:00Z", "34911223344")).toEqual({
      sell: "1.0000",
      a: "0.3000",
      b: null,
      c: "9.0000",
    });
  });
});

describe("accounts and exchange rates", () => {
  const retailPlans = [retailPlan("r", [{ prefix: "34" }])];
  const account = (line: number, fromMs: number | null, numbering: string | null = null) => ({
    line,
    account: "1001",
    voipPlan: "gold",
    numbering,
    fromMs,
  });

  it("of several rows of an account the latest that has begun; of equal ones the lower one", () => {
    const accounts = [
      account(2, JANUARY, "ES"),
      account(3, null, "GB"),
      account(4, JANUARY, "FR"),
      { ...account(5, null, "DE"), account: "*any" },
    ];
    const snapshot = compileTariff(tariffOf({ retailPlans, accounts }), "v");
    const assigned = (at: string, name = "1001") =>
      priceCall(callOf({ at, account: name }), snapshot).assignment;
    expect(assigned("2025-06-01T00:00:00Z")).toEqual({
      account: "1001",
      voipPlan: "gold",
      origin: "accounts.csv",
      numbering: "GB",
    });
    expect(assigned("2026-01-01T00:00:00Z")).toEqual({
      account: "1001",
      voipPlan: "gold",
      origin: "accounts.csv",
      numbering: "FR",
      fromMs: JANUARY,
    });
    expect(assigned("2026-01-01T00:00:00Z", "1002")).toEqual({
      account: "*any",
      voipPlan: "gold",
      origin: "accounts.csv:*any",
      numbering: "DE",
    });
  });

  it("an account whose rows all start later is served by *any; without it by nothing", () => {
    const later = account(2, MARCH);
    const any = { ...account(3, null), account: "*any" };
    const at = { at: "2026-02-01T00:00:00Z" };
    const origin = (accounts: (typeof later)[], call: Partial<Call> = {}) =>
      priceCall(callOf({ ...at, ...call }), compileTariff(tariffOf({ retailPlans, accounts }), "v"))
        .assignment?.origin;
    expect(origin([later, any])).toBe("accounts.csv:*any");
    expect(origin([later])).toBeUndefined();
    expect(origin([{ ...any, fromMs: MARCH }], { account: "*any" })).toBeUndefined();
  });

  it("the latest rate of exchange in effect, from one currency to the other and not back", () => {
    const carrierPlans = [
      carrierPlan("c", [{ prefix: "34", rate: "1" }], { rules: { currency: "USD" } }),
    ];
    const exchange = [
      { line: 2, from: "USD", to: "EUR", rate: "0.8", effectiveFromMs: null },
      { line: 3, from: "USD", to: "EUR", rate: "0.9", effectiveFromMs: JANUARY },
      { line: 4, from: "EUR", to: "USD", rate: "2", effectiveFromMs: null },
    ];
    const snapshot = compileTariff(tariffOf({ retailPlans, carrierPlans, exchange }), "v");
    const used = (at: string) => priceCall(callOf({ at }), snapshot).basis["exchange"];
    expect(used("2025-12-31T23:59:59Z")).toEqual({ from: "USD", to: "EUR", rate: "0.8", line: 2 });
    expect(used("2026-01-01T00:00:00Z")).toEqual({
      from: "USD",
      to: "EUR",
      rate: "0.9",
      line: 3,
      effectiveFrom: "2026-01-01T00:00:00.000Z",
    });
    const back = compileTariff(
      tariffOf({ retailPlans, carrierPlans, exchange: exchange.slice(2) }),
      "v",
    );
    expect(priceCall(callOf({}), back).buy).toMatchObject({
      amount: null,
      reason: "no-exchange-rate",
    });
  });
});
