// Prices a call descriptor against a snapshot of either semantics.

import { TODAYS_EDITION } from "../../cdr/edition.ts";
import type { CgratesSnapshot } from "../snapshot.ts";
import { priceLikeCgrates } from "./cgrates.ts";
import type {
  CallDescriptor,
  DescriptorFailure,
  DescriptorOptions,
  DescriptorPrice,
  PreparedCall,
} from "./descriptor.ts";
import { priceExactly } from "./exact.ts";

/**
 * Prices one call. Costs are decimal text; in `cgrates` semantics the shortest text of the double
 * that CGRateS answers. Lengths that a double cannot hold exactly are refused.
 */
export function priceDescriptor(
  descriptor: CallDescriptor,
  snapshot: CgratesSnapshot,
  options: DescriptorOptions = {},
): DescriptorPrice | DescriptorFailure {
  const usageNs = lengthNs(descriptor);
  if (usageNs === null) {
    return { error: "MAX_USAGE_EXCEEDED", detail: "the usage is beyond what is counted exactly" };
  }
  const call: PreparedCall = {
    snapshot,
    descriptor,
    subject: descriptor.subject === "" ? (descriptor.account ?? "") : descriptor.subject,
    isVoice: descriptor.tor === undefined || descriptor.tor === "" || descriptor.tor === "*voice",
    usageNs,
    loopIndex: descriptor.loopIndex ?? 0,
    durationIndexNs: descriptor.durationIndexNs ?? 0,
    roundingDecimals: options.roundingDecimals ?? 5,
    fallbackDepth: options.fallbackDepth ?? 3,
    maxIncrements: options.maxIncrements ?? 1_000_000,
    edition: options.edition ?? TODAYS_EDITION,
  };
  return snapshot.semantics === "exact" ? priceExactly(call) : priceLikeCgrates(call);
}

/** Nanoseconds from start to end, or the usage; null: beyond what is counted exactly. */
export function lengthNs({ timeStart, timeEnd, usageNs }: CallDescriptor): number | null {
  if (typeof usageNs === "bigint") return exactNumber(usageNs);
  if (usageNs !== undefined) return Number.isSafeInteger(usageNs) ? usageNs : null;
  if (timeEnd === undefined) return 0;
  const wholeMs = timeEnd.atMs - timeStart.atMs;
  const restNs = (timeEnd.ns ?? 0) - (timeStart.ns ?? 0);
  return exactNumber(BigInt(wholeMs) * 1_000_000n + BigInt(restNs));
}

/** Up to 2^53 − 1 ns (104 days) every length is exact. */
function exactNumber(value: bigint): number | null {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : null;
}
