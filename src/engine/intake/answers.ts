// The answer to one posted CDR, the same by every road.
import type { Scope } from "../../access/scope.ts";
import { sellSideOf } from "../../access/sell-side.ts";
import type { CdrWarning } from "../../cdr/cdr.ts";
import type { Outcome, Side } from "../../cdr/rating.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { sellOutcome } from "../../queries/sell/judgement.ts";

export type AnswerOutcome = Exclude<Outcome, "voided"> | "duplicate" | "conflict" | "suspended";

export interface CdrAnswer {
  /** Null when the record could not be read far enough to have one. */
  id: string | null;
  outcome: AnswerOutcome;
  reason?: Reason;
  /** What is wrong, naming field, line or byte; for conflicts and suspended records. */
  detail?: string;
  suspenseId?: string;
  /** What was doubtful about the record that is stored, and how it was taken. */
  warnings?: CdrWarning[];
  sell?: Side | null;
  buy?: Side | null;
}

/** The answer without its buy side, for who sends records and may not see what they cost. */
export function seenAnswer(answer: CdrAnswer, { seesBuy }: Scope): CdrAnswer {
  if (seesBuy) return answer;
  const { buy: _hidden, outcome, reason, sell, ...same } = answer;
  const sold = sell === undefined ? {} : { sell: sellSideOf(sell) };
  // Why a record was kept aside is of the record alone.
  if (outcome === "conflict" || outcome === "suspended") {
    return { ...same, outcome, ...(reason === undefined ? {} : { reason }), ...sold };
  }
  return { ...same, ...sellOutcome({ outcome, reason, sell }), ...sold };
}
