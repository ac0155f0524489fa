// Exact fractions: what `exact` semantics count money with until it is rounded, once.

export interface Rational {
  numerator: bigint;
  /** Always positive. */
  denominator: bigint;
}

export const ZERO: Rational = { numerator: 0n, denominator: 1n };

/** A plain decimal text, such as `-0.05`. */
export function rationalOf(text: string): Rational {
  const [whole = "0", fraction = ""] = text.split(".");
  return { numerator: BigInt(whole + fraction), denominator: 10n ** BigInt(fraction.length) };
}

export function plus(a: Rational, b: Rational): Rational {
  if (a.denominator === b.denominator) {
    return { numerator: a.numerator + b.numerator, denominator: a.denominator };
  }
  return reduced({
    numerator: a.numerator * b.denominator + b.numerator * a.denominator,
    denominator: a.denominator * b.denominator,
  });
}

/** a × factor / divisor; the divisor is positive. */
export function scaledBy(a: Rational, factor: number, divisor: number): Rational {
  return reduced({
    numerator: a.numerator * BigInt(factor),
    denominator: a.denominator * BigInt(divisor),
  });
}

export function isGreater(a: Rational, b: Rational): boolean {
  return a.numerator * b.denominator > b.numerator * a.denominator;
}

/** Rounds by `*up` (to the higher), `*down` (to the lower) or `*middle` (halves up), as text. */
export function roundedText(value: Rational, decimals: number, method: string): string {
  const scaled = value.numerator * 10n ** BigInt(decimals);
  const { denominator } = value;
  const doubled = method === "*middle" ? 2n * scaled + denominator : 2n * scaled;
  let units = floorOf(doubled, 2n * denominator);
  if (method === "*up" && units * denominator !== scaled) units += 1n;
  return decimalOf(units, decimals);
}

/** The decimal where it ends, else the fraction `n/d`. */
export function exactText(value: Rational): string {
  const { numerator, denominator } = reduced(value);
  let rest = denominator;
  let decimals = 0;
  for (const prime of [2n, 5n]) {
    let times = 0;
    while (rest % prime === 0n) {
      rest /= prime;
      times++;
    }
    decimals = Math.max(decimals, times);
  }
  if (rest !== 1n) return `${numerator}/${denominator}`;
  return decimalOf((numerator * 10n ** BigInt(decimals)) / denominator, decimals);
}

function decimalOf(units: bigint, decimals: number): string {
  const sign = units < 0n ? "-" : "";
  const digits = String(units < 0n ? -units : units).padStart(decimals + 1, "0");
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = digits.slice(digits.length - decimals).replace(/0+$/, "");
  return sign + (fraction === "" ? whole : `${whole}.${fraction}`);
}

function floorOf(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  return numerator % denominator < 0n ? quotient - 1n : quotient;
}

function reduced({ numerator, denominator }: Rational): Rational {
  let a = numerator < 0n ? -numerator : numerator;
  let b = denominator;
  while (b !== 0n) [a, b] = [b, a % b];
  return { numerator: numerator / a, denominator: denominator / a };
}
