// What a call record is: primary fields (the fixed list of primary-fields.ts) and extra fields (all else).
import type { JsonObject } from "./json.ts";
import type { Moment } from "./moment.ts";
import type { BilledSides, Rating } from "./rating.ts";

/** Absent times and texts are absent members, never empty ones. */
export interface PrimaryFields {
  originId: string;
  /** Empty when the sender named none; never the peer's address. */
  originHost: string;
  /** What the sender called itself (`cdrsource`); empty when not said. */
  source: string;
  requestType: string;
  direction: string;
  tenant: string;
  category: string;
  /** Type of record: `*voice`, `*data`, `*sms`, `*mms`, `*generic`. */
  tor: string;
  account: string;
  subject: string;
  /** As dialled; the normalised number belongs to the rating. */
  destination: string;
  setupTime?: Moment;
  answerTime?: Moment;
  endTime?: Moment;
  /** Integer milliseconds for `*voice`, integer units for every other type of record. */
  usage: number;
  /** Post-dial delay in integer milliseconds. */
  pddMs?: number;
  /** The carrier that took the call, if the switch named one. */
  supplier?: string;
  disconnectCause?: string;
  callerNumber?: string;
  /** Which way the call went, seen from the switch; `direction` is CGRateS's and decides on rating. */
  callDirection?: CallDirection;
  callerName?: string;
  queue?: string;
  agent?: string;
  trunk?: string;
  /** The whole call with its ringing, in integer milliseconds; `usage` is what is billed. */
  durationMs?: number;
  /** What its sender says that it costs, where a record has a place for that; it prices nothing. */
  sentCost?: number;
  /** The usage in nanoseconds as it was sent, where milliseconds do not hold it: `usage` is the next one. */
  sentUsageNs?: number;
}

/** `external`: from one trunk to another. */
export const CALL_DIRECTIONS = ["inbound", "outbound", "internal", "external"] as const;
export type CallDirection = (typeof CALL_DIRECTIONS)[number];

export type Leg = "a" | "b";

/**
 * `ambiguous-local-time`: a local time has several readings that fit, and one was chosen.
 * `billed-without-answer`: the switch counted billed seconds of a call that it does not call answered.
 * `record-cut`: the record ended in the middle of its last field, which counts for nothing.
 */
export const CDR_WARNINGS = [
  "ambiguous-local-time",
  "billed-without-answer",
  "record-cut",
] as const;
export type CdrWarning = (typeof CDR_WARNINGS)[number];

/** The facts of one content revision: what the sender said, before any rating. */
export interface CdrContent {
  primary: PrimaryFields;
  extra: JsonObject;
  /**
   * sha256 hex of the canonical primary and extra fields, before normalisation; of facts that a
   * correction made, that of the facts.
   */
  contentHash: string;
  /** What was doubtful about the record and how it was taken; absent: nothing. */
  warnings?: CdrWarning[];
}

/** Where facts came from, and what the settings of their source say of them. */
export interface CdrOrigin {
  /** Name of the configured source that sent it; `default` when none matched. */
  source: string;
  leg?: Leg;
  /** Joins the legs of one call, when the switch says so. */
  callId?: string;
  batchId?: string;
  batchLine?: number;
  /** Set when the leg policy of the source leaves a side of this leg unbilled (default: both). */
  billedSides?: BilledSides;
  /** Name of the number rule set that the source asks for, if any. */
  ruleSet?: string;
}

export interface Cdr extends CdrContent, CdrOrigin {
  /** sha1 hex of originId + originHost (CGRateS's CGRID). */
  id: string;
  tenant: string;
  receivedAtMs: number;
  /** Its numbers were masked then: their digits behind the matched prefix are stars. */
  maskedAtMs?: number;
}

/** An older state of a CDR: its rating and, where they changed too, the older facts or origin. */
export interface HistoryEntry {
  rating: Rating;
  replacedAtMs: number;
  content?: CdrContent;
  origin?: CdrOrigin;
}

export interface StoredCdr extends Cdr {
  rating: Rating;
  /** Oldest first. */
  history: HistoryEntry[];
}
