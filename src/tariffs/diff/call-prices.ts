// What calls of a few lengths cost by one row: exact, rounded once as the plan says.
import { compareFractions, type Fraction, fractionOf, plus } from "../../money/fraction.ts";
import { canonicalText } from "../../money/scaled-decimal.ts";
import type { RateRow, Rounding } from "../tariff.ts";

/** Seconds of the calls that are shown where the terms of a row changed. */
export const SHOWN_CALLS = [30, 60, 181] as const;

/** By seconds; other rows of the code (bands, later steps) are left out. */
export function callPrices(row: RateRow, rounding: Rounding): Record<string, string> {
  return Object.fromEntries(
    SHOWN_CALLS.map((seconds) => [String(seconds), rounded(costOf(row, seconds), rounding)]),
  );
}

function costOf(row: RateRow, seconds: number): Fraction {
  if (seconds <= row.graceSeconds) return fractionOf("0");
  const cover = Math.max(seconds, row.minimumSeconds);
  const { firstInterval: first, nextInterval: next } = row;
  const billed = first >= cover ? first : first + Math.ceil((cover - first) / next) * next;
  const rate = fractionOf(row.rate);
  const used = {
    numerator: rate.numerator * BigInt(billed),
    denominator: rate.denominator * BigInt(row.unitSeconds),
  };
  const sum = plus(fractionOf(row.connectFee), used);
  const { minimumAmount, maximumAmount } = row;
  const most = maximumAmount === null ? sum : lower(sum, fractionOf(maximumAmount));
  return minimumAmount === null ? most : higher(most, fractionOf(minimumAmount));
}

function lower(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) <= 0 ? a : b;
}

function higher(a: Fraction, b: Fraction): Fraction {
  return compareFractions(a, b) >= 0 ? a : b;
}

function rounded({ numerator, denominator }: Fraction, { decimals, mode }: Rounding): string {
  const sign = numerator < 0n ? -1n : 1n;
  const scaled = numerator * sign * 10n ** BigInt(decimals);
  const whole = scaled / denominator;
  const rest = 2n * (scaled - whole * denominator);
  const isOver = rest > denominator;
  const isTie = rest === denominator;
  const up: Record<Rounding["mode"], boolean> = {
    up: rest > 0n,
    down: false,
    "half-up": isOver || isTie,
    "half-down": isOver,
    "half-even": isOver || (isTie && whole % 2n === 1n),
  };
  return canonicalText(sign * (up[mode] ? whole + 1n : whole), decimals);
}
