// A CGRateS call descriptor from parameters: exact to the nanosecond, as that engine counts.
import { DEFAULT_CATEGORY, DEFAULT_TENANT, DEFAULT_TOR } from "../../cdr/defaults.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { parseDuration, parseTimestamp } from "../../cgrates/folder/field-values.ts";
import { priceCgratesDescriptor } from "../../cgrates/price-call.ts";
import type {
  CallDescriptor,
  DescriptorOptions,
  ExactMoment,
} from "../../cgrates/semantics/descriptor.ts";
import { engineError } from "../../errors.ts";
import { parseTime } from "../../mediation/time-text.ts";
import type { Snapshot } from "../ports.ts";
import { priceAnswer } from "./answer.ts";
import type { CallParameters } from "./call-parameters.ts";

const MOST_NS = Number.MAX_SAFE_INTEGER;

export interface DescriptorParameters extends Omit<CallParameters, "usage" | "endTime"> {
  /** Go duration text; a bare number is nanoseconds, or units for what is not time. */
  usage?: number | string | undefined;
  /** Instead of the usage. */
  endTime?: string | undefined;
  loopIndex?: number | undefined;
  /** Rates on the first of these plans that has a price, whatever the profiles say. */
  ratingPlan?: string | string[] | undefined;
  roundingDecimals?: number | undefined;
  fallbackDepth?: number | undefined;
  /** Say each step. */
  trace?: boolean | undefined;
}

/** @throws EngineError `invalid-params` that names the member */
export function descriptorOf(
  parameters: DescriptorParameters,
  nowMs: number,
): { descriptor: CallDescriptor; options: DescriptorOptions } {
  const { account = "", subject = account, endTime, loopIndex, ratingPlan } = parameters;
  const usageNs = usageOf(parameters);
  const plans = typeof ratingPlan === "string" ? [ratingPlan] : (ratingPlan ?? []);
  const { roundingDecimals, fallbackDepth } = parameters;
  return {
    descriptor: {
      tenant: parameters.tenant ?? DEFAULT_TENANT,
      category: parameters.category ?? DEFAULT_CATEGORY,
      subject,
      account,
      destination: parameters.destination ?? "",
      tor: parameters.tor ?? DEFAULT_TOR,
      timeStart: momentOf(parameters.answerTime, "answerTime", nowMs),
      ...(usageNs === undefined ? {} : { usageNs }),
      ...(endTime === undefined ? {} : { timeEnd: momentOf(endTime, "endTime", nowMs) }),
      ...(loopIndex === undefined ? {} : { loopIndex }),
      ...(plans.length === 0 ? {} : { ratingPlanIDs: plans }),
    },
    options: {
      ...(roundingDecimals === undefined ? {} : { roundingDecimals }),
      ...(fallbackDepth === undefined ? {} : { fallbackDepth }),
    },
  };
}

/** @throws EngineError `invalid-params`: of usage and end time one would be ignored */
function refuseBothLengths({ usage, endTime }: DescriptorParameters): void {
  if (usage === undefined || endTime === undefined) return;
  throw engineError("invalid-params", "endTime: give it or usage, not both.", { path: "endTime" });
}

function usageOf(parameters: DescriptorParameters): number | undefined {
  refuseBothLengths(parameters);
  const { usage, endTime } = parameters;
  if (usage === undefined) {
    if (endTime !== undefined) return undefined;
    throw engineError("invalid-params", "usage: give it, or endTime.", { path: "usage" });
  }
  // JavaScript writes the smallest numbers with an exponent; CGRateS cuts what is below 1.
  const isNothing = typeof usage === "number" && usage >= 0 && usage < 1;
  const ns = parseDuration(isNothing ? "0" : String(usage), 1n);
  if (ns !== null) return ns;
  const fault =
    Number(usage) > MOST_NS
      ? `over ${MOST_NS} nanoseconds or units are not counted exactly`
      : `"${usage}" is not a duration of at most ${MOST_NS} nanoseconds or units`;
  throw engineError("invalid-params", `usage: ${fault}`, { path: "usage" });
}

/** The instant to the nanosecond, with the offset of the clock that the text was written on. */
function momentOf(text: string | undefined, path: string, nowMs: number): ExactMoment {
  if (text === undefined) return { atMs: nowMs, offsetMinutes: 0 };
  const exact = parseTimestamp(text);
  const read = parseTime(text, "UTC");
  if (exact.kind === "instant" && read.kind === "moment") {
    return { atMs: exact.atMs, ns: exact.atNs, offsetMinutes: read.moment.offsetMinutes };
  }
  if (read.kind === "moment") return read.moment;
  const detail = read.kind === "invalid" ? read.detail : `"${text}" is no time`;
  throw engineError("invalid-params", `${path}: ${detail}`, { path });
}

/** Prices a described call by a compiled folder: CGRateS's figures, or its error word. */
export function priceDescribed(
  parameters: DescriptorParameters,
  snapshot: Snapshot & { kind: "cgrates" },
  nowMs: number,
): JsonObject {
  const { descriptor, options } = descriptorOf(parameters, nowMs);
  const { carrier, callerNumber, trace = false } = parameters;
  const priced = priceCgratesDescriptor(descriptor, snapshot.cgrates, {
    ...options,
    trace,
    ...(carrier === undefined ? {} : { supplier: carrier }),
    ...(callerNumber === undefined ? {} : { callerNumber }),
  });
  const { version: tariffVersion, cgrates } = snapshot;
  const of = { tariffVersion, semantics: cgrates.semantics };
  return priceAnswer(priced, of) as unknown as JsonObject;
}
