// What of a call is billed, to tell a repeat from another statement about the same call.
import type { PrimaryFields } from "./cdr.ts";

const TEXTS = ["account", "callerNumber", "destination", "disconnectCause", "supplier"] as const;
const TIMES = ["setupTime", "answerTime", "endTime"] as const;

/** Whether two records of one id say the same of all that is billed, as far as both say it. */
export function hasSameBilledFacts(one: PrimaryFields, other: PrimaryFields): boolean {
  const isEqual = <T>(left: T | undefined, right: T | undefined) =>
    left === undefined || right === undefined || left === right;
  return (
    one.usage === other.usage &&
    TEXTS.every((field) => isEqual(one[field], other[field])) &&
    TIMES.every((field) => isEqual(one[field]?.atMs, other[field]?.atMs))
  );
}
