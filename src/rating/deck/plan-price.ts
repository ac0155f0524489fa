// The price of one call under one plan: filled in again for every call, so that pricing allocates
// nothing; and the call as the pricer sees it.

import type { Edition } from "../../cdr/edition.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { type Fraction, fractionText } from "../../money/fraction.ts";
import { fixedText, powerOfTen } from "../../money/scaled-decimal.ts";
import type { Rounding } from "../../tariffs/tariff.ts";
import { type CompiledDeck, type NativeSnapshot, TERM_WORDS } from "../snapshot/native.ts";
import { isOutOfRange, numberFractionText, roundFraction, roundNumbers } from "./exact-amount.ts";

/** A call, once its numbers are read; one object may serve many calls. */
export interface PriceRequest {
  /** Called number as decks are matched: digits without +. */
  digits: string;
  /** False: the rule set did not understand the number, and no row prices it. */
  understood: boolean;
  /** Shortest prefix that counts, the default row apart: all digits of a number matched whole. */
  shortest: number;
  /** The default row may price it. */
  byDefault: boolean;
  /** Digits of before a change of the numbering plan, for a call of that time; else empty. */
  formerDigits: string;
  /** Calling number, digits; empty when there is none that a prefix could fit. */
  callerDigits: string;
  /** As `formerDigits`, of the caller. */
  formerCaller: string;
  /** Rows for `invalid` callers hold. */
  otherCaller: boolean;
  /** Index of the type of record in the snapshot; -1: no row has it. */
  tor: number;
  atMs: number;
  /** Integer milliseconds when the type of record is time, else integer units. */
  usage: number;
  isTime: boolean;
  /** The rules that it is priced by. */
  edition: Edition;
}

export interface PlanPrice {
  /** Why there is no amount; null: there is one. */
  reason: Reason | null;
  /** The deck that it was matched in. */
  deck: number;
  /** Length of the matched prefix; -1: none. */
  prefixLength: number;
  /** It was matched on the request's `formerDigits`. */
  former: boolean;
  /** The rows that exist for the call, `rowCount` of them; the matched prefix is theirs. */
  rows: Int32Array;
  rowCount: number;
  /** The row at second 0; -1: none. */
  firstRow: number;
  /** Usage after usage rounding, in the unit of the request's usage. */
  usage: number;
  /** Whole seconds (units). */
  billed: number;
  /** Billed seconds from 0 on without gaps: span i is `spanSeconds[i]` long, at `spanRows[i]`. */
  spanCount: number;
  spanRows: number[];
  spanSeconds: number[];
  /** The amount was cut to the maximum. */
  capped: boolean;
  /** The amount was raised to the minimum. */
  raised: boolean;
  /** Exact amount = numerator ⁄ (denominator × 10^scale of the deck); `wide` where it is not null. */
  numerator: number;
  denominator: number;
  wide: Fraction | null;
}

export function createPlanPrice(snapshot: NativeSnapshot): PlanPrice {
  return {
    reason: "no-rate",
    deck: -1,
    prefixLength: -1,
    former: false,
    rows: new Int32Array(snapshot.mostRows),
    rowCount: 0,
    firstRow: -1,
    usage: 0,
    billed: 0,
    spanCount: 0,
    spanRows: [],
    spanSeconds: [],
    capped: false,
    raised: false,
    numerator: 0,
    denominator: 1,
    wide: null,
  };
}

/** Scaled rate of a row; NaN where it is no safe integer. */
export function rateNumber(deck: CompiledDeck, row: number): number {
  return deck.rows[2 * row] as number;
}

/** The set of terms of a row. */
export function termsOf(deck: CompiledDeck, row: number): number {
  return deck.rows[2 * row + 1] as number;
}

/** One of the terms of a row, by its TERM_ offset. */
export function termOf(deck: CompiledDeck, row: number, term: number): number {
  return deck.terms[termsOf(deck, row) * TERM_WORDS + term] as number;
}

/** The exact amount, before rounding, in units of money. */
export function exactAmount(price: PlanPrice, deck: CompiledDeck): Fraction {
  const { numerator, denominator } = price.wide ?? {
    numerator: BigInt(price.numerator),
    denominator: BigInt(price.denominator),
  };
  return { numerator, denominator: denominator * 10n ** BigInt(deck.scale) };
}

/** The exact amount as text: decimal where it ends, else the reduced fraction `a/b`. */
export function exactText(price: PlanPrice, deck: CompiledDeck): string {
  const denominator = price.denominator * powerOfTen(deck.scale);
  const quick = price.wide === null ? numberFractionText(price.numerator, denominator) : null;
  return quick ?? fractionText(exactAmount(price, deck));
}

/** The rounded amount in units of 10^-decimals when Numbers can tell it exactly, else NaN. */
export function roundedUnits(price: PlanPrice, deck: CompiledDeck, rounding: Rounding): number {
  if (price.wide !== null) return Number.NaN;
  return roundNumbers(price.numerator, price.denominator * powerOfTen(deck.scale), rounding);
}

/** The amount rounded once, as text with all its decimals; null when it is out of range. */
export function roundedText(
  price: PlanPrice,
  deck: CompiledDeck,
  rounding: Rounding,
): string | null {
  const units = roundedUnits(price, deck, rounding);
  if (!Number.isNaN(units)) return fixedText(units, rounding.decimals);
  const wide = roundFraction(exactAmount(price, deck), rounding);
  return isOutOfRange(wide, rounding.decimals) ? null : fixedText(wide, rounding.decimals);
}
