// What every step of a rerate works with.
import type { JobShelf } from "../jobs/job.ts";
import { type JobRun, type RunEnd, runPages } from "../jobs/pages.ts";
import type { Log } from "../ports.ts";
import type { WorkParts, WorkThreads } from "../stretches/work.ts";
import type { RerateJob } from "./job.ts";

/** `sources` as they are configured now: a corrected rule set or leg policy repairs what came before. */
export interface RerateParts extends WorkParts {
  log: Log;
  /** Absent: all is done in this one. */
  threads?: WorkThreads | undefined;
  /**
   * After this long without a sign of life another process may take the job over. One that was
   * only slow loses it then: its next checkpoint fails, and its lines are conditional anyway.
   */
  leaseMs: number;
  /** Jobs that this process works on at once, and those that it works on or has waiting. */
  atOnce?: number | undefined;
  mostJobs?: number | undefined;
}

/** CDRs planned, lines applied and undone by this process, over all its jobs. */
export type RerateCounts = Record<"planned" | "applied" | "undone", number>;

export interface RerateSteps extends RerateParts {
  shelf: JobShelf<RerateJob>;
  counts: RerateCounts;
}

/** Pages of a rerate under its lease; `page` answers false when nothing is left. */
export function reratePages(
  { shelf, clock, leaseMs }: RerateSteps,
  run: JobRun<RerateJob>,
  page: () => Promise<boolean>,
): Promise<RunEnd> {
  return runPages(shelf, run, { clock, leaseMs, page });
}
