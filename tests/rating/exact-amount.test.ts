// Rounding once: Numbers and BigInt give the same, in every mode, up to the limits and below 0.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { roundFraction, roundNumbers } from "../../src/rating/deck/exact-amount.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Rounding } from "../../src/tariffs/tariff.ts";
import { callOf, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const MODES = ["half-up", "half-down", "half-even", "up", "down"] as const;

/** By the words: the whole units below, and one more where the rest says so. */
function rounded(numerator: bigint, denominator: bigint, { decimals, mode }: Rounding): bigint {
  const size = (numerator < 0n ? -numerator : numerator) * 10n ** BigInt(decimals);
  const below = size / denominator;
  const rest = size - below * denominator;
  const isHalf = 2n * rest === denominator;
  const isAway = {
    up: rest > 0n,
    down: false,
    "half-up": 2n * rest >= denominator,
    "half-down": 2n * rest > denominator,
    "half-even": 2n * rest > denominator || (isHalf && below % 2n === 1n),
  }[mode];
  const units = below + (isAway ? 1n : 0n);
  return numerator < 0n ? -units : units;
}

const rounding = fc.record({ decimals: fc.nat(4), mode: fc.constantFrom(...MODES) });

describe("rounding", () => {
  it("is the same in Numbers and in BigInt wherever Numbers answer", () => {
    const small = fc.tuple(fc.integer({ min: -200, max: 200 }), fc.integer({ min: 1, max: 16 }));
    const large = fc
      .tuple(fc.integer({ min: 1, max: 2 ** 26 }), fc.integer({ min: 1, max: 2 ** 26 }))
      .map(([times, by]): [number, number] => [times * by - 1, by]);
    fc.assert(
      fc.property(fc.oneof(small, large), rounding, ([top, bottom], how) => {
        const exact = rounded(BigInt(top), BigInt(bottom), how);
        const wide = { numerator: BigInt(top), denominator: BigInt(bottom) };
        expect(roundFraction(wide, how)).toBe(exact);
        const quick = roundNumbers(top, bottom, how);
        if (!Number.isNaN(quick)) expect(quick).toBe(Number(exact));
      }),
      { numRuns: 5000 },
    );
  });

  it("leaves to BigInt what Numbers cannot prove", () => {
    const plain: Rounding = { decimals: 0, mode: "down" };
    expect(roundNumbers(2 ** 52 - 1, 1, plain)).toBe(2 ** 52 - 1);
    expect(roundNumbers(2 ** 52, 1, plain)).toBeNaN();
    expect(roundNumbers(1, 2 ** 52, plain)).toBeNaN();
    expect(roundNumbers(2 ** 50, 1, { decimals: 2, mode: "down" })).toBeNaN();
    expect(Object.is(roundNumbers(0, 7, plain), 0)).toBe(true);
  });
});

describe("a maximum beside rates that no Number holds", () => {
  const priced = (maximumAmount: string) => {
    const row = { prefix: "34", rate: "900719925474.0993", unitSeconds: 1, maximumAmount };
    const tariff = tariffOf({ retailPlans: [retailPlan("r", [row])] });
    const { sell, basis } = priceCall(callOf({ usage: 2000 }), compileTariff(tariff, "v"));
    return { amount: sell?.amount, capped: (basis["sell"] as { capped?: boolean }).capped };
  };

  it("cuts what is above it, and nothing else", () => {
    expect(priced("0.5")).toEqual({ amount: "0.5000", capped: true });
    expect(priced("1801439850948.1985")).toEqual({ amount: "1801439850948.1985", capped: true });
    expect(priced("1801439850948.1986")).toEqual({ amount: "1801439850948.1986" });
    expect(priced("1801439850949")).toEqual({ amount: "1801439850948.1986" });
  });
});
