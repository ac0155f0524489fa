// What of a call is billed, to tell a repeat from another statement about the same call.
import type { CdrContent, PrimaryFields } from "./cdr.ts";
import { isTimed } from "./usage.ts";

const TEXTS = ["account", "callerNumber", "destination", "disconnectCause", "supplier"] as const;
const TIMES = ["setupTime", "answerTime", "endTime"] as const;

type Stated = Pick<CdrContent, "primary" | "extra">;

/**
 * Whether two records of one id say the same of all that is billed, as far as both say it: an empty
 * text says nothing, and whole seconds say nothing of the fraction that another feed counts.
 */
export function hasSameBilledFacts(one: Stated, other: Stated): boolean {
  const isEqual = <T>(left: T | undefined, right: T | undefined) =>
    left === undefined || right === undefined || left === "" || right === "" || left === right;
  return (
    isSameUsage(one, other) &&
    TEXTS.every((field) => isEqual(one.primary[field], other.primary[field])) &&
    TIMES.every((field) => isEqual(one.primary[field]?.atMs, other.primary[field]?.atMs))
  );
}

const SECOND_MS = 1000;

function isSameUsage(one: Stated, other: Stated): boolean {
  const [left, right] = [one.primary, other.primary];
  if (left.usage === right.usage) return true;
  if (!isTimed(left.tor) || left.tor !== right.tor) return false;
  const isWhole = ({ usage }: PrimaryFields) => usage % SECOND_MS === 0;
  if (!isWhole(left) && !isWhole(right)) return false;
  if (Math.abs(left.usage - right.usage) < SECOND_MS) return true;
  // 1.9996 s is 2 s to the millisecond, and 1 s to a feed that cuts.
  return secondsCut(one) === right.usage || secondsCut(other) === left.usage;
}

/** Milliseconds of the switch's own `billsec`, where it is kept beside a more exact usage. */
function secondsCut({ extra }: Stated): number | null {
  const { billsec } = extra;
  return typeof billsec === "string" && /^\d+(?:\.\d+)?$/.test(billsec)
    ? Math.floor(Number(billsec)) * SECOND_MS
    : null;
}
