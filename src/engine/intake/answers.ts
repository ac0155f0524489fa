// The answer to one posted CDR, the same by every road.
import type { Outcome, Side } from "../../cdr/rating.ts";

export type AnswerOutcome = Exclude<Outcome, "voided"> | "duplicate" | "conflict" | "suspended";

export interface CdrAnswer {
  /** Null when the record could not be read far enough to have one. */
  id: string | null;
  outcome: AnswerOutcome;
  reason?: string;
  /** What is wrong, naming field, line or byte; for conflicts and suspended records. */
  detail?: string;
  suspenseId?: string;
  sell?: Side | null;
  buy?: Side | null;
}
