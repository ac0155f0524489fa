// One call of a back-test: what it comes to before and after; and sums of both.
import type { Rating } from "../../cdr/rating.ts";
import { type Decimal, decimalText, parseDecimal } from "../../money/decimal.ts";
import { differenceText } from "../../money/sum.ts";
import type { ChangeCause } from "../rerate/rating-change.ts";
import type { MoneyMove, PricedPart } from "../rerate/totals.ts";

export type ComparedPart = PricedPart & Pick<Rating, "cheapest">;

export interface ComparedCall {
  tenant: string;
  id: string;
  account: string;
  /** When it is priced, moved where calls are; null: the call has no time. */
  atMs: number | null;
  /** UTC day of that time. */
  day: string;
  /** It has a usage above 0. */
  isAnswered: boolean;
  /** Null: nothing changes. */
  cause: ChangeCause | null;
  old: ComparedPart;
  new: ComparedPart;
}

/** Exact sums before and after. */
export interface SumMove {
  old: Decimal;
  new: Decimal;
}

export function moveOf({ old, new: fresh }: SumMove): MoneyMove {
  return {
    old: decimalText(old),
    new: decimalText(fresh),
    difference: differenceText(old, fresh),
  };
}

/** As a checkpoint keeps them. */
export function stateTexts({ old, new: fresh }: SumMove): [string, string] {
  return [decimalText(old), decimalText(fresh)];
}

export function readTexts([old = "0", fresh = "0"]: readonly string[]): SumMove {
  return { old: parseDecimal(old), new: parseDecimal(fresh) };
}

/** A margin below 0. */
export function isLoss(amount: string): boolean {
  return parseDecimal(amount).digits < 0n;
}
