// Prices a call descriptor, the input of CGRateS's rating, against a snapshot of either semantics.
import { priceLikeCgrates } from "./cgrates-semantics.ts";
import { priceExactly } from "./exact-semantics.ts";
import type { RateSlot } from "./plan.ts";
import type { CgratesSnapshot, RateInterval } from "./snapshot.ts";

/** An instant exact to the nanosecond, and the offset of the clock it was written on. */
export interface ExactMoment {
  atMs: number;
  /** Nanoseconds within the millisecond, 0 to 999,999. */
  ns?: number;
  offsetMinutes: number;
}

export interface CallDescriptor {
  tenant: string;
  category: string;
  subject: string;
  /** Empty or absent subject: the account is the subject. */
  account?: string;
  destination: string;
  timeStart: ExactMoment;
  /** Either the end or the usage is given; the usage wins. */
  timeEnd?: ExactMoment;
  /** Nanoseconds; units for every type of record that is not time. */
  usageNs?: number | bigint;
  /** `*voice` when empty or absent. */
  tor?: string;
  /** Any but 0: a later part of a session, which pays no fee. */
  loopIndex?: number;
  /** Position in the session where the call ends, in nanoseconds; its length when smaller. */
  durationIndexNs?: number;
  /** Rates on the first of these plans that has a price, whatever the profiles say. */
  ratingPlanIDs?: string[];
}

export interface DescriptorOptions {
  /** CGRateS's `rounding_decimals`; 5 when not said. */
  roundingDecimals?: number;
  /** CGRateS's `fallback_depth`: levels of subjects, the first counted; 3 when not said. */
  fallbackDepth?: number;
  /** CGRateS's `max_increments`; 1,000,000 when not said. */
  maxIncrements?: number;
}

export type DescriptorError =
  | "UNAUTHORIZED_DESTINATION"
  | "RATING_PLAN_NOT_FOUND"
  | "GAP_IN_TIMINGS"
  | "MAX_USAGE_EXCEEDED";

/** A stretch of one price; equal neighbours that CGRateS merges are one, with their number. */
export interface PricedTimespan {
  /** Nanoseconds after the call's start. */
  fromNs: number;
  toNs: number;
  /** Position in the session, which chose the slot. */
  groupStartNs: number;
  ratingPlan: string;
  matchedPrefix: string;
  matchedSubject: string;
  destinationTag: string;
  interval: RateInterval;
  slot: RateSlot | null;
  incrementNs: number;
  /** Increments of each of the merged spans. */
  increments: number;
  /** Price of one increment: a rounded double in `cgrates`, exact text in `exact`. */
  incrementCost: string;
  factor: number;
  /** The fee that each of the merged spans carries, as text. */
  connectFee: string;
  cost: string;
}

export interface DescriptorPrice {
  /** The call cost, as decimal text. */
  cost: string;
  /** The sum of the increments, without the plan's rounding and cap, as decimal text. */
  eventCost: string;
  /** Whole increments in seconds; nanoseconds count as 1e-9. */
  ratedUsageSeconds: number;
  /** Exact nanoseconds (units). */
  ratedUsageNs: number;
  /** Fee of the first rate, as decimal text; null when the call has no length. */
  connectFee: string | null;
  matchedPrefix: string | null;
  ratingPlan: string | null;
  matchedSubject: string | null;
  /** Of the first price, by its row; null when the call has no length. */
  destinationTag: string | null;
  /** Made when asked for, since most callers want the cost alone. */
  timespans: () => PricedTimespan[];
  /** Facts that make this price doubtful, by code, such as `tied-tags`. */
  warnings: PriceWarning[];
}

export type PriceWarning =
  | "tied-tags"
  | "missing-slot"
  | "too-many-increments"
  | "fee-charged-repeatedly";

export interface DescriptorFailure {
  error: DescriptorError;
  /** What was missing, e.g. the first moment without a price. */
  detail: string;
}

/** The options with their defaults, and the times as numbers. */
export interface PreparedCall {
  snapshot: CgratesSnapshot;
  descriptor: CallDescriptor;
  subject: string;
  isVoice: boolean;
  /** Length in nanoseconds; may be negative. */
  usageNs: number;
  loopIndex: number;
  durationIndexNs: number;
  roundingDecimals: number;
  fallbackDepth: number;
  maxIncrements: number;
}

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
