// Prices a call as CGRateS 0.10 and master do: IEEE doubles, its rules, its oddities.

import { doubleText } from "../../money/double-text.ts";
import type { CgratesSnapshot } from "../snapshot.ts";
import { dateTimeText, type LocalTime, localTime } from "./day-rule.ts";
import type {
  DescriptorFailure,
  DescriptorPrice,
  PreparedCall,
  PricedTimespan,
  PriceWarning,
} from "./descriptor.ts";
import {
  type EntryError,
  type EntryWindow,
  entryOfPlan,
  type RatingEntry,
  selectEntries,
} from "./select-entries.ts";
import { type CallCost, costOfSpans, type PricedSpan, roundUpSpans } from "./span-cost.ts";
import { groupStart, type Span, splitSpans } from "./split-spans.ts";

/** The call laid on the clock of its own time stamp. */
interface CallClock {
  start: LocalTime;
  /** Nanoseconds after the midnight before the call. */
  startNs: number;
  endNs: number;
  midnightMs: number;
}

/** Prices a prepared call; a failure where CGRateS answers an error, crashes or hangs. */
export function priceLikeCgrates(call: PreparedCall): DescriptorPrice | DescriptorFailure {
  const clock = clockOf(call);
  const { ratingPlanIDs } = call.descriptor;
  if (ratingPlanIDs === undefined) {
    const window = { startNs: clock.startNs, start: clock.start, endNs: clock.endNs, entries: [] };
    return priceEntries(call, clock, { window, error: select(call, clock, window) });
  }
  let failure: DescriptorFailure | null = null;
  for (const id of ratingPlanIDs) {
    const { destination } = call.descriptor;
    const entry = entryOfPlan(call.snapshot, id, { destination, ...clock });
    if (entry === null) continue;
    const window = { ...clock, entries: [entry] };
    const price = priceEntries(call, clock, { window, error: null });
    if (!("error" in price)) return price;
    failure ??= price;
  }
  return failure ?? describe("UNAUTHORIZED_DESTINATION", call);
}

function clockOf({ descriptor, usageNs }: PreparedCall): CallClock {
  const { atMs, ns = 0, offsetMinutes } = descriptor.timeStart;
  const start = localTime(atMs, ns, offsetMinutes);
  const startNs = start.timeOfDayNs;
  const midnightMs = atMs - Math.floor(startNs / 1e6);
  return { start, startNs, endNs: startNs + usageNs, midnightMs };
}

function select(call: PreparedCall, clock: CallClock, window: EntryWindow): EntryError | null {
  const { snapshot, fallbackDepth, descriptor, subject } = call;
  const { tenant, category, destination } = descriptor;
  const { midnightMs } = clock;
  return selectEntries(
    { snapshot, tenant, category, destination, midnightMs, fallbackDepth },
    window,
    subject,
  );
}

function priceEntries(
  call: PreparedCall,
  clock: CallClock,
  selected: { window: EntryWindow; error: EntryError | null },
): DescriptorPrice | DescriptorFailure {
  const { entries } = selected.window;
  if (call.usageNs === 0)
    return freeOfCharge(call, selected.error === null ? entries[0] : undefined);
  if (selected.error !== null) return describe(selected.error, call);
  const first: Span = {
    startNs: clock.startNs,
    endNs: clock.endNs,
    groupEndNs: Math.max(call.usageNs, call.durationIndexNs),
    entry: entries[0] as RatingEntry,
    interval: null,
  };
  const spans = splitSpans(first, entries, { isVoice: call.isVoice, day: clock.start.day });
  if (spans === null) {
    return { error: "GAP_IN_TIMINGS", detail: "CGRateS would not come to an end of this call" };
  }
  const ratedNs = roundUpSpans(spans);
  for (const span of spans) {
    if (span.interval === null) return describeGap(call, clock, span.startNs);
  }
  const cost = costOfSpans(spans, call);
  return answer(cost, { snapshot: call.snapshot, ratedNs, startNs: clock.startNs, entries });
}

/** No usage costs nothing, even where no plan or profile matches. */
function freeOfCharge({ snapshot }: PreparedCall, entry: RatingEntry | undefined): DescriptorPrice {
  return {
    ...(entry === undefined ? {} : { matchedDestination: destinationTagOf(entry, snapshot) }),
    cost: "0",
    eventCost: "0",
    ratedUsageSeconds: 0,
    ratedUsageNs: 0,
    connectFee: null,
    matchedPrefix: entry?.prefix ?? null,
    ratingPlan: entry?.plan ?? null,
    matchedSubject: entry?.subject ?? null,
    destinationTag: null,
    timespans: () => [],
    warnings: [],
  };
}

interface AnswerFacts {
  snapshot: CgratesSnapshot;
  ratedNs: number;
  startNs: number;
  entries: RatingEntry[];
}

function answer(cost: CallCost, facts: AnswerFacts): DescriptorPrice {
  const first = cost.spans[0] as PricedSpan;
  const { entry } = first.span;
  return {
    cost: doubleText(cost.cost),
    eventCost: doubleText(cost.eventCost),
    ratedUsageSeconds: facts.ratedNs / 1e9,
    ratedUsageNs: facts.ratedNs,
    connectFee: first.interval.rate.connectFeeText,
    matchedPrefix: entry.prefix,
    ratingPlan: entry.plan,
    matchedSubject: entry.subject,
    destinationTag: destinationTagOf(entry, facts.snapshot),
    timespans: timespansLater(cost.spans, facts),
    warnings: warningsOf(cost.spans, facts.entries),
  };
}

function destinationTagOf({ intervals }: RatingEntry, snapshot: CgratesSnapshot): string {
  return snapshot.destinationTags[intervals?.tag ?? -1] ?? "";
}

function timespansLater(spans: PricedSpan[], facts: AnswerFacts) {
  return () => spans.map((span) => timespan(span, facts));
}

function timespan(priced: PricedSpan, { snapshot, startNs }: AnswerFacts): PricedTimespan {
  const { span, slot, interval } = priced;
  return {
    fromNs: priced.startNs - startNs,
    toNs: priced.endNs - startNs,
    groupStartNs: groupStart(span),
    ratingPlan: span.entry.plan,
    matchedPrefix: span.entry.prefix,
    matchedSubject: span.entry.subject,
    destinationTag: destinationTagOf(span.entry, snapshot),
    interval,
    slot,
    incrementNs: slot?.incrementNs ?? 0,
    increments: priced.increments,
    incrementCost: doubleText(priced.incrementCost),
    factor: priced.factor,
    hasFee: priced.hasFee,
    connectFee: priced.hasFee ? interval.rate.connectFeeText : "0",
    cost: doubleText(priced.cost),
  };
}

const NO_WARNINGS: PriceWarning[] = [];

function warningsOf(spans: PricedSpan[], entries: RatingEntry[]): PriceWarning[] {
  let warnings = NO_WARNINGS;
  for (const { tied } of entries) if (tied) warnings = withWarning(warnings, "tied-tags");
  for (const { slot, increments } of spans) {
    if (slot === null) warnings = withWarning(warnings, "missing-slot");
    else if (increments === 0) warnings = withWarning(warnings, "too-many-increments");
  }
  const first = spans[0] as PricedSpan;
  const isFeeRepeated = first.hasFee && first.factor > 1 && first.interval.rate.connectFee !== 0;
  return isFeeRepeated ? withWarning(warnings, "fee-charged-repeatedly") : warnings;
}

function withWarning(warnings: PriceWarning[], warning: PriceWarning): PriceWarning[] {
  return warnings.includes(warning) ? warnings : [...warnings, warning];
}

function describe(error: EntryError, call: PreparedCall): DescriptorFailure {
  const { tenant, category, destination } = call.descriptor;
  const key = `${tenant}:${category}:${call.subject}`;
  const detail =
    error === "RATING_PLAN_NOT_FOUND"
      ? `no rating profile for ${key}, nor for its subject *any`
      : `${key} has no price for ${destination || "*any"} during the whole call`;
  return { error, detail };
}

function describeGap(call: PreparedCall, clock: CallClock, ns: number): DescriptorFailure {
  const local = dateTimeText(clock.start.day, ns);
  const { destination } = call.descriptor;
  return { error: "GAP_IN_TIMINGS", detail: `${destination}: no interval from ${local} on` };
}
