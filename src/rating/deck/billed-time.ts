// Billed time: whole intervals laid from second 0, in runs and not one by one.
import type { Reason } from "../../cdr/reasons.ts";
import type { PricingRules } from "../../tariffs/tariff.ts";
import {
  type CompiledDeck,
  PRICE_AS_PLAN,
  PRICE_AT_START,
  TERM_FIRST_INTERVAL,
  TERM_INTERVAL_PRICE,
  TERM_MINIMUM,
  TERM_NEXT_INTERVAL,
} from "../snapshot/native.ts";
import { type PlanPrice, termOf } from "./plan-price.ts";
import type { RowClock } from "./row-in-force.ts";

/** A call through more changes of its rate than this (27 years of a nightly band) is refused. */
const STRETCHES_MAX = 20_000;

/** Whose rows the intervals are of, and the rules of the plan that they are priced by. */
export interface IntervalRows {
  deck: CompiledDeck;
  rules: Pick<PricingRules, "intervalPrice">;
}

/**
 * Lays intervals until they cover `usageSeconds` (whole, rounded up) and the minimum, and writes the
 * billed seconds and their spans. An interval belongs to the row in force at its start. That row
 * prices all of it, where it says so; else each of its seconds costs the row in force then, so that
 * the spans follow the stretches of one row, not intervals.
 */
export function layIntervals(
  clock: RowClock,
  rows: IntervalRows,
  usageSeconds: number,
  price: PlanPrice,
): Reason | null {
  const { deck } = rows;
  const cover = Math.max(usageSeconds, termOf(deck, price.firstRow, TERM_MINIMUM));
  // Whole intervals are laid up to `billed`, and each second before `start` has its price.
  let billed = termOf(deck, price.firstRow, TERM_FIRST_INTERVAL);
  let start = 0;
  for (let stretch = 0; stretch < STRETCHES_MAX; stretch++) {
    const row = clock.rowAt(start);
    if (row < 0) return "no-rate-in-band";
    const end = clock.untilSecond;
    const isAtStart = isPricedAtStart(rows, row);
    // The rest of an interval that began in an earlier stretch is not this row's interval.
    const isRest = start > 0 && start < billed;
    if (billed < cover && billed < end && !(isAtStart && isRest)) {
      const interval = termOf(deck, row, TERM_NEXT_INTERVAL);
      billed += Math.ceil((Math.min(cover, end) - billed) / interval) * interval;
    }
    const until = isAtStart && !isRest ? billed : Math.min(billed, end);
    addSpan(price, row, until - start);
    if (billed === until && billed >= cover) {
      price.billed = billed;
      return billed <= Number.MAX_SAFE_INTEGER ? null : "amount-out-of-range";
    }
    start = until;
  }
  return "amount-out-of-range";
}

/** A whole interval costs what its first second does, whatever row is in force later in it. */
export function isPricedAtStart({ deck, rules }: IntervalRows, row: number): boolean {
  const price = termOf(deck, row, TERM_INTERVAL_PRICE);
  return price === PRICE_AS_PLAN ? rules.intervalPrice === "start" : price === PRICE_AT_START;
}

/** The same where one row is in force through the whole call: one run, one span. */
export function layPlainIntervals(
  deck: CompiledDeck,
  usageSeconds: number,
  price: PlanPrice,
): Reason | null {
  const row = price.firstRow;
  const cover = Math.max(usageSeconds, termOf(deck, row, TERM_MINIMUM));
  let billed = termOf(deck, row, TERM_FIRST_INTERVAL);
  if (billed < cover) {
    const interval = termOf(deck, row, TERM_NEXT_INTERVAL);
    billed += Math.ceil((cover - billed) / interval) * interval;
  }
  price.billed = billed;
  price.spanRows[0] = row;
  price.spanSeconds[0] = billed;
  price.spanCount = 1;
  return billed <= Number.MAX_SAFE_INTEGER ? null : "amount-out-of-range";
}

function addSpan(price: PlanPrice, row: number, seconds: number): void {
  const last = price.spanCount - 1;
  if (last >= 0 && price.spanRows[last] === row) {
    price.spanSeconds[last] = (price.spanSeconds[last] as number) + seconds;
    return;
  }
  price.spanRows[price.spanCount] = row;
  price.spanSeconds[price.spanCount] = seconds;
  price.spanCount++;
}
