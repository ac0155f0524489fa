// One process working on one job: the lease that keeps others off it, and its checkpoints.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import type { Log } from "../ports.ts";
import type { RateBatchParts } from "../pricing/rate-batch.ts";
import { type RerateJob, type RerateState, saveJob } from "./job.ts";

/** Pages between two checkpoints; a crash repeats at most these. */
const PAGES_PER_CHECKPOINT = 8;

/** CDRs or lines handled at once: one round trip each way, and no turn of the loop over 50 ms. */
export const PAGE = 500;

export type RunEnd =
  | "finished"
  /** Cancelled, or taken over by another process. */
  | "lost"
  /** The engine is closing: whoever comes next goes on. */
  | "stopped";

export interface RerateParts extends RateBatchParts {
  log: Log;
  /** As they are configured now: a corrected rule set or leg policy repairs what came before it. */
  sources: readonly SourceSettings[];
  /**
   * After this long without a sign of life another process may take the job over. One that was
   * only slow loses it then: its next checkpoint fails, and its lines are conditional anyway.
   */
  leaseMs: number;
}

export interface RerateRun {
  job: RerateJob;
  owner: string;
  /** What the process did, over all its jobs. */
  counts: Record<"planned" | "applied" | "undone", number>;
  isStopped(): boolean;
  /** Brings the job's body up to date before it is saved. */
  beforeSave?: () => void;
}

/** Takes the job for this process. False when another one was first. */
export function takeJob(
  { store, clock, leaseMs }: RerateParts,
  { job, owner }: { job: RerateJob; owner: string },
  state: RerateState,
): Promise<boolean> {
  const nowMs = clock();
  job.state = state;
  Object.assign(job.body, { owner, leaseUntilMs: nowMs + leaseMs, updatedAtMs: nowMs });
  return saveJob(store, job);
}

/** The last checkpoint of a run: the state it ends in, nobody's any more. */
export function leaveJob(
  { store, clock }: RerateParts,
  job: RerateJob,
  state: RerateState,
): Promise<boolean> {
  job.state = state;
  Object.assign(job.body, { owner: null, leaseUntilMs: 0, updatedAtMs: clock() });
  return saveJob(store, job);
}

/**
 * Does pages until there is none, saving how far it came between them and giving the event loop a
 * turn after each. `page` answers false when nothing is left.
 */
export async function runPages(
  parts: RerateParts,
  run: RerateRun,
  page: () => Promise<boolean>,
): Promise<RunEnd> {
  const { store, clock, leaseMs } = parts;
  for (let pages = 1; ; pages += 1) {
    if (run.isStopped()) {
      run.beforeSave?.();
      return (await leaveJob(parts, run.job, run.job.state)) ? "stopped" : "lost";
    }
    const isMore = await page();
    if (!isMore) {
      run.beforeSave?.();
      return "finished";
    }
    const nowMs = clock();
    const isDue = run.job.body.leaseUntilMs - nowMs < leaseMs / 2;
    if (pages % PAGES_PER_CHECKPOINT === 0 || isDue) {
      run.beforeSave?.();
      Object.assign(run.job.body, { leaseUntilMs: nowMs + leaseMs, updatedAtMs: nowMs });
      if (!(await saveJob(store, run.job))) return "lost";
    }
    await nextTurn();
  }
}
