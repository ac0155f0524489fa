// Attempts and calls beside the sums of records: what of it the server is asked.
import type { Document } from "mongodb";
import {
  type AttemptSums,
  type AttemptTerms,
  DESTINATION_CHANNEL,
  UNBILLED_LEG,
} from "../../../queries/attempts.ts";
import { encodeName } from "../names.ts";

const CHANNEL = `extra.${encodeName(DESTINATION_CHANNEL)}`;

const IS_VOICE: Document[] = [
  { $eq: ["$primary.tor", "*voice"] },
  { $ne: ["$rating.outcome", "voided"] },
  { $ne: ["$rating.reason", UNBILLED_LEG] },
];
/** A record without the field says nothing of channels. */
const HAS_CHANNEL: Document = { $ne: [`$${CHANNEL}`, ""] };
const IS_ATTEMPT: Document[] = [...IS_VOICE, HAS_CHANNEL];
const IS_ANSWERED: Document = { $gt: ["$primary.usage", 0] };
const IS_LONE: Document = { $eq: [{ $ifNull: ["$callId", ""] }, ""] };

function count(...conditions: Document[]): Document {
  return { $sum: { $cond: [{ $and: conditions }, 1, 0] } };
}

function usageOf(...conditions: Document[]): Document {
  return { $cond: [{ $and: conditions }, "$primary.usage", 0] };
}

/** Members of a group; calls are those of one attempt alone, without a callId. */
export function attemptMembers({ effectiveCauses, congestionCauses }: AttemptTerms): Document {
  const causeIn = (causes: readonly string[]) => ({
    $in: [{ $ifNull: ["$primary.disconnectCause", null] }, [...causes]],
  });
  return {
    attempts: count(...IS_ATTEMPT),
    attemptsAnswered: count(...IS_ATTEMPT, IS_ANSWERED),
    talkMs: { $sum: usageOf(...IS_ATTEMPT) },
    longestMs: { $max: usageOf(...IS_ATTEMPT) },
    effective: count(...IS_ATTEMPT, { $or: [IS_ANSWERED, causeIn(effectiveCauses)] }),
    bids: count(...IS_VOICE, { $or: [HAS_CHANNEL, causeIn(congestionCauses)] }),
    loneCalls: count(...IS_ATTEMPT, IS_LONE),
    loneAnswered: count(...IS_ATTEMPT, IS_LONE, IS_ANSWERED),
    loneTalkMs: { $sum: usageOf(...IS_ATTEMPT, IS_LONE) },
  };
}

export interface AttemptMembers {
  attempts: number;
  attemptsAnswered: number;
  talkMs: number;
  longestMs: number;
  effective: number;
  bids: number;
  loneCalls: number;
  loneAnswered: number;
  loneTalkMs: number;
}

export function attemptSums(group: AttemptMembers): AttemptSums {
  const { attempts, talkMs, longestMs, effective, bids } = group;
  return {
    ...{ attempts, talkMs, longestMs, effective, bids },
    answered: group.attemptsAnswered,
    calls: group.loneCalls,
    answeredCalls: group.loneAnswered,
    callTalkMs: group.loneTalkMs,
  };
}

/** The same as a query. */
export const ATTEMPT: Document = {
  "primary.tor": "*voice",
  "rating.outcome": { $ne: "voided" },
  "rating.reason": { $ne: UNBILLED_LEG },
  [CHANNEL]: { $ne: "" },
};

/** One document for each group that the first attempt of a call with a callId is in. */
export function callStages(match: Document, keys: Document): Document[] {
  return [
    { $match: { $and: [match, ATTEMPT, { callId: { $gt: "" } }] } },
    {
      $group: {
        _id: { tenant: "$tenant", source: "$source", callId: "$callId" },
        // Documents are compared member by member: the first attempt is the least of them.
        first: { $min: { at: "$keys.callTime", id: "$_id", keys } },
        talkMs: { $sum: "$primary.usage" },
      },
    },
    {
      $group: {
        _id: "$first.keys",
        calls: { $sum: 1 },
        answeredCalls: { $sum: { $cond: [{ $gt: ["$talkMs", 0] }, 1, 0] } },
        callTalkMs: { $sum: "$talkMs" },
      },
    },
  ];
}

export interface CallMembers {
  calls: number;
  answeredCalls: number;
  callTalkMs: number;
}

export function addCallMembers(sums: AttemptSums, more: CallMembers): void {
  sums.calls += more.calls;
  sums.answeredCalls += more.answeredCalls;
  sums.callTalkMs += more.callTalkMs;
}
