// The amounts of a CGRateS rating from its stored basis: its spans priced and added up again.
import type { JsonObject } from "../cdr/json.ts";
import type { Rating } from "../cdr/rating.ts";
import { doubleText } from "../money/double-text.ts";
import {
  compareFractions,
  type Fraction,
  fractionOf,
  fractionText,
  plus,
  roundedText,
  scaledBy,
  ZERO,
} from "../money/fraction.ts";
import { roundLikeCgrates } from "./semantics/go-round.ts";

/** CGRateS's `rounding_decimals` as calls are rated with it. */
const DECIMALS = 5;

/** The figures of a span that its price comes from (cgrates/basis.ts). */
interface SpanFigures {
  fromNs: number;
  toNs: number;
  slot: { price: string; unitNs: number; incrementNs: number } | null;
  increments: number;
  incrementCost: string;
  factor: number;
  connectFee: string;
  cost: string;
  rounding: { decimals: number; method: string };
  maxCost: string;
  maxCostStrategy: string;
}

interface Reckoned {
  faults: string[];
  /** Null where the basis does not hold all that it takes. */
  cost: string | null;
}

/** `isWhole`: every amount was reckoned again; of the other charger runs no basis is kept. */
export function cgratesBasisFaults(rating: Rating): { faults: string[]; isWhole: boolean } {
  const { basis, outcome, semantics, runs = {} } = rating;
  if (outcome === "voided") return { faults: [], isWhole: true };
  const hasRuns = Object.values(runs).some(({ amount }) => amount !== null);
  const sides = sideFaults(rating);
  // A call that no run was priced for has an empty basis.
  if (basis["semantics"] === undefined || basis["error"] !== undefined) {
    const faults = [...sellFaults(rating, null), ...sides];
    return { faults, isWhole: !hasRuns };
  }
  if (basis["semantics"] !== semantics) {
    return { faults: [`its basis is of ${basis["semantics"]}`, ...sides], isWhole: true };
  }
  const stated = String(basis["cost"]);
  const { cost, faults } = reckon(basis);
  if (cost !== null && cost !== stated) faults.push(`cost is ${stated}, its spans give ${cost}`);
  faults.push(...sellFaults(rating, stated), ...sides);
  return { faults, isWhole: cost !== null && !hasRuns };
}

function sellFaults({ sell }: Rating, again: string | null): string[] {
  if (sell === null || sell.amount === again) return [];
  return [`sell is ${sell.amount}, its basis gives ${again}`];
}

/** Only a call without usage has a buy amount, which is 0, and so a margin. */
function sideFaults({ sell, buy, margin, reason }: Rating): string[] {
  const faults: string[] = [];
  const check = (name: string, stored: string | null, again: string | null) => {
    if (stored !== again) faults.push(`${name} is ${stored}, but the call gives ${again}`);
  };
  if (buy !== null) check("buy", buy.amount, reason === "unanswered" ? "0" : null);
  const isEarned = sell !== null && buy !== null && buy.amount !== null;
  check("margin", margin?.amount ?? null, isEarned ? sell.amount : null);
  if (margin !== null && sell !== null && margin.currency !== sell.currency) {
    faults.push(`margin is in ${margin.currency}, sell in ${sell.currency}`);
  }
  return faults;
}

function reckon(basis: JsonObject): Reckoned {
  const spans = basis["spans"] as unknown as SpanFigures[];
  // Of a very long call only the first spans are kept.
  if (basis["spanCount"] !== spans.length) return { cost: null, faults: [] };
  return basis["semantics"] === "exact" ? reckonExactly(spans) : reckonLikeCgrates(spans);
}

/** In the doubles of CGRateS, with its roundings of increments and spans. */
function reckonLikeCgrates(spans: SpanFigures[]): Reckoned {
  const faults: string[] = [];
  let [total, counter, isWhole] = [0, 0, true];
  for (const [index, span] of spans.entries()) {
    const again = spanCost(span, index === 0);
    if (again === null) isWhole = false;
    else faults.push(...spanFaults(index, span, doubleText(again)));
    faults.push(...incrementFaults(index, span));
    total += Number(span.cost);
    counter += total;
    const cap = Number(span.maxCost);
    // CGRateS holds a counter of running totals against the cap.
    if (span.maxCostStrategy === "*free" && cap > 0 && counter >= cap) {
      total = cap;
      counter = cap;
    }
  }
  const { decimals, method } = roundingOf(spans);
  const cost = decimals === 0 ? total : roundLikeCgrates(total, decimals, method);
  return { faults, cost: isWhole ? doubleText(cost) : null };
}

/** Null where the length of merged spans is not kept. The first span has a fee, which may be 0. */
function spanCost(span: SpanFigures, isFirst: boolean): number | null {
  const { increments, incrementCost, connectFee, factor, slot, fromNs, toNs } = span;
  if (increments > 0 || isFirst) {
    const unit = Number(connectFee) + increments * Number(incrementCost);
    return factor * roundLikeCgrates(unit, DECIMALS, "*middle");
  }
  if (factor !== 1) return null;
  const pricePerNs = slot === null ? 1 : Number(slot.price) / slot.unitNs;
  return roundLikeCgrates((toNs - fromNs) * pricePerNs, DECIMALS, "*middle");
}

function incrementFaults(index: number, span: SpanFigures): string[] {
  const { slot, increments, incrementCost } = span;
  if (slot === null || increments <= 0 || !Number.isInteger(increments)) return [];
  const lengthNs = increments * slot.incrementNs;
  const pricePerNs = Number(slot.price) / slot.unitNs;
  const raw = roundLikeCgrates(lengthNs * pricePerNs, DECIMALS, "*middle");
  const again = doubleText(roundLikeCgrates(raw / increments, DECIMALS, "*middle"));
  if (incrementCost === again) return [];
  return [`an increment of span ${index + 1} is ${incrementCost}, its price gives ${again}`];
}

/** In fractions, rounded once. */
function reckonExactly(spans: SpanFigures[]): Reckoned {
  const faults: string[] = [];
  let total: Fraction = ZERO;
  for (const [index, span] of spans.entries()) {
    const { slot, increments, connectFee, maxCost, maxCostStrategy } = span;
    // Before the first slot of a rate nothing but the fee is paid.
    const priced =
      slot === null
        ? ZERO
        : scaledBy(fractionOf(slot.price), increments * slot.incrementNs, slot.unitNs);
    const cost = plus(priced, fractionOf(connectFee));
    faults.push(...spanFaults(index, span, fractionText(cost)));
    total = plus(total, cost);
    const cap = fractionOf(maxCost);
    if (
      maxCostStrategy === "*free" &&
      compareFractions(cap, ZERO) > 0 &&
      compareFractions(total, cap) > 0
    )
      total = cap;
  }
  const { decimals, method } = roundingOf(spans);
  const isNamed = decimals > 0 && /^\*(up|middle|down)$/.test(method);
  const cost = isNamed
    ? roundedText(total, decimals, method)
    : roundedText(total, DECIMALS, "*middle");
  return { faults, cost };
}

function spanFaults(index: number, { cost }: SpanFigures, again: string): string[] {
  return cost === again ? [] : [`span ${index + 1} costs ${cost}, its increments give ${again}`];
}

/** That of most decimals, of equals the first; none has fewer than one. */
function roundingOf(spans: SpanFigures[]): SpanFigures["rounding"] {
  let found = { decimals: 0, method: "" };
  for (const { rounding } of spans) if (rounding.decimals > found.decimals) found = rounding;
  return found;
}
