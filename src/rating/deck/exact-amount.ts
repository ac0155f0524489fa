// An amount before its one rounding: an exact fraction, in Numbers while that is provably exact.

import type { Fraction } from "../../money/fraction.ts";
import { canonicalText, powerOfTen } from "../../money/scaled-decimal.ts";
import type { Rounding } from "../../tariffs/tariff.ts";

/** Amounts of this many whole units and more are refused: stores keep 18 whole digits. */
const LIMIT = 10n ** 18n;

export function isOutOfRange(units: bigint, decimals: number): boolean {
  const limit = LIMIT * 10n ** BigInt(decimals);
  return units >= limit || units <= -limit;
}

/** Half of the safe integers: the difference of two quotients is then more than a float's error. */
const DIVIDEND_MAX = 2 ** 52 - 1;

/**
 * numerator ⁄ denominator in units of 10^-decimals, rounded in Numbers; NaN when the result could
 * not be proved exact, then `roundFraction` must do it. The fraction is of integers.
 */
export function roundNumbers(numerator: number, denominator: number, rounding: Rounding): number {
  const dividend = Math.abs(numerator) * powerOfTen(rounding.decimals);
  if (!(dividend <= DIVIDEND_MAX && denominator <= DIVIDEND_MAX)) {
    return Number.NaN;
  }
  // Quicker than the remainder of two floats, and exact: below 2^52 the quotient is never as near
  // to the next whole number as a float could not tell.
  const whole = Math.floor(dividend / denominator);
  const remainder = dividend - whole * denominator;
  const units = whole + roundsAway(remainder, denominator - remainder, whole % 2 === 1, rounding);
  // `0 - units` and not `-units`: an amount of 0 has no sign.
  return numerator < 0 ? 0 - units : units;
}

/** The same for any size. */
export function roundFraction(value: Fraction, rounding: Rounding): bigint {
  const negative = value.numerator < 0n;
  const magnitude = negative ? -value.numerator : value.numerator;
  const dividend = magnitude * 10n ** BigInt(rounding.decimals);
  const remainder = dividend % value.denominator;
  const whole = dividend / value.denominator;
  const missing = value.denominator - remainder;
  const units = whole + BigInt(roundsAway(remainder, missing, whole % 2n === 1n, rounding));
  return negative ? -units : units;
}

/** 1 when the magnitude goes up to the next unit: modes are symmetric about 0, as in decimal.js. */
function roundsAway<Integer extends number | bigint>(
  remainder: Integer,
  missing: Integer,
  odd: boolean,
  rounding: Rounding,
): 0 | 1 {
  switch (rounding.mode) {
    case "up":
      return remainder > 0 ? 1 : 0;
    case "down":
      return 0;
    case "half-up":
      return remainder >= missing ? 1 : 0;
    case "half-down":
      return remainder > missing ? 1 : 0;
    case "half-even":
      return remainder > missing || (remainder === missing && odd) ? 1 : 0;
  }
}

/** `fractionText` in Numbers; null when that could not be proved exact. The fraction is of integers. */
export function numberFractionText(numerator: number, denominator: number): string | null {
  if (!(Math.abs(numerator) <= Number.MAX_SAFE_INTEGER && denominator <= Number.MAX_SAFE_INTEGER)) {
    return null;
  }
  const divisor = commonDivisor(Math.abs(numerator), denominator);
  const top = numerator / divisor;
  const bottom = denominator / divisor;
  const decimals = decimalsOf(bottom);
  if (decimals === null) return `${top}/${bottom}`;
  const units = top * (powerOfTen(decimals) / bottom);
  return Number.isSafeInteger(units) ? canonicalText(units, decimals) : null;
}

const INT32_MAX = 2 ** 31 - 1;

function commonDivisor(a: number, b: number): number {
  let [x, y] = [a, b];
  while (x > INT32_MAX || y > INT32_MAX) {
    if (y === 0) return x;
    [x, y] = [y, x % y];
  }
  // The remainder of two 32-bit integers takes a tenth of the time of that of two floats.
  let [u, v] = [x | 0, y | 0];
  while (v !== 0) [u, v] = [v, u % v];
  return u;
}

/** Decimals after which 1 ⁄ denominator ends; null: it never ends. */
function decimalsOf(denominator: number): number | null {
  let rest = denominator;
  let [twos, fives] = [0, 0];
  for (; rest % 2 === 0; rest /= 2) twos++;
  for (; rest % 5 === 0; rest /= 5) fives++;
  return rest === 1 ? Math.max(twos, fives) : null;
}
