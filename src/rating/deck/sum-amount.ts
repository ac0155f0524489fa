// Amount = connect fee + Σ rate × billed ⁄ unit, at most the maximum and at least the minimum: exact,
// not rounded yet.

import { type Fraction, plus } from "../../money/fraction.ts";
import {
  type CompiledDeck,
  TERM_FEE,
  TERM_MAXIMUM,
  TERM_MINIMUM_AMOUNT,
  TERM_UNIT,
} from "../snapshot/native.ts";
import { type PlanPrice, rateNumber, termOf, termsOf } from "./plan-price.ts";

/** Writes the exact amount of the spans: in Numbers where that is proved exact, else as BigInt. */
export function sumAmount(deck: CompiledDeck, price: PlanPrice): void {
  if (!sumNumbers(deck, price)) price.wide = sumIntegers(deck, price);
}

/** Money that is no safe integer is NaN in the columns, so every check below refuses it. */
function isExact(value: number): boolean {
  return Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

function sumNumbers(deck: CompiledDeck, price: PlanPrice): boolean {
  const unit = termOf(deck, price.firstRow, TERM_UNIT);
  let total = termOf(deck, price.firstRow, TERM_FEE) * unit;
  if (!isExact(total)) return false;
  for (let span = 0; span < price.spanCount; span++) {
    const row = price.spanRows[span] as number;
    const part = rateNumber(deck, row) * (price.spanSeconds[span] as number);
    total += part;
    if (!isExact(part) || !isExact(total) || termOf(deck, row, TERM_UNIT) !== unit) return false;
  }
  const maximum = termOf(deck, price.firstRow, TERM_MAXIMUM) * unit;
  if (maximum !== Number.POSITIVE_INFINITY && !isExact(maximum)) return false;
  const minimum = termOf(deck, price.firstRow, TERM_MINIMUM_AMOUNT) * unit;
  if (minimum !== Number.NEGATIVE_INFINITY && !isExact(minimum)) return false;
  price.capped = total > maximum;
  const most = price.capped ? maximum : total;
  price.raised = most < minimum;
  price.numerator = price.raised ? minimum : most;
  price.denominator = unit;
  return true;
}

function sumIntegers(deck: CompiledDeck, price: PlanPrice): Fraction {
  let total: Fraction = { numerator: feeOf(deck, price.firstRow), denominator: 1n };
  for (let span = 0; span < price.spanCount; span++) {
    const row = price.spanRows[span] as number;
    total = plus(total, {
      numerator: rateOf(deck, row) * BigInt(price.spanSeconds[span] as number),
      denominator: BigInt(termOf(deck, row, TERM_UNIT)),
    });
  }
  const maximum = maximumOf(deck, price.firstRow);
  price.capped = maximum !== null && total.numerator > maximum * total.denominator;
  if (price.capped && maximum !== null) total = { numerator: maximum, denominator: 1n };
  const minimum = minimumOf(deck, price.firstRow);
  price.raised = minimum !== null && total.numerator < minimum * total.denominator;
  return price.raised && minimum !== null ? { numerator: minimum, denominator: 1n } : total;
}

/** Scaled rate of a row. */
export function rateOf(deck: CompiledDeck, row: number): bigint {
  return deck.wideRates.get(row) ?? BigInt(rateNumber(deck, row));
}

/** Scaled connect fee of a row. */
export function feeOf(deck: CompiledDeck, row: number): bigint {
  return deck.wideFees.get(termsOf(deck, row)) ?? BigInt(termOf(deck, row, TERM_FEE));
}

/** Scaled maximum of a row; null: none. */
export function maximumOf(deck: CompiledDeck, row: number): bigint | null {
  const maximum = termOf(deck, row, TERM_MAXIMUM);
  if (maximum === Number.POSITIVE_INFINITY) return null;
  return deck.wideMaximums.get(termsOf(deck, row)) ?? BigInt(maximum);
}

/** Scaled minimum of a row; null: none. */
export function minimumOf(deck: CompiledDeck, row: number): bigint | null {
  const minimum = termOf(deck, row, TERM_MINIMUM_AMOUNT);
  if (minimum === Number.NEGATIVE_INFINITY) return null;
  return deck.wideMinimums.get(termsOf(deck, row)) ?? BigInt(minimum);
}
