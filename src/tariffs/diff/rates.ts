// Two rates compared exactly: in Numbers while that is provably exact, which nearly all decks are.
import { compareFractions, type Fraction, fractionOf, roundedText } from "../../money/fraction.ts";
import { canonicalText, scaledNumber } from "../../money/scaled-decimal.ts";
import type { RateRow } from "../tariff.ts";

/** Money per some seconds. */
export type Rate = Pick<RateRow, "rate" | "unitSeconds">;

/** Decimals of a percentage. */
const DECIMALS = 4;
/** Of a ratio that is told in per cent with four decimals. */
const PARTS = 1_000_000;
/** Decimals that a rate has at most. */
const RATE_DECIMALS = 10;

/** Below 0, 0 or above 0 as the first is less than, equal to or more than the second. */
export function compareRates(one: Rate, other: Rate): number {
  if (one.unitSeconds === other.unitSeconds) {
    if (one.rate === other.rate) return 0;
    const [a, b] = [scaledNumber(one.rate, RATE_DECIMALS), scaledNumber(other.rate, RATE_DECIMALS)];
    if (!Number.isNaN(a) && !Number.isNaN(b)) return a - b;
  }
  return compareFractions(perSecond(one), perSecond(other));
}

/** (new − old) ⁄ old in per cent, rounded half up to four decimals; null where the old rate is 0. */
export function percentOf(was: Rate, is: Rate): string | null {
  if (was.rate === "0") return null;
  const quick = was.unitSeconds === is.unitSeconds ? quickPercent(was.rate, is.rate) : null;
  if (quick !== null) return quick;
  const [old, fresh] = [perSecond(was), perSecond(is)];
  if (old.numerator === 0n) return null;
  const top = (fresh.numerator * old.denominator - old.numerator * fresh.denominator) * 100n;
  const bottom = old.numerator * fresh.denominator;
  const sign = bottom < 0n ? -1n : 1n;
  return roundedText({ numerator: top * sign, denominator: bottom * sign }, DECIMALS, "*middle");
}

/** Null where the integers between are not all safe, or the old rate is below 0. */
function quickPercent(was: string, is: string): string | null {
  const [old, fresh] = [scaledNumber(was, RATE_DECIMALS), scaledNumber(is, RATE_DECIMALS)];
  // floor(top ⁄ bottom + ½), both doubled so that they are integers.
  const top = 2 * (fresh - old) * PARTS + old;
  if (!(old > 0) || !Number.isSafeInteger(top)) return null;
  const rest = ((top % (2 * old)) + 2 * old) % (2 * old);
  return canonicalText((top - rest) / (2 * old), DECIMALS);
}

/** Money a second (unit), exactly. */
export function perSecond({ rate, unitSeconds }: Rate): Fraction {
  const { numerator, denominator } = fractionOf(rate);
  return { numerator, denominator: denominator * BigInt(unitSeconds) };
}
