// The inner core: one call under one deck, exact, in a time that does not grow with its length.
import type { Reason } from "../../cdr/reasons.ts";
import type { UsageRounding } from "../../tariffs/tariff.ts";
import { createBandClock } from "../snapshot/band-clock.ts";
import {
  type CompiledDeck,
  type CompiledPlan,
  type NativeSnapshot,
  TERM_BAND,
  TERM_BLOCKED,
  TERM_FROM_SECOND,
  TERM_GRACE,
} from "../snapshot/native.ts";
import { layIntervals, layPlainIntervals } from "./billed-time.ts";
import { createPlanMatcher, type PlanMatcher } from "./plan-matcher.ts";
import { type PlanPrice, type PriceRequest, termOf } from "./plan-price.ts";
import { createRowClock } from "./row-in-force.ts";
import { sumAmount } from "./sum-amount.ts";

export interface PlanPricer {
  /** Finds the prefix and the rows that exist for the call; false: `no-rate`. */
  match: PlanMatcher;
  /** Prices what `match` found just before; the answer is in `price`. */
  priceMatched(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): void;
  /** Both steps. */
  price(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): void;
}

/** One pricer serves one thread: it keeps scratch space between calls. */
export function createPlanPricer(snapshot: NativeSnapshot): PlanPricer {
  const match = createPlanMatcher(snapshot);
  const rowClock = createRowClock(createBandClock(snapshot));

  function deckOf(plan: CompiledPlan): CompiledDeck {
    return snapshot.decks[plan.deck] as CompiledDeck;
  }

  function priceMatched(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): void {
    const deck = deckOf(plan);
    const isPlain = isOneRowThroughout(deck, price);
    if (!isPlain) rowClock.start(request, deck, price);
    const row = isPlain ? (price.rows[0] as number) : rowClock.rowAt(0);
    price.usage = roundUsage(request, plan.rules.usageRounding);
    price.firstRow = row;
    price.numerator = 0;
    price.denominator = 1;
    price.wide = null;
    price.reason = refusalAt(deck, row);
    if (price.reason !== null) return;
    const ticksPerSecond = request.isTime ? 1000 : 1;
    if (price.usage <= termOf(deck, row, TERM_GRACE) * ticksPerSecond) return;
    const usageSeconds = Math.ceil(price.usage / ticksPerSecond);
    price.reason = isPlain
      ? layPlainIntervals(deck, usageSeconds, price)
      : layIntervals(rowClock, { deck, rules: plan.rules }, usageSeconds, price);
    if (price.reason === null) sumAmount(deck, price);
  }

  return {
    match,
    priceMatched,
    price(request, plan, price) {
      if (match(request, plan, price)) priceMatched(request, plan, price);
    },
  };
}

/** Most calls: one row without band is in force from the first second on. */
function isOneRowThroughout(deck: CompiledDeck, price: PlanPrice): boolean {
  if (price.rowCount !== 1) return false;
  const row = price.rows[0] as number;
  return termOf(deck, row, TERM_BAND) < 0 && termOf(deck, row, TERM_FROM_SECOND) === 0;
}

/** What the row at second 0 refuses; null: it has a price. */
function refusalAt(deck: CompiledDeck, row: number): Reason | null {
  if (row < 0) return "no-rate-in-band";
  return termOf(deck, row, TERM_BLOCKED) === 1 ? "blocked" : null;
}

/** Time is rounded to whole seconds as the plan says, and stays in milliseconds; units are whole. */
function roundUsage({ usage, isTime }: PriceRequest, rounding: UsageRounding): number {
  if (!isTime || rounding === "none") return usage;
  if (rounding === "up") return Math.ceil(usage / 1000) * 1000;
  const added = { down: 0, "half-down": 499, "half-up": 500 }[rounding];
  return Math.floor((usage + added) / 1000) * 1000;
}
