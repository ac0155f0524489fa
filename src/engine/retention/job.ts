// A retention job as it is kept in the store: what was asked, what was found, and how far it came.
import type { SummaryRow } from "../../queries/cdr-query.ts";
import type { JobBody, LongJob } from "../jobs/job.ts";

/** What the jobs are called in the store and by people. */
export const RETENTION = { kind: "retention", title: "retention job" } as const;
/** Its lines: what each step erased, with its sums. */
export const ERASED = "erased";

export const RETENTION_KINDS = ["cdrs", "suspense", "queueEvents"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

export type RetentionState = "planned" | "applying" | "applied" | "cancelled" | "failed";

export interface RetentionRequest {
  kinds: RetentionKind[];
  /** What is older; a whole quarter hour. */
  beforeMs: number;
  /** Absent: of every tenant. */
  tenants?: string[];
}

/** What is older than the plan says, at one moment. */
export interface RetentionFigures {
  cdrs: number;
  /** Of the CDRs, by tenant and outcome. */
  sums: SummaryRow[];
  /** Records that were retried or discarded. */
  suspense: number;
  /** Open records, and those of imports: they stay. */
  suspenseLeft: number;
  queueEvents: number;
}

/** What stays although it is old enough, and why. */
export interface HeldPiece {
  fromMs: number;
  toMs: number;
  reason: string;
}

export interface RetentionBody extends JobBody {
  by: string;
  request: RetentionRequest;
  figures: RetentionFigures;
  /** What held CDRs when it was planned, in words. */
  heldBy: string[];
  done: { cdrs: number; left: number; suspense: number; queueEvents: number };
  held: HeldPiece[];
  /** Kinds that are done. */
  ended: RetentionKind[];
  /** The day of call time that is worked on; null: none yet. */
  piece: { fromMs: number; toMs: number } | null;
  /** Where the next step begins in it. */
  after: string | null;
  /** Where the next piece is looked for. */
  fromMs: number;
  /** Steps so far. */
  steps: number;
  cursor: string | null;
}

export type RetentionJob = LongJob<RetentionState, RetentionBody>;

export function newRetention(
  id: string,
  {
    nowMs,
    ...asked
  }: Pick<RetentionBody, "by" | "request" | "figures" | "heldBy"> & { nowMs: number },
): RetentionJob {
  const body: RetentionBody = {
    ...asked,
    done: { cdrs: 0, left: 0, suspense: 0, queueEvents: 0 },
    ...{ held: [], ended: [], piece: null, after: null, fromMs: 0, steps: 0, cursor: null },
    ...{ owner: null, leaseUntilMs: 0, updatedAtMs: nowMs },
  };
  return { id, state: "planned", version: 1, createdAtMs: nowMs, body };
}
