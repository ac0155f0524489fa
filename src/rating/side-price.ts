// A priced side while it is being put together: the answer, and what its basis is made from.
import type { Side } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import { destinationOf } from "../numbering/destination-name.ts";
import { type PlanPrice, type PriceRequest, roundedText } from "./deck/plan-price.ts";
import type { CompiledDeck, CompiledPlan, NativeSnapshot } from "./snapshot/native.ts";

export interface SidePrice {
  side: Side;
  /** Null where no plan came to be priced. */
  priced: PricedPlan | null;
}

export interface PricedPlan {
  plan: CompiledPlan;
  deck: CompiledDeck;
  price: PlanPrice;
}

/** A side without a price, before any plan was found. */
export function sideWithout(reason: Reason, currency: string): SidePrice {
  const side: Side = {
    amount: null,
    currency,
    plan: null,
    prefix: null,
    destination: null,
    billedSeconds: 0,
    reason,
  };
  return { side, priced: null };
}

/**
 * The side that a plan's price makes: its amount rounded once, by the plan's own rounding. What may
 * be absent is set afterwards: made by spreading, the objects of a call take most of its time.
 */
export function sideOf(
  snapshot: NativeSnapshot,
  plan: CompiledPlan,
  price: PlanPrice,
  request: PriceRequest,
): { side: Side; priced: PricedPlan } {
  const deck = snapshot.decks[plan.deck] as CompiledDeck;
  const amount = price.reason === null ? roundedText(price, deck, plan.rules.rounding) : null;
  const reason = price.reason ?? (amount === null ? "amount-out-of-range" : null);
  const prefix = matchedPrefix(price, request);
  const side: Side = {
    amount,
    currency: plan.rules.currency,
    plan: plan.name,
    prefix,
    // A deck without names: the prefix says what is called, for reports.
    destination: matchedDestination(price, deck) ?? destinationOf(prefix ?? "")?.name ?? null,
    billedSeconds: reason === null ? price.billed : 0,
  };
  if (reason !== null) side.reason = reason;
  return { side, priced: { plan, deck, price } };
}

/** The digits that a price was matched on: those of today, or those of before a change of plan. */
export function matchedDigits(price: PlanPrice, request: PriceRequest): string {
  return price.former ? request.formerDigits : request.digits;
}

export function matchedPrefix(price: PlanPrice, request: PriceRequest): string | null {
  if (price.prefixLength < 0) return null;
  return price.prefixLength === 0
    ? "*"
    : matchedDigits(price, request).slice(0, price.prefixLength);
}

/** Of the row at second 0; where none is in force there, of the first that exists for the call. */
function matchedDestination(price: PlanPrice, deck: CompiledDeck): string | null {
  if (price.rowCount === 0) return null;
  const row = price.firstRow >= 0 ? price.firstRow : (price.rows[0] as number);
  return deck.destinationNames[deck.destinations[row] as number] || null;
}
