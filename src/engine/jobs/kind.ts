// What one kind of job tells of its jobs where they are seen beside those of other kinds.
import { type Scope, seesOwner } from "../../access/scope.ts";
import type { LongJob } from "./job.ts";

export interface Progress {
  /** Records or lines that are done in this state. */
  done: number;
  /** Null: not known (yet). */
  total: number | null;
}

export interface Description {
  progress: Progress;
  subject: string;
  by: string | null;
  /** States in which a process works on it. */
  working: readonly string[];
}

export interface KindOfJob {
  isSeen(job: LongJob, scope: Scope): boolean;
  describe(job: LongJob): Description;
  /** As far as it came by now, where a process of its own knows more than the store. */
  current?(id: string, scope: Scope): Promise<LongJob>;
  /** Names of its lists of lines, the first one unless another is asked for. */
  lists?: readonly string[];
  /** Absent: it ends by itself. */
  cancel?(id: string, scope: Scope): Promise<LongJob>;
}

/** A nightly audit is of every tenant. */
export const auditKind: KindOfJob = {
  isSeen: (_job, scope) => seesOwner(scope, null),
  describe: () => ({
    progress: { done: 0, total: null },
    subject: "the calls of the day before",
    by: null,
    working: ["running"],
  }),
};
