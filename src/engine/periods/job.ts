// The job that closes a period or corrects one, as it is kept in the store.
import type { Reporting } from "../../reports/closing/reporting.ts";
import type { StatementSide } from "../../reports/statement.ts";
import type { JobBody, LongJob } from "../jobs/job.ts";

/** What the jobs are called in the store and by people. */
export const PERIOD = { kind: "period", title: "closing of a period" } as const;

export type PeriodState = "running" | "done" | "cancelled" | "failed";

/** A total that the caller expects, so that nothing else is closed. */
export interface ExpectedTotal {
  currency: string;
  amount: string;
}

export interface PeriodBody extends JobBody {
  by: string;
  why: string;
  kind: "closing" | "correction";
  tenant: string;
  side: StatementSide;
  /** As it was named; statements are found by the key of it. */
  party: string;
  fromMs: number;
  toMs: number;
  timeZone: string;
  /** Null: the next one of the tenant. */
  number: string | null;
  expected: ExpectedTotal[] | null;
  reporting: Reporting | null;
  /** Ids of the statements that it corrects, the closing first; none: it is a closing. */
  corrects: string[];
  /** What those statements named is compared; then what is there is read; then all is added up. */
  step: "comparing" | "reading" | "adding-up";
  /** Comparing: which of the statements, and behind which CDR. Reading: the cursor of the next page. */
  place: { statement: number; after?: string; cursor?: string };
  /** CDRs that were looked at, of those that there were when it began. */
  progress: { done: number; total: number };
  /** Of a correction: nothing was to be corrected, and there is no statement. */
  isEmpty?: boolean;
}

export type PeriodJob = LongJob<PeriodState, PeriodBody>;

/** Carriers are compared without case, accounts are not. */
export function partyKey(side: StatementSide, party: string): string {
  return side === "buy" ? party.toLowerCase() : party;
}
