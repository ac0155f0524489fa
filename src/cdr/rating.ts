// The result of rating one call, and the one function type that native pricing and CGRateS's
// semantics both fulfil. Money is decimal text from end to end.
import type { JsonObject } from "./json.ts";
import type { Moment } from "./moment.ts";
import type { Reason } from "./reasons.ts";

export const OUTCOMES = ["rated", "partial", "unrated", "voided"] as const;
export type Outcome = (typeof OUTCOMES)[number];
/** Sides of a leg that are billed. */
export type BilledSides = "both" | "sell" | "buy" | "none";
export type Semantics = "native" | "cgrates" | "exact";

/** Costs are decimal text; what has no value is absent. */
export interface CgratesAnswer {
  cost?: string;
  eventCost?: string;
  ratedUsageSeconds?: number;
  connectFee?: string;
  matchedPrefix?: string;
  ratingPlan?: string;
  /** Codes of what makes the price doubtful. */
  warnings?: string[];
  /** CGRateS's word, with what it means here. */
  error?: string;
  detail?: string;
}

/** One side of a rated call. No price: `amount` null and `reason` a code. */
export interface Side {
  amount: string | null;
  currency: string;
  plan: string | null;
  carrier?: string;
  gateway?: string;
  /** The matched prefix; `*` for a default row; null when nothing matched. */
  prefix: string | null;
  /** Destination name of the matched row. */
  destination: string | null;
  /** Seconds for voice, units for every other type of record. */
  billedSeconds: number;
  /** Buy side only: the CDR named its carrier, or the routing strategy chose it. */
  basis?: "named" | "routed";
  reason?: Reason;
}

export interface Margin {
  amount: string | null;
  currency: string;
  reason?: Reason;
}

/** A number as the rule set in force read it. */
export interface NormalizedNumber {
  /** The text as it came. */
  raw: string;
  /** Digits without + that decks are matched on; empty when nothing can be matched. */
  normalized: string;
  /** With +, or null when the number is not known to be E.164. */
  e164: string | null;
  kind: NumberKind;
  /** ISO 3166 alpha-2, `001` for world numbers, null when unknown. */
  country: string | null;
  reason?: string;
}

export type NumberKind =
  | "international"
  | "national"
  | "short"
  | "emergency"
  | "extension"
  | "anonymous"
  | "invalid"
  | "digits"
  // Kinds of `preset: cdr-stats` only.
  | "local"
  | "internal";

export interface AssignmentUsed {
  account: string;
  voipPlan: string;
  /** `account.set`, the account's own row of accounts.csv, or its `*any` row. */
  origin: "account.set" | "accounts.csv" | "accounts.csv:*any";
  numbering?: string;
  fromMs?: number;
}

/** What one rating of a call found; a revision of it is stored with the CDR. */
export interface Priced {
  outcome: Exclude<Outcome, "voided">;
  reason?: Reason;
  assignment: AssignmentUsed | null;
  normalized: { destination: NormalizedNumber; caller?: NormalizedNumber };
  sell: Side | null;
  buy: Side | null;
  margin: Margin | null;
  /** Beside a dearer named carrier: the cheapest rival, unrounded rule applied, amount rounded. */
  cheapest?: { carrier: string; amount: string; currency: string };
  /** Other charger runs of a CGRateS tariff, by run id. */
  runs?: Record<string, Side>;
  /** Rows used, billed spans, exact amounts before rounding, losing candidates (at most 50). */
  basis: JsonObject;
  /** Members that only CGRateS versions answer, for rating.price. */
  cgrates?: CgratesAnswer;
}

/** A stored rating: immutable once written. */
export interface Rating extends Omit<Priced, "outcome" | "cgrates"> {
  /** 1 for the first; each rerate, correction or void adds one. */
  revision: number;
  ratedAtMs: number;
  outcome: Outcome;
  job?: string;
  /** Why a person made this revision: the reason given with a correction or a void. */
  note?: string;
  tariffVersion: string | null;
  semantics: Semantics;
  /** Edition of the rules of pricing that made it (edition.ts); absent: 0.1.0. */
  rules?: string;
}

/** A dated assignment made by `account.set`, or the end of one, made by `account.remove`. */
export interface Assignment {
  tenant: string;
  account: string;
  /** Null: from then on the account has no assignment, and the tariff's accounts file decides. */
  voipPlan: string | null;
  /** Name of a rule set of the tariff, or of a built-in preset. */
  numbering?: string;
  /** Valid for calls from this instant on. */
  fromMs: number;
}

/** An assignment that names a plan. */
export type HeldAssignment = Assignment & { voipPlan: string };

/** What pricing needs to know of a call; everything else of the CDR is of no account to it. */
export interface Call {
  /** CDR id; also decides the `weight` strategy. */
  id: string;
  tenant: string;
  category: string;
  tor: string;
  account: string;
  subject: string;
  destination: string;
  callerNumber?: string;
  requestType: string;
  direction: string;
  /** answerTime, else setupTime, else endTime − usage, else endTime; null: no time. */
  callTime: Moment | null;
  /** Integer milliseconds for `*voice`, integer units otherwise. */
  usage: number;
  supplier?: string;
  /** Why the usage cannot be true; set only for what is priced without being stored. */
  usageFault?: Reason;
  billedSides: BilledSides;
  /** The source's number rule set, by name (tariff first, then presets). */
  ruleSet?: string;
  /** The latest `account.set` with from ≤ call time, unless `account.remove` ended it before. */
  assignment?: HeldAssignment;
}
