// Outcome and reason as the sell side alone says them, for who sees no buy side: from a record, and
// where each store finds them. All three say the same.
import type { Outcome, Side } from "../../cdr/rating.ts";
import type { Reason } from "../../cdr/reasons.ts";

/** Reasons of the call, its account or its number: they say nothing of carriers. */
const OF_THE_CALL = [
  "leg-not-billed",
  "direction-not-rated",
  "not-requested",
  "unanswered",
  "usage-exceeds-times",
  "usage-implausible",
  "no-active-tariff",
  "no-call-time",
  "account-unknown",
  "voip-plan-unknown",
  "rule-set-unknown",
  "number-not-matchable",
  "number-not-understood",
] as const satisfies readonly Reason[];

const IS_OF_THE_CALL: ReadonlySet<string> = new Set(OF_THE_CALL);

/** A reason of the sell side that tells of the other one, and what stands for it. */
const TELLS_OF_BUY: Reason = "other-side-without-rate";
const INSTEAD: Reason = "no-rate";

/** Why the sell side has no price, as far as it does not tell of the buy side. */
export function sellReason(reason: Reason | undefined): Reason | undefined {
  return reason === TELLS_OF_BUY ? INSTEAD : reason;
}

type Judged<O> = { outcome: O; reason?: Reason | undefined; sell?: Side | null | undefined };

/** The outcome as far as the sell side says it: `rated` or `unrated`, and why. */
export function sellOutcome<O extends string>({
  outcome,
  reason,
  sell,
}: Judged<O>): {
  outcome: O | "rated" | "unrated";
  reason?: Reason;
} {
  const isPriced = (sell?.amount ?? null) !== null;
  const ofCall = reason !== undefined && IS_OF_THE_CALL.has(reason) ? reason : undefined;
  const why =
    isPriced && ofCall !== "unanswered" ? undefined : (sellReason(sell?.reason) ?? ofCall);
  const isJudged = outcome === "rated" || outcome === "partial" || outcome === "unrated";
  return {
    outcome: !isJudged ? outcome : isPriced ? "rated" : "unrated",
    ...(why === undefined ? {} : { reason: why }),
  };
}

const quoted = (texts: readonly string[]): string => texts.map((text) => `'${text}'`).join(", ");

/** Expressions of both stores. */
export const SELL_OUTCOME = {
  sql: `CASE WHEN outcome = 'voided' THEN outcome
    WHEN rating ->> '$.sell.amount' IS NULL THEN 'unrated' ELSE 'rated' END`,
  mongo: {
    $cond: [
      { $eq: ["$rating.outcome", "voided"] },
      "voided",
      { $cond: [{ $gt: ["$rating.sell.amount", null] }, "rated", "unrated"] },
    ],
  },
};

export const SELL_REASON = {
  sql: `CASE WHEN rating ->> '$.sell.amount' IS NOT NULL AND reason IS NOT 'unanswered' THEN NULL
    ELSE coalesce(
      CASE rating ->> '$.sell.reason' WHEN '${TELLS_OF_BUY}' THEN '${INSTEAD}'
        ELSE rating ->> '$.sell.reason' END,
      CASE WHEN reason IN (${quoted(OF_THE_CALL)}) THEN reason END) END`,
  mongo: {
    $cond: [
      {
        $and: [{ $gt: ["$rating.sell.amount", null] }, { $ne: ["$rating.reason", "unanswered"] }],
      },
      null,
      {
        $ifNull: [
          {
            $cond: [{ $eq: ["$rating.sell.reason", TELLS_OF_BUY] }, INSTEAD, "$rating.sell.reason"],
          },
          { $cond: [{ $in: ["$rating.reason", [...OF_THE_CALL]] }, "$rating.reason", null] },
        ],
      },
    ],
  },
};

type Condition = Record<string, unknown>;

const HAS_AMOUNT: Condition = { "rating.sell.amount": { $ne: null } };

/** A condition of MongoDB, without an expression that is worked out for each document. */
export function sellOutcomesAmong(wanted: readonly Outcome[]): Condition {
  const isJudged = { "rating.outcome": { $ne: "voided" } };
  const each: { [O in Outcome]: Condition | null } = {
    rated: { ...isJudged, ...HAS_AMOUNT },
    // One side says rated or unrated.
    partial: null,
    unrated: { ...isJudged, "rating.sell.amount": null },
    voided: { "rating.outcome": "voided" },
  };
  const some = wanted.flatMap((outcome) => each[outcome] ?? []);
  return some.length === 0 ? { _id: { $in: [] } } : { $or: some };
}

export function sellReasonsAmong(wanted: readonly string[]): Condition {
  const ofSell = wanted.filter((reason) => reason !== TELLS_OF_BUY);
  if (wanted.includes(INSTEAD)) ofSell.push(TELLS_OF_BUY);
  const ofCall = wanted.filter((reason) => IS_OF_THE_CALL.has(reason));
  return {
    $nor: [{ ...HAS_AMOUNT, "rating.reason": { $ne: "unanswered" } }],
    $or: [
      { "rating.sell.reason": { $in: ofSell } },
      { "rating.sell.reason": null, "rating.reason": { $in: ofCall } },
    ],
  };
}
