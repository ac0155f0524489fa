// Exact sums of decimal texts: a decimal that grows in place.
import { compareDecimals, type Decimal, decimalText, digitsAt, parseDecimal } from "./decimal.ts";

export function zeroSum(): Decimal {
  return { digits: 0n, scale: 0 };
}

/** Adds (or, with −1, takes away) an amount in place. @throws RangeError for no decimal text */
export function addAmount(sum: Decimal, amount: string, sign: 1 | -1 = 1): void {
  addDecimal(sum, parseDecimal(amount), sign);
}

/** The same for an amount that goes into several sums and is read once. */
export function addDecimal(sum: Decimal, amount: Readonly<Decimal>, sign: 1 | -1 = 1): void {
  if (amount.scale > sum.scale) {
    sum.digits = digitsAt(sum, amount.scale);
    sum.scale = amount.scale;
  }
  const scaled = digitsAt(amount, sum.scale);
  sum.digits += sign === 1 ? scaled : -scaled;
}

/** The exact sum of decimal texts, without idle zeros. */
export function sumOf(...amounts: string[]): string {
  const sum = zeroSum();
  for (const amount of amounts) addAmount(sum, amount);
  return decimalText(sum);
}

/** after − before, exact. */
export function differenceText(before: Readonly<Decimal>, after: Readonly<Decimal>): string {
  const difference = { ...after };
  addDecimal(difference, before, -1);
  return decimalText(difference);
}

/** −1, 0 or 1, by size without regard to the sign. */
export function compareMagnitudes(left: Readonly<Decimal>, right: Readonly<Decimal>): number {
  const size = ({ digits, scale }: Readonly<Decimal>): Decimal => {
    return { digits: digits < 0n ? -digits : digits, scale };
  };
  return compareDecimals(size(left), size(right));
}
