// The inner core: one call under one deck, exact, in a time that does not grow with its length.
import type { Reason } from "../cdr/reasons.ts";
import type { UsageRounding } from "../tariffs/tariff.ts";
import { createBandClock } from "./band-clock.ts";
import { layIntervals, layPlainIntervals } from "./billed-time.ts";
import { firstRowOf, matchPrefixes, rowCountOf } from "./digit-trie.ts";
import {
  type CompiledDeck,
  type CompiledPlan,
  type NativeSnapshot,
  TERM_BAND,
  TERM_BLOCKED,
  TERM_CALLER,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_FROM_SECOND,
  TERM_GRACE,
  TERM_TOR,
  TERM_WORDS,
} from "./native-snapshot.ts";
import { type PlanPrice, type PriceRequest, termOf, termsOf } from "./plan-price.ts";
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
  const path = new Int32Array(2 * (snapshot.longestPrefix + 1));
  const rowClock = createRowClock(createBandClock(snapshot));

  function deckOf(plan: CompiledPlan): CompiledDeck {
    return snapshot.decks[plan.deck] as CompiledDeck;
  }

  function match(request: PriceRequest, plan: CompiledPlan, price: PlanPrice): boolean {
    const deck = deckOf(plan);
    price.deck = plan.deck;
    price.firstRow = -1;
    price.billed = 0;
    price.spanCount = 0;
    price.capped = false;
    for (let step = matchPrefixes(deck.trie, request.digits, path) - 1; step >= 0; step--) {
      const length = path[2 * step + 1] as number;
      // A short number is no prefix of anything; the default row is for any number.
      if (request.whole && length > 0 && length < request.digits.length) continue;
      if (selectRows(request, deck, path[2 * step] as number, price) > 0) {
        price.prefixLength = length;
        price.reason = null;
        return true;
      }
    }
    price.prefixLength = -1;
    price.rowCount = 0;
    price.reason = "no-rate";
    return false;
  }

  /** The rows of one prefix that exist for the call: sorted, so that the best come first. */
  function selectRows(
    request: PriceRequest,
    deck: CompiledDeck,
    node: number,
    price: PlanPrice,
  ): number {
    const first = firstRowOf(deck.trie, node);
    const end = first + rowCountOf(deck.trie, node);
    let count = 0;
    for (let row = first; row < end; row++) {
      const terms = termsOf(deck, row) * TERM_WORDS;
      if (deck.terms[terms + TERM_TOR] !== request.tor) continue;
      if ((deck.terms[terms + TERM_EFFECTIVE_FROM] as number) > request.atMs) continue;
      if ((deck.terms[terms + TERM_EFFECTIVE_TO] as number) <= request.atMs) continue;
      const caller = deck.terms[terms + TERM_CALLER] as number;
      if (caller > 0 && !request.callerDigits.startsWith(snapshot.callerPrefixes[caller] ?? "")) {
        continue;
      }
      if (count > 0 && !isSameWindow(deck, price.rows[0] as number, row)) break;
      price.rows[count++] = row;
    }
    price.rowCount = count;
    return count;
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
      : layIntervals(rowClock, deck, usageSeconds, price);
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

/** Of one prefix only the longest caller prefix counts, and of that only the latest window. */
function isSameWindow(deck: CompiledDeck, a: number, b: number): boolean {
  return (
    termOf(deck, a, TERM_CALLER) === termOf(deck, b, TERM_CALLER) &&
    termOf(deck, a, TERM_EFFECTIVE_FROM) === termOf(deck, b, TERM_EFFECTIVE_FROM)
  );
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
  return Math.floor((rounding === "down" ? usage : usage + 500) / 1000) * 1000;
}
