// The answer to one posted CDR, the same by every road.
import type { CdrWarning } from "../../cdr/cdr.ts";
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
  /** What was doubtful about the record that is stored, and how it was taken. */
  warnings?: CdrWarning[];
  sell?: Side | null;
  buy?: Side | null;
}
