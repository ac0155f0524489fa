// A price as the engine's CallCost: its spans with all that priced each of them.
import type {
  CallDescriptor,
  DescriptorPrice,
  ExactMoment,
  PricedTimespan,
} from "../../cgrates/semantics/descriptor.ts";
import { timeText } from "../values/time.ts";
import { ratesView } from "./event-cost.ts";

/** No balance paid. */
const BALANCE_INFO = { Unit: null, Monetary: null, AccountID: "" };

/** Times of the call, and the same of a record of data, whose spans have positions instead. */
type SpanKind = "time" | "data";

export function callCost(
  price: DescriptorPrice,
  descriptor: CallDescriptor,
  kind: SpanKind = "time",
) {
  const { tenant, category, subject, account = "", destination, tor = "*voice" } = descriptor;
  const spans = price.timespans();
  const facts = {
    Category: category,
    Tenant: tenant,
    Subject: subject,
    Account: account,
    Destination: destination,
    ToR: tor,
    Cost: Number(price.cost),
  };
  if (kind === "data") {
    return { ...facts, DataSpans: spans.map((span) => dataSpan(span)) };
  }
  const { timeStart } = descriptor;
  const shown = spans.map((span) => timeSpan(span, timeStart));
  return {
    ...facts,
    Timespans: spans.length === 0 ? emptySpans(price, timeStart) : shown,
    RatedUsage: price.ratedUsageNs,
    AccountSummary: null,
  };
}

function timeSpan(span: PricedTimespan, start: ExactMoment) {
  return {
    TimeStart: timeText(later(start, span.fromNs)),
    TimeEnd: timeText(later(start, span.toNs)),
    Cost: Number(span.cost),
    RateInterval: rateInterval(span),
    DurationIndex: span.groupStartNs + (span.toNs - span.fromNs) / span.factor,
    Increments: incrementsOf(span, "Duration"),
    RoundIncrement: null,
    ...matchOf(span),
    CompressFactor: span.factor,
  };
}

function dataSpan(span: PricedTimespan) {
  return {
    DataStart: span.fromNs,
    DataEnd: span.toNs,
    Cost: Number(span.cost),
    RateInterval: rateInterval(span),
    DataIndex: span.groupStartNs + (span.toNs - span.fromNs) / span.factor,
    Increments: incrementsOf(span, "Amount"),
    ...matchOf(span),
  };
}

function matchOf(span: PricedTimespan) {
  return {
    MatchedSubject: span.matchedSubject,
    MatchedPrefix: span.matchedPrefix,
    MatchedDestId: span.destinationTag,
    RatingPlanId: span.ratingPlan,
  };
}

/** A call without length has one span without a price, which says what would have priced it. */
function emptySpans(price: DescriptorPrice, start: ExactMoment) {
  const at = timeText(start);
  return [
    {
      TimeStart: at,
      TimeEnd: at,
      Cost: 0,
      RateInterval: null,
      DurationIndex: 0,
      Increments: null,
      RoundIncrement: null,
      MatchedSubject: price.matchedSubject ?? "",
      MatchedPrefix: price.matchedPrefix ?? "",
      MatchedDestId: price.matchedDestination ?? "",
      RatingPlanId: price.ratingPlan ?? "",
      CompressFactor: 0,
    },
  ];
}

function rateInterval(span: PricedTimespan) {
  const { timing, rate, terms, weight } = span.interval;
  const { years, months, monthDays, weekDays, startText } = timing.written;
  return {
    Timing: {
      ID: timing.tag,
      Years: years,
      Months: months,
      MonthDays: monthDays,
      WeekDays: weekDays,
      StartTime: startText,
      EndTime: "",
    },
    Rating: {
      ConnectFee: rate.connectFee,
      RoundingMethod: terms.roundingMethod,
      RoundingDecimals: terms.roundingDecimals,
      MaxCost: terms.maxCost,
      MaxCostStrategy: terms.maxCostStrategy,
      Rates: ratesView(span),
    },
    Weight: weight,
  };
}

function incrementsOf(span: PricedTimespan, length: "Duration" | "Amount") {
  const increment = (size: number, cost: string, factor: number) => ({
    [length]: size,
    Cost: Number(cost),
    BalanceInfo: BALANCE_INFO,
    CompressFactor: factor,
  });
  const fee = span.hasFee ? [increment(0, span.connectFee, 1)] : [];
  if (span.increments === 0) return fee;
  return [...fee, increment(span.incrementNs, span.incrementCost, span.increments)];
}

function later({ atMs, ns = 0, offsetMinutes }: ExactMoment, lengthNs: number): ExactMoment {
  const all = ns + (lengthNs % 1e6);
  const wholeMs = Math.trunc(lengthNs / 1e6) + Math.floor(all / 1e6);
  return { atMs: atMs + wholeMs, ns: ((all % 1e6) + 1e6) % 1e6, offsetMinutes };
}
