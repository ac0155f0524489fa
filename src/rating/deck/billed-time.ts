// Billed time: whole intervals laid from second 0, in runs and not one by one.
import type { Reason } from "../../cdr/reasons.ts";
import {
  type CompiledDeck,
  TERM_FIRST_INTERVAL,
  TERM_MINIMUM,
  TERM_NEXT_INTERVAL,
} from "../snapshot/native.ts";
import { type PlanPrice, termOf } from "./plan-price.ts";
import type { RowClock } from "./row-in-force.ts";

/** A call through more changes of its rate than this (27 years of a nightly band) is refused. */
const STRETCHES_MAX = 20_000;

/**
 * Lays intervals until they cover `usageSeconds` (whole, rounded up) and the minimum, and writes the
 * billed seconds and their spans. An interval belongs to the row in force at its start; each of its
 * seconds costs the row in force then, so the spans follow the stretches of one row, not intervals.
 */
export function layIntervals(
  clock: RowClock,
  deck: CompiledDeck,
  usageSeconds: number,
  price: PlanPrice,
): Reason | null {
  const cover = Math.max(usageSeconds, termOf(deck, price.firstRow, TERM_MINIMUM));
  let billed = termOf(deck, price.firstRow, TERM_FIRST_INTERVAL);
  let start = 0;
  for (let stretch = 0; stretch < STRETCHES_MAX; stretch++) {
    const row = clock.rowAt(start);
    if (row < 0) return "no-rate-in-band";
    const end = clock.untilSecond;
    if (billed < cover && billed < end) {
      const interval = termOf(deck, row, TERM_NEXT_INTERVAL);
      billed += Math.ceil((Math.min(cover, end) - billed) / interval) * interval;
    }
    addSpan(price, row, Math.min(billed, end) - start);
    if (billed <= end && billed >= cover) {
      price.billed = billed;
      return billed <= Number.MAX_SAFE_INTEGER ? null : "amount-out-of-range";
    }
    start = end;
  }
  return "amount-out-of-range";
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
