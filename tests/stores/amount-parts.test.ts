import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareDecimals, parseDecimal, plainText } from "../../src/money/decimal.ts";
import { sumOf } from "../../src/money/sum.ts";
import { joinSums, splitAmount, splitBound } from "../../src/stores/amount-parts.ts";

const Exact = Decimal.clone({ precision: 400, toExpNeg: -9e15, toExpPos: 9e15 });

const decimal = fc
  .tuple(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), fc.integer({ min: 0, max: 24 }))
  .map(([digits, scale]) =>
    new Exact(digits.toString()).div(new Exact(10).pow(scale)).toFixed(scale),
  );

describe("exact decimals", () => {
  test("sums and comparisons are those of decimal.js", () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        expect(sumOf(a, b)).toBe(new Exact(a).plus(b).toFixed());
        expect(compareDecimals(parseDecimal(a), parseDecimal(b))).toBe(new Exact(a).comparedTo(b));
      }),
    );
  });

  test("an amount that fits is its units and parts, also below zero", () => {
    expect(splitAmount("-0.25")).toEqual({ units: -1, parts: 7_500_000_000 });
    expect(splitAmount("12")).toEqual({ units: 12, parts: 0 });
    expect(splitAmount("0.00000000010")).toEqual({ units: 0, parts: 1 });
    fc.assert(
      fc.property(decimal, (text) => {
        const exact = new Exact(text);
        const fits = exact.decimalPlaces() <= 10 && exact.gte("-1e14") && exact.lt("1e14");
        const split = splitAmount(text);
        expect(split !== null).toBe(fits);
        if (split === null) return;
        expect(joinSums(BigInt(split.units), BigInt(split.parts))).toBe(exact.toFixed());
        expect(split.parts).toBeGreaterThanOrEqual(0);
        expect(split.parts).toBeLessThan(1e10);
      }),
    );
  });

  test("a bound cuts amounts that fit where the exact number would", () => {
    const amount = fc
      .integer({ min: -(2 ** 52), max: 2 ** 52 })
      .map((parts) => new Exact(parts).div(1e10).toFixed(10));
    const near = fc
      .tuple(amount, fc.constantFrom("0", "0.00000000005", "-0.00000000005", "1e20", "-1e20"))
      .map(([text, change]) => new Exact(text).plus(change).toFixed());
    fc.assert(
      fc.property(amount, near, (text, bound) => {
        const left = splitAmount(text) ?? { units: Number.NaN, parts: 0 };
        const right = splitBound(bound);
        const isAtLeast =
          left.units > right.units || (left.units === right.units && left.parts >= right.parts);
        expect(isAtLeast).toBe(new Exact(text).gte(bound));
      }),
    );
  });

  test("a plain text keeps its digits and zeros", () => {
    const texts = ["0.1420", "-0.00", "1E-7", "-1.50E-9", "0E-8", "1.5E+3"];
    const plain = ["0.1420", "-0.00", "0.0000001", "-0.00000000150", "0.00000000", "1500"];
    expect(texts.map(plainText)).toEqual(plain);
  });

  test("what is no number is refused", () => {
    for (const text of ["", "1,5", "0x1", "NaN", " 1", "1."]) {
      expect(() => sumOf(text, "0")).toThrow(RangeError);
    }
  });
});
