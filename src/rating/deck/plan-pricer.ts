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
import { createPrefixWalk, entryOf } from "../snapshot/prefix-index.ts";
import { layIntervals, layPlainIntervals } from "./billed-time.ts";
import { selectRows } from "./existing-rows.ts";
import { type PlanPrice, type PriceRequest, termOf } from "./plan-price.ts";
import { createRowClock } from "./row-in-force.ts";
import { sumAmount } from "./sum-amount.ts";

export interface PlanPricer {
  /** Finds the prefix and the rows that exist for the call; false: `no-rate`. */
  match(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): boolean;
  /** Prices what `match` found just before; the answer is in `price`. */
  priceMatched(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): void;
  /** Both steps. */
  price(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): void;
}

/** One pricer serves one thread: it keeps scratch space between calls. */
export function createPlanPricer(snapshot: NativeSnapshot): PlanPricer {
  const { index } = snapshot;
  const { path, walk } = createPrefixWalk(index);
  const rowClock = createRowClock(createBandClock(snapshot));

  function deckOf(plan: CompiledPlan): CompiledDeck {
    return snapshot.decks[plan.deck] as CompiledDeck;
  }

  /** The longest prefix of `digits`, at least `shortest` long, that has rows for the call. */
  function matchDigits(
    digits: string,
    shortest: number,
    request: PriceRequest,
    price: PlanPrice,
  ): boolean {
    for (let step = walk(digits) - 1; step >= 0; step--) {
      const entry = entryOf(index, path[2 * step] as number, price.deck);
      if (entry < 0) continue;
      const length = path[2 * step + 1] as number;
      if (length === 0 ? !request.byDefault : length < shortest) continue;
      if (selectRows(snapshot, request, entry, price) > 0) {
        price.prefixLength = length;
        price.reason = null;
        return true;
      }
    }
    return false;
  }

  function match(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): boolean {
    price.deck = plan.deck;
    price.firstRow = -1;
    price.billed = 0;
    price.spanCount = 0;
    price.capped = false;
    price.raised = false;
    price.former = false;
    if (request.formerDigits !== "" && matchFormer(request, price)) return true;
    if (request.understood && matchDigits(request.digits, request.shortest, request, price)) {
      return true;
    }
    price.prefixLength = -1;
    price.rowCount = 0;
    price.reason = "no-rate";
    return false;
  }

  /** A row has the old digits where its prefix goes beyond what they share with those of today. */
  function matchFormer(request: PriceRequest, price: PlanPrice): boolean {
    const { formerDigits, digits } = request;
    price.former = matchDigits(
      formerDigits,
      sharedLength(formerDigits, digits) + 1,
      request,
      price,
    );
    if (price.former && price.prefixLength > 0) return true;
    price.former = false;
    return false;
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

/** How many leading digits two numbers have in common. */
function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
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
