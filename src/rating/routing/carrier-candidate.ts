// A carrier plan that could take a call, with the price of this call, and how two compare.
import type { Reason } from "../../cdr/reasons.ts";
import { compareFractions, type Fraction, multiply } from "../../money/fraction.ts";
import { powerOfTen } from "../../money/scaled-decimal.ts";
import { createPlanPrice, exactAmount, type PlanPrice } from "../deck/plan-price.ts";
import type { Exchange } from "../exchange.ts";
import type { CompiledCarrierPlan, CompiledDeck, NativeSnapshot } from "../snapshot/native.ts";

export interface Candidate {
  plan: CompiledCarrierPlan;
  deck: CompiledDeck;
  /** Position in the VoIP plan: the last tie-break. */
  order: number;
  price: PlanPrice;
  /** Why it cannot take the call; null: it can. */
  reason: Reason | null;
  /** To the sell currency; null: not convertible. */
  exchange: Exchange | null;
  /** The exact amount in the sell currency, as the nearest float. */
  approximate: number;
  /** Place that the strategy `weight` drew. */
  draw: number;
}

export function createCandidate(
  snapshot: NativeSnapshot,
  plan: CompiledCarrierPlan,
  order: number,
): Candidate {
  return {
    plan,
    deck: snapshot.decks[plan.deck] as CompiledDeck,
    order,
    price: createPlanPrice(snapshot),
    reason: null,
    exchange: null,
    approximate: 0,
    draw: 0,
  };
}

/** Takes over the price just made: whether it can compete, and at what amount. */
export function settleCandidate(candidate: Candidate, exchange: Exchange | null): void {
  const { price, deck } = candidate;
  candidate.reason = price.reason;
  candidate.exchange = exchange;
  const amount =
    price.wide === null
      ? price.numerator / price.denominator
      : Number(price.wide.numerator) / Number(price.wide.denominator);
  candidate.approximate = (amount / powerOfTen(deck.scale)) * (exchange?.approximate ?? 1);
}

/** The exact amount in the sell currency; its own currency where that cannot be converted. */
export function amountInSellCurrency(candidate: Candidate): Fraction {
  const exact = exactAmount(candidate.price, candidate.deck);
  return candidate.exchange === null ? exact : multiply(exact, candidate.exchange.factor);
}

/** Floats of this relative distance stand for amounts in the same order: their error is < 1e-14. */
const CERTAIN = 1e-12;

/** Below 0 when a is cheaper, on the exact unrounded amounts in the sell currency. */
export function compareAmounts(a: Candidate, b: Candidate): number {
  const difference = a.approximate - b.approximate;
  const size = Math.abs(a.approximate) + Math.abs(b.approximate);
  if (Math.abs(difference) > CERTAIN * size) return difference;
  const comparable =
    a.price.wide === null &&
    b.price.wide === null &&
    a.price.denominator === b.price.denominator &&
    a.deck.scale === b.deck.scale &&
    a.exchange === b.exchange;
  if (comparable) return a.price.numerator - b.price.numerator;
  return compareFractions(amountInSellCurrency(a), amountInSellCurrency(b));
}

/** Below 0 when a goes before b where a strategy sees no difference. */
export function breakTie(a: Candidate, b: Candidate): number {
  return a.plan.priority - b.plan.priority || a.order - b.order;
}
