// Prices a call of a CGRateS plan exactly: fractions until one rounding at the end, and at every
// instant the active interval of highest weight, of equals the one that starts latest.

import {
  compareFractions,
  type Fraction,
  fractionOf,
  fractionText,
  plus,
  roundedText,
  scaledBy,
  ZERO,
} from "../../money/fraction.ts";
import type { RateSlot } from "../plan.ts";
import type { PriceTerms, RateInterval } from "../snapshot.ts";
import { DAY_NS, dateTimeText, isActive, localTime } from "./day-rule.ts";
import type {
  DescriptorFailure,
  DescriptorPrice,
  PreparedCall,
  PricedTimespan,
} from "./descriptor.ts";
import {
  type ExactEntry,
  type ExactQuery,
  type ExactWindow,
  exactEntryOfPlan,
  exactWindows,
  localTimeAt,
} from "./exact-windows.ts";
import { profileOf } from "./select-entries.ts";
import { slotAt } from "./span-cost.ts";

/** Whole increments of one slot, one after the other; without a slot any length, at no cost. */
interface Stretch {
  fromNs: number;
  toNs: number;
  groupStartNs: number;
  entry: ExactEntry;
  interval: RateInterval;
  /** Null: before the first slot of the rate. */
  slot: RateSlot | null;
  increments: number;
}

/** Prices a prepared call; negative lengths count as none. */
export function priceExactly(call: PreparedCall): DescriptorPrice | DescriptorFailure {
  const query = queryOf(call);
  const windows = windowsOf(call, query);
  if (call.usageNs <= 0) return priceStretches(call, [], windows);
  if ("error" in windows) return windows;
  const stretches = layIncrements(call, query, windows);
  return "error" in stretches ? stretches : priceStretches(call, stretches, windows);
}

function queryOf({ snapshot, descriptor, fallbackDepth, usageNs }: PreparedCall): ExactQuery {
  const { tenant, category, destination, timeStart } = descriptor;
  const { atMs, ns = 0, offsetMinutes } = timeStart;
  const { day, timeOfDayNs: startNs } = localTime(atMs, ns, offsetMinutes);
  const midnightMs = atMs - Math.floor(startNs / 1e6);
  const times = { midnightMs, day, startNs, endNs: startNs + usageNs };
  return { snapshot, tenant, category, destination, fallbackDepth, ...times };
}

function windowsOf(call: PreparedCall, query: ExactQuery): ExactWindow[] | DescriptorFailure {
  const key = `${query.tenant}:${query.category}:${call.subject}`;
  const { ratingPlanIDs } = call.descriptor;
  if (ratingPlanIDs !== undefined) {
    for (const plan of ratingPlanIDs) {
      const entry = exactEntryOfPlan(query, plan);
      if (entry !== null) return [{ fromNs: query.startNs, entry }];
    }
    return { error: "UNAUTHORIZED_DESTINATION", detail: `no plan has ${query.destination}` };
  }
  const profile = profileOf(query, call.subject) ?? profileOf(query, "*any");
  if (profile === undefined) {
    return { error: "RATING_PLAN_NOT_FOUND", detail: `no rating profile for ${key}, nor for *any` };
  }
  const windows = exactWindows(query, profile);
  if (windows.length > 0) return windows;
  const detail = `${key} has no price for ${query.destination || "*any"} at the call's start`;
  return { error: "UNAUTHORIZED_DESTINATION", detail };
}

/**
 * Lays whole increments from the start; each has the price in force where it begins. What comes
 * before the first slot of a rate is billed and costs nothing: the fee pays for it.
 */
function layIncrements(
  call: PreparedCall,
  query: ExactQuery,
  windows: ExactWindow[],
): Stretch[] | DescriptorFailure {
  const stretches: Stretch[] = [];
  const groupBaseNs = Math.max(0, call.durationIndexNs - call.usageNs);
  let window = 0;
  for (let position = 0; position < call.usageNs; ) {
    const ns = query.startNs + position;
    while ((windows[window + 1]?.fromNs ?? Number.POSITIVE_INFINITY) <= ns) window++;
    const { entry } = windows[window] as ExactWindow;
    const interval = intervalAt(entry.intervals, query.day, ns);
    if (interval === null) {
      const from = dateTimeText(query.day, ns);
      return { error: "GAP_IN_TIMINGS", detail: `${query.destination}: no interval at ${from}` };
    }
    const groupStartNs = groupBaseNs + position;
    const slot = slotAt(interval, groupStartNs);
    if (slot === null && call.edition.beforeFirstSlot === "gap") {
      const { tag } = interval.rate;
      return { error: "GAP_IN_TIMINGS", detail: `rate ${tag} has no slot at ${groupStartNs} ns` };
    }
    const limitNs = Math.min(
      call.usageNs - position,
      nextChange(entry.intervals, ns) - ns,
      (windows[window + 1]?.fromNs ?? Number.POSITIVE_INFINITY) - ns,
      nextSlot(interval, groupStartNs) - groupStartNs,
    );
    const increments = slot === null ? 0 : Math.ceil(limitNs / slot.incrementNs);
    const lengthNs = slot === null ? limitNs : increments * slot.incrementNs;
    addStretch(stretches, {
      fromNs: position,
      toNs: position + lengthNs,
      groupStartNs,
      entry,
      interval,
      slot,
      increments,
    });
    position += lengthNs;
  }
  return stretches;
}

/** Highest weight, then latest start of day, then first in file order. */
function intervalAt(intervals: RateInterval[], baseDay: number, ns: number): RateInterval | null {
  const { day, timeOfDayNs } = localTimeAt(baseDay, ns);
  let best: RateInterval | null = null;
  for (const interval of intervals) {
    if (!isActive(interval, day, timeOfDayNs)) continue;
    const isBetter =
      best === null ||
      interval.weight > best.weight ||
      (interval.weight === best.weight && interval.startNs > best.startNs);
    if (isBetter) best = interval;
  }
  return best;
}

/** The next time at which another interval may be in force: a start of day, or midnight. */
function nextChange(intervals: RateInterval[], ns: number): number {
  const dayStart = Math.floor(ns / DAY_NS) * DAY_NS;
  let next = dayStart + DAY_NS;
  for (const { startNs } of intervals) {
    const at = dayStart + startNs;
    if (at > ns && at < next) next = at;
  }
  return next;
}

function nextSlot(interval: RateInterval, groupStartNs: number): number {
  const next = interval.rate.slots.find(({ startNs }) => startNs > groupStartNs);
  return next?.startNs ?? Number.POSITIVE_INFINITY;
}

function addStretch(stretches: Stretch[], next: Stretch): void {
  const left = stretches.at(-1);
  if (
    left &&
    left.entry === next.entry &&
    left.interval === next.interval &&
    left.slot === next.slot
  ) {
    left.toNs = next.toNs;
    left.increments += next.increments;
  } else stretches.push(next);
}

function priceStretches(
  call: PreparedCall,
  stretches: Stretch[],
  windows: ExactWindow[] | DescriptorFailure,
): DescriptorPrice {
  const first = stretches[0];
  const entry = first?.entry ?? ("error" in windows ? undefined : windows[0]?.entry);
  const fee = first && call.loopIndex === 0 ? first.interval.rate.connectFeeText : "0";
  let total = fractionOf(fee);
  let uncapped = total;
  let terms: PriceTerms | null = null;
  for (const stretch of stretches) {
    const cost = costOf(stretch);
    uncapped = plus(uncapped, cost);
    total = capped(plus(total, cost), stretch.interval.terms);
    const candidate = stretch.interval.terms;
    if (candidate.roundingDecimals > (terms?.roundingDecimals ?? 0)) terms = candidate;
  }
  const ratedNs = stretches.at(-1)?.toNs ?? 0;
  return {
    cost: roundOnce(total, terms, call.roundingDecimals),
    eventCost: roundedText(uncapped, call.roundingDecimals, "*middle"),
    ratedUsageSeconds: ratedNs / 1e9,
    ratedUsageNs: ratedNs,
    connectFee: first?.interval.rate.connectFeeText ?? null,
    matchedPrefix: entry?.prefix ?? null,
    ratingPlan: entry?.plan ?? null,
    matchedSubject: entry?.subject ?? null,
    destinationTag: first?.entry.destinationTag ?? null,
    ...(entry === undefined ? {} : { matchedDestination: entry.destinationTag }),
    timespans: () =>
      stretches.map((stretch) => {
        const hasFee = stretch === first && call.loopIndex === 0;
        return timespan(stretch, { hasFee, fee: hasFee ? fee : "0" });
      }),
    warnings: isFree(stretches, fee) ? ["missing-slot"] : [],
  };
}

/** A part of the call is neither priced by a slot nor paid for by a fee. */
function isFree(stretches: Stretch[], fee: string): boolean {
  return Number(fee) === 0 && stretches.some(({ slot }) => slot === null);
}

function costOf({ slot, increments }: Stretch): Fraction {
  if (slot === null) return ZERO;
  return scaledBy(fractionOf(slot.valueText), increments * slot.incrementNs, slot.unitNs);
}

/** `*free`: the total never passes the cap while the interval is in force. */
function capped(total: Fraction, { maxCost, maxCostText, maxCostStrategy }: PriceTerms): Fraction {
  if (maxCostStrategy !== "*free" || maxCost <= 0) return total;
  const cap = fractionOf(maxCostText);
  return compareFractions(total, cap) > 0 ? cap : total;
}

/** By the plan's rounding of most decimals; a plan that names none is rounded to the default. */
function roundOnce(total: Fraction, terms: PriceTerms | null, decimals: number): string {
  const isNamed = terms !== null && /^\*(up|middle|down)$/.test(terms.roundingMethod);
  return isNamed
    ? roundedText(total, terms.roundingDecimals, terms.roundingMethod)
    : roundedText(total, decimals, "*middle");
}

function timespan(
  stretch: Stretch,
  { fee, hasFee }: { fee: string; hasFee: boolean },
): PricedTimespan {
  const { entry, interval, slot, increments } = stretch;
  const cost = costOf(stretch);
  return {
    fromNs: stretch.fromNs,
    toNs: stretch.toNs,
    groupStartNs: stretch.groupStartNs,
    ratingPlan: entry.plan,
    matchedPrefix: entry.prefix,
    matchedSubject: entry.subject,
    destinationTag: entry.destinationTag,
    interval,
    slot,
    incrementNs: slot?.incrementNs ?? 0,
    increments,
    incrementCost: slot === null ? "0" : fractionText(scaledBy(cost, 1, increments)),
    factor: 1,
    hasFee,
    connectFee: fee,
    cost: fractionText(plus(cost, fee === "0" ? ZERO : fractionOf(fee))),
  };
}
