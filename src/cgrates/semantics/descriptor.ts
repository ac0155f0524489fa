// A call descriptor, the input of CGRateS's rating, and what pricing answers to one.
import type { Edition } from "../../cdr/edition.ts";
import type { RateSlot } from "../plan.ts";
import type { CgratesSnapshot, RateInterval } from "../snapshot.ts";

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
  /** The rules of pricing; today's when not said. */
  edition?: Edition;
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
  /** It begins the call, where the fee is due, if there is one. */
  hasFee: boolean;
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
  /** Of what would price it, also where the call has no length; absent: nothing was found. */
  matchedDestination?: string;
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
  edition: Edition;
}
