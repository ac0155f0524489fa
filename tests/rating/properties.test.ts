// What holds for every plan: never cheaper for longer, never billed less than used, parts add up.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalText, decimalPlaces, toScaled } from "../../src/money/scaled-decimal.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { RateRow, UsageRounding } from "../../src/tariffs/tariff.ts";
import { fraction } from "./oracle.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const money = fc.integer({ min: 0, max: 99_999 }).map((units) => canonicalText(units, 5));
const bands = [
  { name: "day", fromMinute: 480, toMinute: 1200, timeZone: "Europe/Madrid" },
  { name: "night", fromMinute: 1320, toMinute: 60, timeZone: "Europe/Madrid" },
];
const row = fc
  .record({
    prefix: fc.constant("34"),
    rate: money,
    connectFee: money,
    firstInterval: fc.integer({ min: 1, max: 90 }),
    nextInterval: fc.integer({ min: 1, max: 90 }),
    minimumSeconds: fc.integer({ min: 0, max: 120 }),
    graceSeconds: fc.integer({ min: 0, max: 20 }),
    maximumAmount: fc.option(money),
    minimumAmount: fc.constantFrom(null, "0", "maximum"),
    intervalPrice: fc.constantFrom(null, "start" as const),
    unitSeconds: fc.constantFrom(60, 1, 7, 3600),
  })
  .map((base) => ({
    ...base,
    minimumAmount: base.minimumAmount === "maximum" ? base.maximumAmount : base.minimumAmount,
  }));
const rows = fc
  .tuple(row, row, row, fc.integer({ min: 1, max: 200 }))
  .map(([base, later, banded, fromSecond]): Partial<RateRow>[] => [
    base,
    { ...later, fromSecond },
    { ...banded, band: "day" },
    { ...later, band: "day", fromSecond },
    { ...later, band: "night" },
  ]);
const usageMs = fc.integer({ min: 1, max: 600_000 });
const at = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2026, 11, 31) });
const usageRounding = fc.constantFrom<UsageRounding>("none", "up", "half-up", "half-down", "down");

function pricerOf(deckRows: Partial<RateRow>[], rounding: UsageRounding = "none") {
  const rules = { usageRounding: rounding, rounding: { decimals: 10, mode: "half-up" as const } };
  const retailPlans = [retailPlan("r", deckRows, rules)];
  const snapshot = compileTariff(tariffOf({ bands, retailPlans }), "v");
  return (usage: number, atMs: number) => priceCall(callOf({ usage, at: atMs }), snapshot);
}

describe("for prices from 0 up", () => {
  it("the cost never falls with the duration", () => {
    fc.assert(
      fc.property(rows, usageMs, usageMs, at, usageRounding, (deck, a, b, atMs, rounding) => {
        const price = pricerOf(deck, rounding);
        const amounts = [Math.min(a, b), Math.max(a, b)].map((usage) =>
          toScaled(price(usage, atMs).sell?.amount ?? "x", 10),
        );
        expect(amounts[0]! <= amounts[1]!).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("billed time covers the rounded usage unless that is within the grace", () => {
    fc.assert(
      fc.property(rows, usageMs, at, usageRounding, (deck, usage, atMs, rounding) => {
        const { sell, basis } = pricerOf(deck, rounding)(usage, atMs);
        const { usage: rounded, rows: used } = basis["sell"] as {
          usage: number;
          rows: { graceSeconds?: number }[];
        };
        const free = rounded <= (used[0]?.graceSeconds ?? 0);
        expect(sell?.billedSeconds === 0 ? free : sell!.billedSeconds >= rounded).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  it("at 1-second intervals and nothing else, the parts of a call add up before rounding", () => {
    fc.assert(
      fc.property(
        money,
        fc.constantFrom(60, 7),
        fc.integer({ min: 1, max: 5000 }),
        fc.integer({ min: 1, max: 5000 }),
        (rate, unitSeconds, a, b) => {
          const price = pricerOf([{ prefix: "34", rate, unitSeconds }]);
          const atMs = Date.UTC(2026, 5, 1);
          const exact = (seconds: number, from: number) => {
            const { basis } = price(seconds * 1000, atMs + from * 1000);
            const [top = "", bottom = "1"] = (basis["sell"] as { exact: string }).exact.split("/");
            const value = fraction(top);
            return { top: value.top, bottom: value.bottom * BigInt(bottom) };
          };
          const [first, second, both] = [exact(a, 0), exact(b, a), exact(a + b, 0)];
          const sum = first.top * second.bottom + second.top * first.bottom;
          expect(sum * both.bottom).toBe(both.top * first.bottom * second.bottom);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("decimal text", () => {
  it("is the same after scaling and printing", () => {
    const text = fc
      .tuple(fc.bigInt(-(10n ** 30n), 10n ** 30n), fc.integer({ min: 0, max: 12 }))
      .map(([units, decimals]) => canonicalText(units, decimals));
    fc.assert(
      fc.property(text, fc.integer({ min: 0, max: 9 }), (printed, more) => {
        const scale = decimalPlaces(printed) + more;
        expect(canonicalText(toScaled(printed, scale), scale)).toBe(printed);
      }),
      { numRuns: 2000 },
    );
  });
});
