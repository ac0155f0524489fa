// The job that takes back what a batch brought, as it is kept in the store.
import type { JobBody, LongJob } from "../../jobs/job.ts";

/** What the jobs are called in the store and by people. */
export const ROLLBACK = { kind: "rollback", title: "rollback" } as const;

export type RollbackState = "rolling-back" | "rolled-back" | "restoring" | "restored" | "failed";

/** How far a way over the CDRs of the batch came. */
export interface RollbackWalk {
  /** CDRs that are to be written. */
  total: number;
  /** Written so far; counted anew at the end. */
  done: number;
  /** At the end: not written, since somebody else changed them meanwhile. */
  left: number;
}

export interface RollbackBody extends JobBody {
  batch: string;
  note: string;
  by: string;
  /** Those of the batch; null: every one. */
  tenants: string[] | null;
  rollback: RollbackWalk & {
    /** Of those done: CDRs that were corrected or rated anew since they came. */
    changed: number;
  };
  restore: RollbackWalk;
}

export type RollbackJob = LongJob<RollbackState, RollbackBody>;

export function newRollback(
  id: string,
  { nowMs, ...asked }: Pick<RollbackBody, "batch" | "note" | "by" | "tenants"> & { nowMs: number },
): RollbackJob {
  return {
    id,
    state: "rolling-back",
    version: 1,
    createdAtMs: nowMs,
    body: {
      ...asked,
      rollback: { total: 0, done: 0, left: 0, changed: 0 },
      restore: { total: 0, done: 0, left: 0 },
      owner: null,
      leaseUntilMs: 0,
      updatedAtMs: nowMs,
    },
  };
}
