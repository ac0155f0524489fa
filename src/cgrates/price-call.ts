// Prices a call record with a CGRateS tariff: the same function type as native pricing.
import type { JsonObject } from "../cdr/json.ts";
import type { Call, Margin, NormalizedNumber, Priced, Side } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import { basisOf } from "./basis.ts";
import { chargerRuns, DEFAULT_RUN } from "./charger-runs.ts";
import {
  type DescriptorError,
  type DescriptorFailure,
  type DescriptorPrice,
  priceDescriptor,
} from "./price-descriptor.ts";
import type { CgratesSnapshot } from "./snapshot.ts";

const REASON_OF: Record<DescriptorError, Reason> = {
  RATING_PLAN_NOT_FOUND: "rating-plan-not-found",
  UNAUTHORIZED_DESTINATION: "unauthorized-destination",
  GAP_IN_TIMINGS: "gap-in-timings",
  MAX_USAGE_EXCEEDED: "max-usage-exceeded",
};

/** CGRateS's `max_computed_usage`: nanoseconds of voice and of what has no limit of its own. */
const USAGE_MAX: Record<string, number> = {
  "*voice": 72 * 3600 * 1e9,
  "*data": 107_374_182_400,
  "*sms": 10_000,
  "*mms": 10_000,
};
const OTHER_USAGE_MAX = 189 * 3600 * 1e9;

type Answer = DescriptorPrice | DescriptorFailure;

export type PricedCgratesCall = Priced & { trace?: JsonObject };

/**
 * Prices a call: sell is the run `*default`, other charger runs stand in `runs`. The usage counts
 * in milliseconds for `*voice` and in units, which CGRateS takes for nanoseconds, for all else.
 */
export function priceCgratesCall(
  call: Call,
  snapshot: CgratesSnapshot,
  options: { trace?: boolean } = {},
): PricedCgratesCall {
  const refusal = refusalOf(call);
  if (refusal !== null) return { ...unrated(call, refusal), basis: {} };
  if (call.callTime === null && call.usage !== 0) {
    return { ...unrated(call, "no-call-time"), basis: {} };
  }
  const runs = priceRuns(call, snapshot);
  const main = runs.get(DEFAULT_RUN);
  const sell = call.billedSides === "buy" ? null : (main?.side ?? notRequested(snapshot));
  const buy = buySide(call, snapshot);
  const answer = main?.answer ?? null;
  const others = [...runs].filter(([id]) => id !== DEFAULT_RUN);
  const priced: PricedCgratesCall = {
    ...outcomeOf(call, sell, buy),
    assignment: null,
    normalized: normalizedOf(call),
    sell,
    buy,
    margin: marginOf(sell, buy),
    ...(others.length === 0
      ? {}
      : { runs: Object.fromEntries(others.map(([id, { side }]) => [id, side])) }),
    basis: answer === null ? {} : basisOf(answer, snapshot.semantics),
    ...(answer === null ? {} : { cgrates: cgratesMembers(answer) }),
  };
  if (options.trace) priced.trace = traceOf(answer, priced.basis);
  return priced;
}

/** The members that CGRateS versions answer besides the sides. */
function cgratesMembers(answer: DescriptorPrice | DescriptorFailure): JsonObject {
  if ("error" in answer) return { error: answer.error };
  const { cost, eventCost, ratedUsageSeconds, connectFee, matchedPrefix, ratingPlan } = answer;
  return {
    cost,
    eventCost,
    ratedUsageSeconds,
    ...(connectFee === null ? {} : { connectFee }),
    ...(matchedPrefix === null ? {} : { matchedPrefix }),
    ...(ratingPlan === null ? {} : { ratingPlan }),
  };
}

function refusalOf(call: Call): Reason | null {
  if (call.billedSides === "none") return "leg-not-billed";
  if (call.direction === "*in") return "direction-not-rated";
  if (call.requestType === "*none") return "not-requested";
  return null;
}

interface RunPrice {
  answer: Answer | null;
  side: Side;
}

function priceRuns(call: Call, snapshot: CgratesSnapshot): Map<string, RunPrice> {
  const prices = new Map<string, RunPrice>();
  for (const [id, run] of snapshot.hasChargers
    ? chargerRuns(call, snapshot)
    : [[DEFAULT_RUN, call] as const]) {
    if (run.requestType === "*none") {
      prices.set(id, { answer: null, side: notRequested(snapshot) });
      continue;
    }
    const answer = priceRun(run, snapshot);
    prices.set(id, { answer, side: sideOf(answer, run, snapshot) });
  }
  return prices;
}

function priceRun(call: Call, snapshot: CgratesSnapshot): Answer {
  const { callTime, tor, usage } = call;
  const usageNs = tor === "*voice" ? usage * 1e6 : usage;
  const limit = USAGE_MAX[tor] ?? OTHER_USAGE_MAX;
  if (snapshot.semantics === "cgrates" && usageNs > limit) {
    return { error: "MAX_USAGE_EXCEEDED", detail: `${usageNs} ns of ${tor} are over ${limit}` };
  }
  return priceDescriptor(
    { ...call, timeStart: callTime ?? { atMs: 0, offsetMinutes: 0 }, usageNs },
    snapshot,
  );
}

function sideOf(answer: Answer, call: Call, snapshot: CgratesSnapshot): Side {
  const { currency } = snapshot;
  if ("error" in answer) return { ...emptySide(currency), reason: REASON_OF[answer.error] };
  const span = answer.timespans()[0];
  return {
    amount: answer.cost,
    currency,
    plan: answer.ratingPlan,
    prefix: answer.matchedPrefix === "*any" ? "*" : answer.matchedPrefix,
    destination: span?.destinationTag ?? null,
    billedSeconds: call.tor === "*voice" ? answer.ratedUsageSeconds : answer.ratedUsageNs,
  };
}

function emptySide(currency: string): Side {
  return { amount: null, currency, plan: null, prefix: null, destination: null, billedSeconds: 0 };
}

function notRequested(snapshot: CgratesSnapshot): Side {
  return { ...emptySide(snapshot.currency), reason: "not-requested" };
}

/** Route answers are not built yet, so only a call without usage has a buy amount. */
function buySide(call: Call, { currency }: CgratesSnapshot): Side | null {
  if (call.billedSides === "sell") return null;
  if (call.usage === 0) return { ...emptySide(currency), amount: "0", ...carrierOf(call) };
  if (call.supplier === undefined || call.supplier === "") return null;
  return { ...emptySide(currency), ...carrierOf(call), reason: "routes-not-available" };
}

function carrierOf({ supplier }: Call): Pick<Side, "carrier" | "basis"> {
  return supplier === undefined || supplier === "" ? {} : { carrier: supplier, basis: "named" };
}

function outcomeOf(call: Call, sell: Side | null, buy: Side | null) {
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
function normalizedOf(call: Call): Priced["normalized"] {
  const number = (raw: string): NormalizedNumber => ({
    raw,
    normalized: raw,
    e164: null,
    kind: "digits",
    country: null,
  });
  const { callerNumber } = call;
  return {
    destination: number(call.destination),
    ...(callerNumber === undefined ? {} : { caller: number(callerNumber) }),
  };
}

function unrated(call: Call, reason: Reason): Omit<Priced, "basis"> {
  return {
    outcome: "unrated",
    reason,
    assignment: null,
    normalized: normalizedOf(call),
    sell: null,
    buy: null,
    margin: null,
  };
}

function traceOf(answer: Answer | null, basis: JsonObject): JsonObject {
  if (answer === null) return { steps: ["No run is to be priced."] };
  if ("error" in answer) return { steps: [`${answer.error}: ${answer.detail}.`], ...basis };
  const { matchedSubject, matchedPrefix, ratingPlan } = answer;
  const chosen = `Profile ${matchedSubject}, plan ${ratingPlan}, prefix ${matchedPrefix}.`;
  return { steps: ratingPlan === null ? ["No usage, so no price."] : [chosen], ...basis };
}
