// Prices calls described by parameters, by a folder or by the store: `cdrate price`.
import type { JsonObject } from "../../cdr/json.ts";
import type { Call } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import { parseTime } from "../../mediation/time-text.ts";
import type { Compat, Snapshot } from "../ports.ts";
import { requireUsable } from "../tariffs/faults.ts";
import { checkFolder, compileFolder } from "../tariffs/work.ts";
import { priceAnswer } from "./answer.ts";
import { type CallParameters, callOf } from "./call-parameters.ts";
import { type DescriptorParameters, priceDescribed } from "./descriptor-parameters.ts";
import { priceWith } from "./price-by-snapshot.ts";
import { semanticsOf } from "./rate-batch.ts";

export type PriceParameters = DescriptorParameters;

/**
 * Checks and compiles a folder once; the function that it answers prices one call.
 * @throws `tariff-faults`, `semantics-not-available`; the function: `invalid-params`
 */
export function priceByFolder(
  files: Record<string, string>,
  compat: Compat | undefined,
  nowMs: number,
): (parameters: PriceParameters) => JsonObject {
  const snapshot = snapshotOfFolder(files, compat);
  return (parameters) => {
    if (snapshot.kind === "cgrates") return priceDescribed(parameters, snapshot, nowMs);
    const call = callToPrice(parameters, nowMs);
    const trace = parameters.trace ?? false;
    const priced = priceWith(call, snapshot, { trace, basis: trace });
    const of = { tariffVersion: snapshot.version, semantics: semanticsOf(snapshot) };
    return priceAnswer(priced, of) as unknown as JsonObject;
  };
}

const CGRATES_ONLY = ["loopIndex", "ratingPlan", "roundingDecimals", "fallbackDepth"] as const;

/** The call that native parameters describe. @throws `invalid-params` */
export function callToPrice(parameters: PriceParameters, nowMs: number): Call {
  return callOf(nativeParameters(parameters), nowMs);
}

/**
 * The same with a usage: in place of an end time the seconds up to it. Where both are there the
 * usage is held against the end.
 * @throws EngineError `invalid-params` where there is neither
 */
export function withUsage<P extends PriceParameters>(
  parameters: P,
): Omit<P, "endTime" | "usage"> & { usage: number | string; endTime?: string | undefined } {
  const { endTime, usage, ...same } = parameters;
  if (usage === undefined) return { ...same, usage: usageUntil(endTime, parameters.answerTime) };
  return endTime === undefined ? { ...same, usage } : { ...same, usage, endTime };
}

/** Native pricing refuses what it has no use for, instead of ignoring it. */
function nativeParameters(parameters: PriceParameters): CallParameters {
  const foreign = CGRATES_ONLY.find((name) => parameters[name] !== undefined);
  if (foreign !== undefined) {
    throw engineError("invalid-params", `${foreign} is for CGRateS folders only.`, {
      path: foreign,
    });
  }
  const { trace: _trace, ...call } = withUsage(parameters);
  return call;
}

/** Seconds from the answer to the end. */
function usageUntil(endTime: string | undefined, answerTime: string | undefined): number {
  if (endTime === undefined || answerTime === undefined) {
    throw engineError("invalid-params", "usage: give it, or answerTime and endTime.", {
      path: "usage",
    });
  }
  const lengthMs = momentMs(endTime, "endTime") - momentMs(answerTime, "answerTime");
  if (lengthMs >= 0) return lengthMs / 1000;
  throw engineError("invalid-params", "endTime: it is before answerTime.", { path: "endTime" });
}

function momentMs(text: string, path: string): number {
  const read = parseTime(text, "UTC");
  if (read.kind === "moment") return read.moment.atMs;
  throw engineError("invalid-params", `${path}: "${text}" is no time.`, { path });
}

function snapshotOfFolder(files: Record<string, string>, compat: Compat | undefined): Snapshot {
  const { facts } = requireUsable(checkFolder(files, compat));
  const version = { ...facts, name: "folder", loadedAtMs: 0, warnings: [] };
  return compileFolder(version, files).snapshot;
}
