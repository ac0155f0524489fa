// What the spans of a call cost in `cgrates` semantics, in closed form: counts
// of increments instead of lists of them.

import type { RateSlot } from "../plan.ts";
import type { PriceTerms, RateInterval } from "../snapshot.ts";
import { roundLikeCgrates } from "./go-round.ts";
import { groupStart, type Span } from "./split-spans.ts";

/** A span with its price; equal neighbours are merged into one. */
export interface PricedSpan {
  startNs: number;
  /** Of the last span that was merged into it. */
  endNs: number;
  /** Length of each merged span. */
  lengthNs: number;
  span: Span;
  interval: RateInterval;
  /** Null: no slot at or below the position of the span. */
  slot: RateSlot | null;
  /** Increments of each merged span; 0: none were made (no slot, or more than the limit). */
  increments: number;
  incrementCost: number;
  /** How many spans were merged, 1 as a rule; the fee counts as often. */
  factor: number;
  hasFee: boolean;
  cost: number;
}

export interface CostOptions {
  roundingDecimals: number;
  maxIncrements: number;
  loopIndex: number;
}

export interface CallCost {
  cost: number;
  eventCost: number;
  spans: PricedSpan[];
}

/** The slot with the largest start at or below a position of the call; null: there is none. */
export function slotAt(interval: RateInterval, positionNs: number): RateSlot | null {
  const { slots } = interval.rate;
  for (let i = slots.length - 1; i >= 0; i--) {
    const slot = slots[i] as RateSlot;
    if (slot.startNs <= positionNs) return slot;
  }
  return null;
}

/**
 * Raises every span to whole increments, in place. The surplus eats into later spans: what it
 * covers vanishes, a span partly covered starts later. Returns the rated length in nanoseconds.
 */
export function roundUpSpans(spans: Span[]): number {
  let ratedNs = 0;
  for (let index = 0; index < spans.length; index++) {
    const span = spans[index] as Span;
    const slot = span.interval && slotAt(span.interval, groupStart(span));
    if (slot) {
      const lengthNs = span.endNs - span.startNs;
      let raisedNs = slot.incrementNs;
      if (raisedNs < lengthNs) raisedNs = Math.ceil(lengthNs / raisedNs) * raisedNs;
      if (raisedNs > lengthNs) {
        span.endNs = span.startNs + raisedNs;
        span.groupEndNs += raisedNs - lengthNs;
        removeOverlapped(spans, index);
      }
    }
    ratedNs += span.endNs - span.startNs;
  }
  return ratedNs;
}

/** Also removes spans out of order that end before this one, and all that stand between. */
function removeOverlapped(spans: Span[], index: number): void {
  const { endNs } = spans[index] as Span;
  let last = index;
  for (let i = index + 1; i < spans.length; i++) {
    const later = spans[i] as Span;
    if (later.endNs <= endNs) last = i;
    else if (later.startNs < endNs) {
      later.startNs = endNs;
      break;
    }
  }
  if (last > index) spans.splice(index + 1, last - index);
}

/** Call cost and event cost of rounded-up spans; every span has an interval. */
export function costOfSpans(spans: Span[], options: CostOptions): CallCost {
  const priced: PricedSpan[] = [];
  for (const span of spans) {
    const next = priceSpan(span, options);
    const left = priced.at(-1);
    if (left && isMergeable(left, next)) {
      left.factor++;
      left.endNs = next.endNs;
    } else priced.push(next);
  }
  const first = priced[0];
  if (first) first.hasFee = options.loopIndex === 0;
  let events = 0;
  for (const span of priced) {
    const decimals = options.roundingDecimals;
    const fee = span.hasFee ? span.interval.rate.connectFee : 0;
    const unit = roundLikeCgrates(fee + span.increments * span.incrementCost, decimals, "*middle");
    const counted = span.factor * unit;
    events += roundLikeCgrates(counted, decimals, "*middle");
    span.cost = span.increments > 0 || span.hasFee ? counted : uncountedCost(span, decimals);
  }
  return {
    cost: roundTotal(priced, capTotal(priced)),
    eventCost: roundLikeCgrates(events, options.roundingDecimals, "*middle"),
    spans: priced,
  };
}

function priceSpan(span: Span, options: CostOptions): PricedSpan {
  const interval = span.interval as RateInterval;
  const slot = slotAt(interval, groupStart(span));
  const lengthNs = span.endNs - span.startNs;
  const { roundingDecimals, maxIncrements } = options;
  let increments = slot === null ? 0 : lengthNs / slot.incrementNs;
  if (increments > maxIncrements) increments = 0;
  let incrementCost = 0;
  if (slot !== null && increments > 0) {
    const raw = roundLikeCgrates(
      lengthNs * (slot.value / slot.unitNs),
      roundingDecimals,
      "*middle",
    );
    incrementCost = roundLikeCgrates(raw / increments, roundingDecimals, "*middle");
  }
  return {
    startNs: span.startNs,
    endNs: span.endNs,
    lengthNs,
    span,
    interval,
    slot,
    increments,
    incrementCost,
    factor: 1,
    hasFee: false,
    cost: 0,
  };
}

/** CGRateS compares everything but the prices of the intervals. */
function isMergeable(left: PricedSpan, right: PricedSpan): boolean {
  return (
    left.lengthNs === right.lengthNs &&
    haveEqualIncrements(left, right) &&
    left.interval.weight === right.interval.weight &&
    left.interval.timing.likeness === right.interval.timing.likeness &&
    left.span.entry.prefix === right.span.entry.prefix &&
    left.span.entry.plan === right.span.entry.plan &&
    left.span.entry.subject === right.span.entry.subject
  );
}

function haveEqualIncrements(left: PricedSpan, right: PricedSpan): boolean {
  if (left.increments === 0) return right.increments * right.incrementCost === 0;
  return (
    left.increments === right.increments &&
    left.incrementCost === right.incrementCost &&
    left.slot?.incrementNs === right.slot?.incrementNs
  );
}

/** A span without increments and fee is priced whole; without a slot its price is its length. */
function uncountedCost(span: PricedSpan, decimals: number): number {
  const lengthNs = span.lengthNs * span.factor;
  const pricePerNs = span.slot === null ? 1 : span.slot.value / span.slot.unitNs;
  return roundLikeCgrates(lengthNs * pricePerNs, decimals, "*middle");
}

/** `*free` compares a counter of running totals with the cap, not the total (oddity 3). */
function capTotal(spans: PricedSpan[]): number {
  let total = 0;
  let counter = 0;
  for (const span of spans) {
    total += span.cost;
    counter += total;
    const { maxCost, maxCostStrategy } = span.interval.terms;
    if (maxCostStrategy === "*free" && maxCost > 0 && counter >= maxCost) {
      total = maxCost;
      counter = maxCost;
    }
  }
  return total;
}

function roundTotal(spans: PricedSpan[], total: number): number {
  let terms: PriceTerms | null = null;
  for (const span of spans) {
    const candidate = span.interval.terms;
    if (candidate.roundingDecimals > (terms?.roundingDecimals ?? 0)) terms = candidate;
  }
  return terms === null
    ? total
    : roundLikeCgrates(total, terms.roundingDecimals, terms.roundingMethod);
}
