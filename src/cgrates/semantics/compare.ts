// Prices a call under both semantics and names the rule that makes the difference.

import type { CgratesSnapshot } from "../snapshot.ts";
import { DAY_NS, localTime } from "./day-rule.ts";
import type {
  CallDescriptor,
  DescriptorFailure,
  DescriptorOptions,
  DescriptorPrice,
  PricedTimespan,
} from "./descriptor.ts";
import { intervalsOf } from "./find-destination.ts";
import { priceDescriptor } from "./price-descriptor.ts";

/** What CGRateS does where `exact` differs, one sentence each. */
export const DIFFERENCE_RULES = {
  "increment-rounding": "It rounds every increment before it multiplies.",
  "binary-doubles": "It adds binary doubles, and a plan without decimals rounds nothing.",
  "fee-repeated": "It charges the connect fee once for each equal span that it merges.",
  "increment-limit": "Beyond max_increments it charges the fee alone, or the span whole.",
  "missing-slot": "A rate without a slot at 0 costs the fee alone, or 1 per nanosecond.",
  "free-cap": "*free compares the cap with a sum of running totals.",
  "activation-switch": "An activation within the call does not change the price.",
  "fallback-list": "A fallback subject with an empty entry hides the later subjects.",
  "shared-prefix": "One tag of a prefix supplies the prices of the whole call.",
  "gap-in-timings": "A time without an interval is not seen, or crashes.",
  "interval-order": "Intervals of mixed weights and starts are not sorted properly.",
  "missing-midnight": "Days of equal number in different months are not cut at midnight.",
  "first-second": "A call within the first second of a day ends on the day before.",
  "not-cut-by-time": "Only *voice is cut by time of day.",
  "usage-limit": "A call record over max_computed_usage of its type is refused.",
  "negative-length": "An end before the start is charged as one increment.",
} as const;

export type DifferenceRule = keyof typeof DIFFERENCE_RULES;

type Answer = DescriptorPrice | DescriptorFailure;

export interface SemanticsComparison {
  cgrates: Answer;
  exact: Answer;
  /** Null: the same cost, or the same error. */
  rule: DifferenceRule | null;
}

/** Both snapshots are of one plan, one of each semantics. */
export function compareSemantics(
  descriptor: CallDescriptor,
  snapshots: { cgrates: CgratesSnapshot; exact: CgratesSnapshot },
  options: DescriptorOptions = {},
): SemanticsComparison {
  const cgrates = priceDescriptor(descriptor, snapshots.cgrates, options);
  const exact = priceDescriptor(descriptor, snapshots.exact, options);
  return { cgrates, exact, rule: ruleOf(descriptor, snapshots.cgrates, { cgrates, exact }) };
}

function ruleOf(
  descriptor: CallDescriptor,
  snapshot: CgratesSnapshot,
  { cgrates, exact }: { cgrates: Answer; exact: Answer },
): DifferenceRule | null {
  if ("error" in cgrates) {
    if ("error" in exact) return cgrates.error === exact.error ? null : "gap-in-timings";
    return ruleOfRefusal(descriptor, snapshot, cgrates);
  }
  const isMissingSlot = cgrates.warnings.includes("missing-slot");
  if ("error" in exact) return isMissingSlot ? "missing-slot" : "gap-in-timings";
  if (cgrates.cost === exact.cost) return null;
  if (isMissingSlot) return "missing-slot";
  const spans = { cgrates: cgrates.timespans(), exact: exact.timespans() };
  if (spans.exact.length === 0) return "negative-length";
  return haveEqualTimes(spans.cgrates, spans.exact)
    ? ruleOfAmount({ cgrates, exact }, spans.cgrates)
    : ruleOfTimes(descriptor, snapshot, spans);
}

/** CGRateS refuses or crashes where `exact` has a price. */
function ruleOfRefusal(
  { timeStart, tenant, category, subject }: CallDescriptor,
  snapshot: CgratesSnapshot,
  { error }: DescriptorFailure,
): DifferenceRule {
  if (error === "GAP_IN_TIMINGS") return "shared-prefix";
  const subjects = snapshot.profiles.get(tenant)?.get(category);
  const profile = subjects?.get(subject) ?? subjects?.get("*any");
  const isLater = profile?.activations.some(({ atMs }) => atMs !== null && atMs >= timeStart.atMs);
  return isLater ? "activation-switch" : "fallback-list";
}

/** How long each price holds, by the rows that it comes from. */
function timesOf(spans: PricedTimespan[]): Map<string, number> {
  const times = new Map<string, number>();
  for (const { ratingPlan, interval, slot, increments, incrementNs, factor, ...span } of spans) {
    const key = `${ratingPlan};${interval.planLine};${interval.destinationRateLine};${slot?.line}`;
    // A span without increments was merged whole: its end tells its length.
    const lengthNs = increments > 0 ? increments * incrementNs * factor : span.toNs - span.fromNs;
    times.set(key, (times.get(key) ?? 0) + lengthNs);
  }
  return times;
}

function haveEqualTimes(left: PricedTimespan[], right: PricedTimespan[]): boolean {
  const [a, b] = [timesOf(left), timesOf(right)];
  return a.size === b.size && [...a].every(([key, lengthNs]) => b.get(key) === lengthNs);
}

/** The same prices for the same times: the difference lies in how the amounts are summed. */
function ruleOfAmount(
  { cgrates, exact }: { cgrates: DescriptorPrice; exact: DescriptorPrice },
  spans: PricedTimespan[],
): DifferenceRule {
  if (cgrates.warnings.includes("fee-charged-repeatedly")) return "fee-repeated";
  if (cgrates.warnings.includes("too-many-increments")) return "increment-limit";
  const isCapped = spans.some(({ interval: { terms } }) => {
    return terms.maxCostStrategy === "*free" && terms.maxCost > 0;
  });
  // Where only increments are rounded, the event costs differ as the costs do.
  const eventGap = Math.abs(Number(cgrates.eventCost) - Number(exact.eventCost));
  const gap = Math.abs(Number(cgrates.cost) - Number(exact.cost));
  if (isCapped && gap > eventGap + 0.01) return "free-cap";
  return eventGap === 0 && gap < 1e-9 ? "binary-doubles" : "increment-rounding";
}

/** Other prices, or other times: the difference lies in which interval holds. */
function ruleOfTimes(
  descriptor: CallDescriptor,
  snapshot: CgratesSnapshot,
  { cgrates, exact }: { cgrates: PricedTimespan[]; exact: PricedTimespan[] },
): DifferenceRule {
  const first = cgrates[0] as PricedTimespan;
  const last = exact.at(-1) as PricedTimespan;
  const isOther = ({ ratingPlan, matchedPrefix, matchedSubject }: PricedTimespan) =>
    ratingPlan !== first.ratingPlan ||
    matchedPrefix !== first.matchedPrefix ||
    matchedSubject !== first.matchedSubject;
  if (exact.some(isOther)) return "activation-switch";
  if (exact.some((span) => !isOfTag(snapshot, first, span))) return "shared-prefix";
  const { tor = "", timeStart } = descriptor;
  if (tor !== "" && tor !== "*voice") return "not-cut-by-time";
  const start = localTime(timeStart.atMs, timeStart.ns ?? 0, timeStart.offsetMinutes);
  const endNs = start.timeOfDayNs + last.toNs;
  if (start.timeOfDayNs < 1e9 && endNs <= 2e9) return "first-second";
  return endNs > 27 * DAY_NS ? "missing-midnight" : "interval-order";
}

/** Does the tag that CGRateS chose have the interval of a span? */
function isOfTag(snapshot: CgratesSnapshot, chosen: PricedTimespan, span: PricedTimespan): boolean {
  const plan = snapshot.plans.get(chosen.ratingPlan);
  const tag = snapshot.destinationTags.indexOf(chosen.destinationTag);
  const intervals = plan && intervalsOf(snapshot, plan, tag)?.intervals;
  return (intervals ?? []).some(({ planLine, destinationRateLine }) => {
    const { interval } = span;
    return planLine === interval.planLine && destinationRateLine === interval.destinationRateLine;
  });
}
