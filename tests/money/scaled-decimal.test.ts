// Decimal text to integers and back: exact, in Numbers and in BigInt alike.
import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compareFractions,
  fractionText,
  greatestCommonDivisor,
  multiply,
} from "../../src/money/fraction.ts";
import {
  canonicalText,
  decimalPlaces,
  exactNumber,
  fixedText,
  powerOfTen,
  scaledNumber,
  toScaled,
} from "../../src/money/scaled-decimal.ts";
import { isOutOfRange, numberFractionText } from "../../src/rating/deck/exact-amount.ts";

const MOST = Number.MAX_SAFE_INTEGER;

describe("text with a fixed number of decimals", () => {
  it.each<[number, number, string]>([
    [142, 4, "0.0142"],
    [-142, 4, "-0.0142"],
    [10_000, 4, "1.0000"],
    [9999, 4, "0.9999"],
    [-10_001, 4, "-1.0001"],
    [0, 4, "0.0000"],
    [-0, 2, "0.00"],
    [0, 0, "0"],
    [-7, 0, "-7"],
    [120, 0, "120"],
    [5, 15, "0.000000000000005"],
    [MOST, 4, "900719925474.0991"],
    [-MOST, 4, "-900719925474.0991"],
    [2 ** 52, 1, "450359962737049.6"],
    [2 ** 52 - 1, 15, "4.503599627370495"],
  ])("%d with %d decimals is %s, as Number and as BigInt", (units, decimals, text) => {
    expect(fixedText(units, decimals)).toBe(text);
    expect(fixedText(BigInt(units), decimals)).toBe(text);
  });

  it("of any size and any decimals is what decimal.js writes", () => {
    const decimals = fc.nat(20);
    fc.assert(
      fc.property(fc.maxSafeInteger(), decimals, (units, places) => {
        const text = new Decimal(units).div(new Decimal(10).pow(places)).toFixed(places);
        const written = text.replace(/^-(0(\.0+)?)$/, "$1");
        expect(fixedText(units, places)).toBe(written);
        expect(fixedText(BigInt(units), places)).toBe(written);
      }),
      { numRuns: 1000 },
    );
  });
});

it.each<[number | bigint, number, string]>([
  [100, 2, "1"],
  [100n, 2, "1"],
  [142, 4, "0.0142"],
  [1420n, 4, "0.142"],
  [-1500, 3, "-1.5"],
  [0, 3, "0"],
  [1000, 0, "1000"],
  [1000n, 2, "10"],
])("%d without idle zeros behind %d decimals is %s", (units, decimals, text) => {
  expect(canonicalText(units, decimals)).toBe(text);
});

describe("reading decimal text", () => {
  it.each<[string, number]>([
    ["1", 0],
    ["-1.5", 1],
    ["0.0142", 4],
    ["1e-7", 7],
    ["1E-7", 7],
    ["2.5e3", 0],
  ])("%s has %d decimals", (text, places) => {
    expect(decimalPlaces(text)).toBe(places);
  });

  it.each<[string, number, bigint]>([
    ["0.0142", 4, 142n],
    ["0.0142", 6, 14_200n],
    ["-1.5", 1, -15n],
    ["12", 2, 1200n],
    ["1e-3", 5, 100n],
    ["1E3", 1, 10_000n],
    ["900719925474.0993", 4, 9_007_199_254_740_993n],
  ])("%s with scale %d is %d", (text, scale, units) => {
    expect(toScaled(text, scale)).toBe(units);
    const exact = Number.isSafeInteger(Number(units)) ? Number(units) : Number.NaN;
    expect(exactNumber(units)).toBe(exact);
    expect(scaledNumber(text, scale)).toBe(exact);
  });

  it("as a Number is the same as the integer wherever a Number holds it", () => {
    const text = fc
      .tuple(fc.bigInt(-(10n ** 17n), 10n ** 17n), fc.nat(12))
      .map(([units, places]) => fixedText(units, places));
    fc.assert(
      fc.property(text, fc.nat(4), (written, more) => {
        const scale = decimalPlaces(written) + more;
        expect(scaledNumber(written, scale)).toBe(exactNumber(toScaled(written, scale)));
      }),
      { numRuns: 1000 },
    );
  });
});

it("a power of ten is a Number up to 10^15, and infinite where a Number would not do", () => {
  expect([0, 1, 15].map(powerOfTen)).toEqual([1, 10, 1e15]);
  expect(powerOfTen(16)).toBe(Number.POSITIVE_INFINITY);
});

describe("the text of an exact amount", () => {
  it.each<[number, number, string]>([
    [76_877, 120_000, "76877/120000"],
    [91 * 5, 6000, "91/1200"],
    [-1, 3, "-1/3"],
    [10, 4, "2.5"],
    [-1, 8, "-0.125"],
    [0, 60, "0"],
    [7, 7, "1"],
    [600, 60, "10"],
    [1, 2 ** 15, "0.000030517578125"],
    [3 * 2 ** 40, 3, "1099511627776"],
    [2 ** 40 + 1, 2 ** 40 - 1, "1099511627777/1099511627775"],
  ])("%d ⁄ %d is %s", (numerator, denominator, text) => {
    expect(numberFractionText(numerator, denominator)).toBe(text);
    expect(fractionText({ numerator: BigInt(numerator), denominator: BigInt(denominator) })).toBe(
      text,
    );
  });

  it("is left to BigInt where a Number could not hold it", () => {
    expect(numberFractionText(1, 2 ** 53)).toBeNull();
    expect(numberFractionText(2 ** 53, 1)).toBeNull();
    expect(numberFractionText(-(2 ** 53), 1)).toBeNull();
    expect(numberFractionText(Number.NaN, 1)).toBeNull();
    // 2^-16 ends after 16 decimals, more than a power of ten that a Number holds.
    expect(numberFractionText(1, 2 ** 16)).toBeNull();
    expect(numberFractionText(MOST, 8)).toBeNull();
    expect(fractionText({ numerator: 1n, denominator: 2n ** 16n })).toBe("0.0000152587890625");
    expect(fractionText({ numerator: 5n ** 30n, denominator: 10n ** 30n })).toBe(
      "0.000000000931322574615478515625",
    );
  });

  it("is the same in both ways wherever Numbers answer", () => {
    const top = fc.oneof(fc.integer(), fc.maxSafeInteger());
    const bottom = fc.oneof(fc.integer({ min: 1 }), fc.integer({ min: 1, max: MOST }));
    fc.assert(
      fc.property(top, bottom, (numerator, denominator) => {
        const quick = numberFractionText(numerator, denominator);
        if (quick === null) return;
        const wide = { numerator: BigInt(numerator), denominator: BigInt(denominator) };
        expect(quick).toBe(fractionText(wide));
      }),
      { numRuns: 2000 },
    );
  });
});

describe("fractions", () => {
  const half = { numerator: 1n, denominator: 2n };
  const third = { numerator: -1n, denominator: 3n };

  it("are compared and multiplied exactly", () => {
    expect(multiply(half, third)).toEqual({ numerator: -1n, denominator: 6n });
    expect(compareFractions(half, third)).toBe(1);
    expect(compareFractions(third, half)).toBe(-1);
    expect(compareFractions(half, { numerator: 2n, denominator: 4n })).toBe(0);
  });

  it("have a greatest common divisor above 0, whatever the sign", () => {
    expect(greatestCommonDivisor(12n, 18n)).toBe(6n);
    expect(greatestCommonDivisor(-12n, 18n)).toBe(6n);
    expect(greatestCommonDivisor(0n, 18n)).toBe(18n);
  });

  it("are out of range from 10^18 whole units on", () => {
    expect(isOutOfRange(10n ** 20n - 1n, 2)).toBe(false);
    expect(isOutOfRange(10n ** 20n, 2)).toBe(true);
    expect(isOutOfRange(-(10n ** 20n) + 1n, 2)).toBe(false);
    expect(isOutOfRange(-(10n ** 20n), 2)).toBe(true);
  });
});
