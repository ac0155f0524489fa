// Filter, sort and page: the one query type that every store understands.
// All members are ANDed, lists are ORed, ranges are half-open [from, to).
import type { CallDirection, CdrWarning } from "../cdr/cdr.ts";
import type { Json } from "../cdr/json.ts";
import type { Outcome } from "../cdr/rating.ts";
import type { AttemptSums, AttemptTerms } from "./attempts.ts";
import type { ExtraKey, GroupKey, GroupValue } from "./group-keys.ts";

export interface TimeRange {
  fromMs?: number;
  toMs?: number;
}

/** Decimal texts for money, numbers for usage. */
export interface Range<T> {
  min?: T;
  max?: T;
}

/** An account is one of its tenant: two tenants may have accounts of one name. */
export interface AccountName {
  readonly tenant: string;
  readonly account: string;
}

export interface CdrConditions {
  ids?: string[];
  tenants?: string[];
  accounts?: string[];
  subjects?: string[];
  categories?: string[];
  /** As dialled, or normalised digits: either matches. */
  destinations?: string[];
  /** Normalised digits without +. */
  destinationPrefixes?: string[];
  /** Carrier of the buy side, compared without case. */
  carriers?: string[];
  countries?: string[];
  outcomes?: Outcome[];
  reasons?: string[];
  sources?: string[];
  batchIds?: string[];
  disconnectCauses?: string[];
  /** Of `callDirection`. */
  directions?: CallDirection[];
  /** As sent. */
  callerNumbers?: string[];
  /** The calling number holds one of these, letter by letter. */
  callerNumberParts?: string[];
  /** The calling number, as sent, begins or ends with one of these. */
  callerNumberPrefixes?: string[];
  callerNumberEndings?: string[];
  /** The called number, as dialled or normalised, holds one of these. */
  destinationParts?: string[];
  /** The called number, as dialled or normalised, ends with one of these. */
  destinationEndings?: string[];
  /** The account's name holds, begins or ends with one of these. */
  accountParts?: string[];
  accountPrefixes?: string[];
  accountEndings?: string[];
  queues?: string[];
  agents?: string[];
  trunks?: string[];
  /** What dates, versions and `sort` go by; calls that nobody answered have one too. */
  callTime?: TimeRange;
  /** A CDR without an answer time is in no range. */
  answerTime?: TimeRange;
  setupTime?: TimeRange;
  receivedAt?: TimeRange;
  /** When the current revision was made. */
  ratedAt?: TimeRange;
  /** Seconds for `*voice`, units for every other type of record. */
  usage?: Range<number>;
  /** Seconds with the ringing; a CDR without a duration is in no range. */
  duration?: Range<number>;
  sell?: Range<string>;
  buy?: Range<string>;
  margin?: Range<string>;
  tariffVersions?: string[];
  /** What was doubtful about the record: any of these. */
  warnings?: CdrWarning[];
  /** Extra field name to a value or any of several; compared as the same JSON type and value. */
  extra?: Record<string, Json | Json[]>;
}

/** Voided CDRs are left out unless `outcomes` names them. A CDR that lacks a member that a
 * condition of `not` tests is not excluded by it. */
export interface CdrFilter extends CdrConditions {
  /** None of these members holds (each is negated by itself). */
  not?: CdrConditions;
  /** Of these accounts alone; beside `tenants` and `accounts`, which allow every pair of theirs. */
  owners?: readonly AccountName[];
  /** Any of these numbers matches. */
  anyNumber?: NumberMatch;
  /** Outcomes and reasons are those of the sell side, for who sees no other: see sell/judgement.ts. */
  side?: "sell";
}

/** What a text is to do in a number: stand anywhere in it, at its beginning, or at its end. */
export const NUMBER_MATCHES = ["contains", "begins", "ends"] as const;
/** The calling number as sent; the called one as dialled or normalised; the account. */
export const SEARCHED_NUMBERS = ["caller", "destination", "account"] as const;
export type SearchedNumber = (typeof SEARCHED_NUMBERS)[number];

export interface NumberMatch {
  how: (typeof NUMBER_MATCHES)[number];
  /** Any of them, letter by letter. */
  texts: readonly string[];
  of: readonly SearchedNumber[];
}

/**
 * `callTime`: answer, else setup, else end − usage, else end, else receipt · `setupTime`: setup, else
 * call time · `duration`: with the ringing; leaves out CDRs without one. Equal keys are in the order
 * of their ids.
 */
export const SORT_KEYS = ["callTime", "setupTime", "receivedAt", "usage", "duration"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface CdrSort {
  by: SortKey;
  descending: boolean;
}

export interface CdrPageQuery {
  filter: CdrFilter;
  sort: CdrSort;
  /** 1 to 1000. */
  limit: number;
  /** Opaque, from the page before; a keyset, so it stays right while CDRs arrive. */
  cursor?: string;
}

export interface SummaryQuery {
  filter: CdrFilter;
  groupBy: GroupKey[];
  /** IANA zone that days and hours are counted in. */
  timeZone: string;
  /** Which time makes the day: the call time (answer, else setup …), setup or receipt. */
  time: "answer" | "setup" | "received";
  /**
   * The sums of CDRs that have no buy side, whether these have one or not: the sell currency alone
   * makes rows, keys are those of the sell side, and what tells of the buy side is null or 0.
   */
  side?: "sell";
  /** Attempts and calls are counted too. */
  attempts?: AttemptTerms;
}

/**
 * Sums of one group and one currency; money exact decimal text without trailing zeros, null when no
 * CDR had an amount. Rows are in the order of their keys, null first.
 */
export interface SummaryRow {
  keys: Partial<Record<Exclude<GroupKey, ExtraKey>, string | null> & Record<ExtraKey, GroupValue>>;
  /** Sell currency, or the buy currency where there is no sell side; null for neither. */
  currency: string | null;
  buyCurrency: string | null;
  calls: number;
  answered: number;
  /** Those of `*voice` among them: what ASR and ACD are shares and means of. */
  voiceCalls: number;
  voiceAnswered: number;
  /** Sum of the usage of `*voice` records, in integer milliseconds. */
  usageMs: number;
  /** Sum of the usage of every other type of record. */
  units: number;
  /** Post-dial delay: its sum in integer milliseconds, over the calls that have one. */
  pddMs: number;
  pddCalls: number;
  /** Milliseconds that the sides of `*voice` records were billed for. */
  billedMs: number;
  buyBilledMs: number;
  sell: string | null;
  buy: string | null;
  margin: string | null;
  /** Calls with a margin; calls whose sell (buy) amount stands alone and is in no margin. */
  marginCalls: number;
  sellOnly: number;
  buyOnly: number;
  /** Where the query asks for them. */
  attempts?: AttemptSums;
}
