// rollup.rebuild: kept sums are made anew from the CDRs, beside the service. Jobs that end done.
import { randomUUID } from "node:crypto";
import {
  EVERYTHING,
  requireWhole,
  type Scope,
  seesOwner,
  seesWhole,
} from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { TimeRange } from "../../../queries/cdr-query.ts";
import { ALL_TIMES } from "../../../rollups/pieces.ts";
import type { Store } from "../../../stores/store.ts";
import { createJobShelf } from "../../jobs/job.ts";
import { cancelJob, endRun } from "../../jobs/one-step.ts";
import { createJobRunner } from "../../jobs/runner.ts";
import type { Clock, Log } from "../../ports.ts";
import { REBUILD, type RebuildBody, type RebuildJob } from "./job.ts";
import { rebuildPages } from "./steps.ts";

export interface Rebuilds {
  /**
   * Puts a job that makes the sums of these call times anew; until they are made, reports read the CDRs.
   * @throws `forbidden` for who sees some tenants, `too-busy`
   */
  begin(range: TimeRange, asker: { by: string; scope?: Scope }): Promise<RebuildJob>;
  /** As far as it came. @throws `not-found` */
  get(id: string, scope?: Scope): Promise<RebuildJob>;
  /** What is made stays; the service makes the rest. @throws `not-found`, `conflict` */
  cancel(id: string, scope?: Scope): Promise<RebuildJob>;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Jobs under way or waiting in one process: each is of all that there is, or of a part of it. */
const MOST_JOBS = 10;

export interface RebuildsParts {
  store: Store;
  clock: Clock;
  log: Log;
  leaseMs: number;
}

export function createRebuilds(parts: RebuildsParts): Rebuilds {
  const { store, clock } = parts;
  const shelf = createJobShelf<RebuildJob>(store, REBUILD);
  const runner = createJobRunner<RebuildJob>(
    { ...parts, atOnce: 1 },
    {
      shelf,
      title: REBUILD.title,
      working: ["running"],
      failed: "failed",
      work: async (run) =>
        endRun({ shelf, clock }, run, await rebuildPages({ ...parts, shelf }, run)),
    },
  );

  async function get(id: string, scope: Scope = EVERYTHING): Promise<RebuildJob> {
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isSeen(scope)) return job;
    throw engineError("not-found", `There is no rebuild ${id}.`, { path: "job" });
  }

  return {
    get,
    async begin(range, { by, scope = EVERYTHING }) {
      requireEverything(scope);
      if (runner.underWay() >= MOST_JOBS) {
        throw engineError("too-busy", `${MOST_JOBS} rebuilds wait for their turn already.`, {
          hint: "Ask again when some of them are done; see job.list.",
        });
      }
      const job = newJob({ ...ALL_TIMES, ...range }, by, clock());
      if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
      await runner.take(job, "running");
      return job;
    },
    async cancel(id, scope) {
      await get(id, scope);
      return cancelJob({ shelf, clock, runner }, { id, noun: "rebuild" });
    },
    resume: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

/** Sums are of every tenant. */
export function isSeen(scope: Scope): boolean {
  return seesWhole(scope) && seesOwner(scope, null);
}

function requireEverything(scope: Scope): void {
  requireWhole(scope);
  if (isSeen(scope)) return;
  throw engineError("forbidden", "Kept sums are of every tenant: these credentials are for some.");
}

function newJob(range: RebuildBody["range"], by: string, nowMs: number): RebuildJob {
  const body: RebuildBody = {
    ...{ by, range, step: "marking", pass: 1, nextMs: range.fromMs },
    progress: { done: 0, total: 0 },
    ...{ owner: null, leaseUntilMs: 0, updatedAtMs: nowMs },
  };
  return { id: randomUUID(), state: "running", version: 1, createdAtMs: nowMs, body };
}
