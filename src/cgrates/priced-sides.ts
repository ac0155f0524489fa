// The sides, the outcome and CGRateS's own members of a price: one mapping for every road.
import type { Call, CgratesAnswer, Margin, NormalizedNumber, Priced, Side } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import type {
  DescriptorError,
  DescriptorFailure,
  DescriptorPrice,
} from "./semantics/descriptor.ts";
import type { CgratesSnapshot } from "./snapshot.ts";

const REASON_OF: Record<DescriptorError, Reason> = {
  RATING_PLAN_NOT_FOUND: "rating-plan-not-found",
  UNAUTHORIZED_DESTINATION: "unauthorized-destination",
  GAP_IN_TIMINGS: "gap-in-timings",
  MAX_USAGE_EXCEEDED: "max-usage-exceeded",
};

type Answer = DescriptorPrice | DescriptorFailure;

/** What the sides need to know of a call; the usage only whether it is 0. */
export type SidedCall = Pick<
  Call,
  "tor" | "usage" | "destination" | "callerNumber" | "supplier" | "billedSides"
>;

/** The run `*default`: what it was priced at (null: it asks for no price) and its sell side. */
export interface MainRun {
  answer: Answer | null;
  side: Side;
}

/** The members that CGRateS versions answer besides the sides; what has no value is left out. */
function cgratesMembers(answer: Answer): CgratesAnswer {
  if ("error" in answer) return { error: answer.error, detail: answer.detail };
  const { cost, eventCost, ratedUsageSeconds, connectFee, matchedPrefix, ratingPlan } = answer;
  return {
    cost,
    eventCost,
    ratedUsageSeconds,
    ...(connectFee === null ? {} : { connectFee }),
    ...(matchedPrefix === null ? {} : { matchedPrefix }),
    ...(ratingPlan === null ? {} : { ratingPlan }),
    warnings: answer.warnings,
  };
}

/** Everything of a price but the other runs and the basis. */
export function pricedSides(
  call: SidedCall,
  main: MainRun,
  snapshot: CgratesSnapshot,
): Omit<Priced, "basis"> {
  const sell = call.billedSides === "buy" ? null : main.side;
  const buy = buySide(call, snapshot);
  return {
    ...outcomeOf(call, sell, buy),
    assignment: null,
    normalized: normalizedOf(call),
    sell,
    buy,
    margin: marginOf(sell, buy),
    ...(main.answer === null ? {} : { cgrates: cgratesMembers(main.answer) }),
  };
}

/** The sell side of an answer; voice is billed in seconds, all else in units. */
export function sideOf(answer: Answer, tor: string, { currency }: CgratesSnapshot): Side {
  if ("error" in answer) return { ...emptySide(currency), reason: REASON_OF[answer.error] };
  return {
    amount: answer.cost,
    currency,
    plan: answer.ratingPlan,
    prefix: answer.matchedPrefix === "*any" ? "*" : answer.matchedPrefix,
    destination: answer.destinationTag,
    billedSeconds: tor === "*voice" ? answer.ratedUsageSeconds : answer.ratedUsageNs,
  };
}

function emptySide(currency: string): Side {
  return { amount: null, currency, plan: null, prefix: null, destination: null, billedSeconds: 0 };
}

export function notRequested({ currency }: CgratesSnapshot): Side {
  return { ...emptySide(currency), reason: "not-requested" };
}

/** Route answers are not built yet, so only a call without usage has a buy amount. */
function buySide(call: SidedCall, { currency }: CgratesSnapshot): Side | null {
  if (call.billedSides === "sell") return null;
  if (call.usage === 0) return { ...emptySide(currency), amount: "0", ...carrierOf(call) };
  if (call.supplier === undefined || call.supplier === "") return null;
  return { ...emptySide(currency), ...carrierOf(call), reason: "routes-not-available" };
}

function carrierOf({ supplier }: SidedCall): Pick<Side, "carrier" | "basis"> {
  return supplier === undefined || supplier === "" ? {} : { carrier: supplier, basis: "named" };
}

function outcomeOf(call: SidedCall, sell: Side | null, buy: Side | null) {
  if (call.usage === 0) return { outcome: "rated", reason: "unanswered" } as const;
  const asked = [sell, buy].filter((side) => side !== null);
  const missing = asked.find(({ amount }) => amount === null);
  const reason = asked.length === 0 ? "routes-not-available" : missing?.reason;
  const isPriced = asked.some(({ amount }) => amount !== null);
  return {
    outcome: !isPriced ? "unrated" : missing === undefined ? "rated" : "partial",
    ...(reason === undefined ? {} : { reason }),
  } as const;
}

function marginOf(sell: Side | null, buy: Side | null): Margin | null {
  if (sell === null || buy === null) return null;
  const { currency } = sell;
  if (sell.amount === null || buy.amount === null) {
    return { amount: null, currency, reason: "side-not-priced" };
  }
  // The buy side has an amount only where there was no usage.
  return { amount: sell.amount, currency };
}

/** CGRateS matches the number byte by byte, as it came. */
export function normalizedOf({
  destination,
  callerNumber,
}: Pick<Call, "destination" | "callerNumber">): Priced["normalized"] {
  return {
    destination: asItCame(destination),
    ...(callerNumber === undefined ? {} : { caller: asItCame(callerNumber) }),
  };
}

function asItCame(raw: string): NormalizedNumber {
  return { raw, normalized: raw, e164: null, kind: "digits", country: null };
}
