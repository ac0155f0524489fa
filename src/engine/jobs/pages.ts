// Work in pages: checkpoints and the lease between them, a turn of the event loop after each.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { JobShelf, LongJob } from "./job.ts";
import { extendLease, leaveJob, type Worker } from "./lease.ts";

/** Pages between two checkpoints; a crash repeats at most these. */
const PAGES_PER_CHECKPOINT = 8;

/** Records handled at once: one round trip each way, and no turn of the loop over 50 ms. */
export const PAGE = 500;

export type RunEnd =
  | "finished"
  /** Cancelled, or taken over by another process. */
  | "lost"
  /** The engine is closing: whoever comes next goes on. */
  | "stopped";

/** One process working on one job. */
export interface JobRun<J extends LongJob> {
  job: J;
  owner: string;
  isStopped(): boolean;
  /** Brings the job's body up to date before it is saved; ends writes that it tells of. */
  beforeSave?: () => void | Promise<void>;
}

/**
 * Does pages until there is none, saving how far it came between them. `page` answers false when
 * nothing is left. A process that was only slow and lost its lease finds out at its next save.
 */
export async function runPages<J extends LongJob>(
  shelf: JobShelf<J>,
  run: JobRun<J>,
  { page, ...worker }: Omit<Worker, "owner"> & { page: () => Promise<boolean> },
): Promise<RunEnd> {
  const { job, owner } = run;
  const self = { ...worker, owner };
  for (let pages = 1; ; pages += 1) {
    if (run.isStopped()) {
      await run.beforeSave?.();
      return (await leaveJob(shelf, self, { job, state: job.state })) ? "stopped" : "lost";
    }
    const isMore = await page();
    if (!isMore) {
      await run.beforeSave?.();
      return "finished";
    }
    const isDue = job.body.leaseUntilMs - self.clock() < self.leaseMs / 2;
    if (pages % PAGES_PER_CHECKPOINT === 0 || isDue) {
      await run.beforeSave?.();
      extendLease(job, self);
      if (!(await shelf.save(job))) return "lost";
    }
    await nextTurn();
  }
}
