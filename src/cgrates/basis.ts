// What is stored of a price, so that it can be recomputed line by line.
import type { JsonObject } from "../cdr/json.ts";
import type { DescriptorFailure, DescriptorPrice, PricedTimespan } from "./semantics/descriptor.ts";
import type { CgratesSemantics } from "./snapshot.ts";

/** A month of calls may have thousands of spans; a stored CDR keeps the first of them. */
const SPANS_MAX = 200;

/** The spans with the prices, counts and roundings they were computed with. */
export function basisOf(
  answer: DescriptorPrice | DescriptorFailure,
  semantics: CgratesSemantics,
): JsonObject {
  if ("error" in answer) return { semantics, error: answer.error, detail: answer.detail };
  const spans = answer.timespans();
  return {
    semantics,
    cost: answer.cost,
    eventCost: answer.eventCost,
    ratedUsageNs: answer.ratedUsageNs,
    subject: answer.matchedSubject,
    warnings: answer.warnings,
    spanCount: spans.length,
    spans: spans.slice(0, SPANS_MAX).map(spanBasis),
  };
}

function spanBasis(span: PricedTimespan): JsonObject {
  const { interval, slot } = span;
  const { terms, rate } = interval;
  return {
    fromNs: span.fromNs,
    toNs: span.toNs,
    plan: span.ratingPlan,
    prefix: span.matchedPrefix,
    destination: span.destinationTag,
    timing: interval.timing.tag,
    weight: interval.weight,
    rate: rate.tag,
    lines: {
      ratingPlans: interval.planLine,
      destinationRates: interval.destinationRateLine,
      rates: slot?.line ?? null,
    },
    slot:
      slot === null
        ? null
        : {
            startNs: slot.startNs,
            price: slot.valueText,
            unitNs: slot.unitNs,
            incrementNs: slot.incrementNs,
          },
    increments: span.increments,
    incrementCost: span.incrementCost,
    factor: span.factor,
    connectFee: span.connectFee,
    cost: span.cost,
    rounding: { decimals: terms.roundingDecimals, method: terms.roundingMethod },
    maxCost: terms.maxCostText,
    maxCostStrategy: terms.maxCostStrategy,
  };
}
