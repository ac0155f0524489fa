// Prices a call record with a CGRateS tariff: the same function type as native pricing.
import { type Edition, TODAYS_EDITION } from "../cdr/edition.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { Call, Priced } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import { refusalOf } from "../cdr/refusal.ts";
import { basisOf } from "./basis.ts";
import { chargerRuns, DEFAULT_RUN } from "./charger-runs.ts";
import { type MainRun, normalizedOf, notRequested, pricedSides, sideOf } from "./priced-sides.ts";
import { compareSemantics, type DifferenceRule } from "./semantics/compare.ts";
import type {
  CallDescriptor,
  DescriptorFailure,
  DescriptorOptions,
  DescriptorPrice,
} from "./semantics/descriptor.ts";
import { lengthNs, priceDescriptor } from "./semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "./snapshot.ts";

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
  options: { trace?: boolean; basis?: boolean; edition?: Edition } = {},
): PricedCgratesCall {
  const { trace = false, basis = true, edition = TODAYS_EDITION } = options;
  const refusal = refusalOf(call);
  if (refusal !== null) return { ...unrated(call, refusal), basis: {} };
  if (call.callTime === null && call.usage !== 0) {
    return { ...unrated(call, "no-call-time"), basis: {} };
  }
  // What is implausible CGRateS says by limits of its own; a contradiction is none of its words.
  if (call.usageFault === "usage-exceeds-times" && call.usage !== 0) {
    return { ...unrated(call, call.usageFault), basis: {} };
  }
  const runs = priceRuns(call, snapshot, edition);
  const main = runs.get(DEFAULT_RUN) ?? { answer: null, side: notRequested(snapshot) };
  const others = [...runs].filter(([id]) => id !== DEFAULT_RUN);
  const priced: PricedCgratesCall = {
    ...pricedSides(call, main, snapshot),
    ...(others.length === 0
      ? {}
      : { runs: Object.fromEntries(others.map(([id, { side }]) => [id, side])) }),
    basis:
      main.answer === null || !(basis || trace) ? {} : basisOf(main.answer, snapshot.semantics),
  };
  if (trace) priced.trace = traceOf(main.answer, priced.basis);
  return priced;
}

export interface DescriptorAnswerOptions {
  supplier?: string;
  callerNumber?: string;
  trace?: boolean;
  basis?: boolean;
}

/**
 * Prices a call descriptor as CGRateS's GetCost does, and answers it as a call record would be:
 * no chargers are asked, and no usage is over a limit.
 */
export function priceCgratesDescriptor(
  descriptor: CallDescriptor,
  snapshot: CgratesSnapshot,
  options: DescriptorOptions & DescriptorAnswerOptions = {},
): PricedCgratesCall {
  const { supplier, callerNumber, trace = false, basis = false, ...rounding } = options;
  const { tor = "*voice", destination } = descriptor;
  const answer = priceDescriptor(descriptor, snapshot, rounding);
  const sided = {
    tor,
    destination,
    usage: lengthNs(descriptor) ?? Number.POSITIVE_INFINITY,
    billedSides: "both" as const,
    ...(supplier === undefined ? {} : { supplier }),
    ...(callerNumber === undefined ? {} : { callerNumber }),
  };
  const main = { answer, side: sideOf(answer, tor, snapshot) };
  const priced: PricedCgratesCall = {
    ...pricedSides(sided, main, snapshot),
    basis: trace || basis ? basisOf(answer, snapshot.semantics) : {},
  };
  if (trace) priced.trace = traceOf(answer, priced.basis);
  return priced;
}

function priceRuns(call: Call, snapshot: CgratesSnapshot, edition: Edition): Map<string, MainRun> {
  const prices = new Map<string, MainRun>();
  for (const [id, run] of snapshot.hasChargers
    ? chargerRuns(call, snapshot)
    : [[DEFAULT_RUN, call] as const]) {
    if (run.requestType === "*none") {
      prices.set(id, { answer: null, side: notRequested(snapshot) });
      continue;
    }
    const answer = priceRun(run, snapshot, edition);
    prices.set(id, { answer, side: sideOf(answer, run.tor, snapshot) });
  }
  return prices;
}

/** One run as it is, within the engine's limits of usage. */
export function priceRun(call: Call, snapshot: CgratesSnapshot, edition?: Edition): Answer {
  const { tor } = call;
  const { usageNs, ...descriptor } = descriptorOfRun(call);
  const limit = USAGE_MAX[tor] ?? OTHER_USAGE_MAX;
  if (snapshot.semantics === "cgrates" && usageNs > limit) {
    return { error: "MAX_USAGE_EXCEEDED", detail: `${usageNs} ns of ${tor} are over ${limit}` };
  }
  return priceDescriptor({ ...descriptor, usageNs }, snapshot, edition ? { edition } : {});
}

function descriptorOfRun(call: Call) {
  const { callTime, tor, usage } = call;
  const usageNs = tor === "*voice" ? usage * 1e6 : usage;
  return { ...call, timeStart: callTime ?? { atMs: 0, offsetMinutes: 0 }, usageNs };
}

/** Why the run `*default` of a call costs other than under `exact`; both are of one plan. */
export function differenceOfCall(
  call: Call,
  snapshots: { cgrates: CgratesSnapshot; exact: CgratesSnapshot },
): DifferenceRule | null {
  const { cgrates } = snapshots;
  const run = cgrates.hasChargers ? chargerRuns(call, cgrates).get(DEFAULT_RUN) : call;
  if (run === undefined) return null;
  const answer = priceRun(run, cgrates);
  if ("error" in answer && answer.error === "MAX_USAGE_EXCEEDED") return "usage-limit";
  return compareSemantics(descriptorOfRun(run), snapshots).rule;
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
