// Exact fractions: what amounts are until they are rounded, once.
import { parseDecimal } from "./decimal.ts";
import { canonicalText } from "./scaled-decimal.ts";

/** A fraction of integers; the denominator is above 0. */
export interface Fraction {
  numerator: bigint;
  denominator: bigint;
}

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };

/** A decimal text, such as `-0.05`. @throws RangeError for anything else */
export function fractionOf(text: string): Fraction {
  const { digits, scale } = parseDecimal(text);
  return { numerator: digits, denominator: 10n ** BigInt(scale) };
}

/** Over the least common denominator, so that long calls through many units stay small. */
export function plus(a: Fraction, b: Fraction): Fraction {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  const divisor = greatestCommonDivisor(a.denominator, b.denominator);
  return {
    numerator: a.numerator * (b.denominator / divisor) + b.numerator * (a.denominator / divisor),
    denominator: (a.denominator / divisor) * b.denominator,
  };
}

export function multiply(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** a × factor / divisor; the divisor is positive. */
export function scaledBy(a: Fraction, factor: number, divisor: number): Fraction {
  return reduced(multiply(a, { numerator: BigInt(factor), denominator: BigInt(divisor) }));
}

/** Below 0, 0 or above 0 as a is less than, equal to or more than b. */
export function compareFractions(a: Fraction, b: Fraction): number {
  const left = a.numerator * b.denominator;
  const right = b.numerator * a.denominator;
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Rounds by `*up` (to the higher), `*down` (to the lower) or `*middle` (halves up), as text. */
export function roundedText(value: Fraction, decimals: number, method: string): string {
  const scaled = value.numerator * 10n ** BigInt(decimals);
  const { denominator } = value;
  const doubled = method === "*middle" ? 2n * scaled + denominator : 2n * scaled;
  let units = floorOf(doubled, 2n * denominator);
  if (method === "*up" && units * denominator !== scaled) units += 1n;
  return canonicalText(units, decimals);
}

/** The decimal where it ends, else the reduced fraction `n/d`. */
export function fractionText(value: Fraction): string {
  const { numerator, denominator } = reduced(value);
  let rest = denominator;
  let [twos, fives] = [0, 0];
  for (; rest % 2n === 0n; rest /= 2n) twos++;
  for (; rest % 5n === 0n; rest /= 5n) fives++;
  if (rest !== 1n) return `${numerator}/${denominator}`;
  const decimals = Math.max(twos, fives);
  return canonicalText((numerator * 10n ** BigInt(decimals)) / denominator, decimals);
}

function floorOf(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function reduced({ numerator, denominator }: Fraction): Fraction {
  const divisor = greatestCommonDivisor(numerator, denominator);
  return { numerator: numerator / divisor, denominator: denominator / divisor };
}

/** Of any integer and one above 0. */
export function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y > 0n) [x, y] = [y, x % y];
  return x;
}
