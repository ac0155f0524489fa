// tariff.backtest: what a tariff would make of stored calls, before it is in force. Jobs that end done.
import { randomUUID } from "node:crypto";
import { EVERYTHING, requireWhole, type Scope, seesEach } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { SourceSettings } from "../../mediation/source-settings.ts";
import { createJobShelf } from "../jobs/job.ts";
import { leaveJob } from "../jobs/lease.ts";
import { cancelJob, endRun } from "../jobs/one-step.ts";
import { createJobRunner } from "../jobs/runner.ts";
import type { Log } from "../ports.ts";
import type { WorkParts, WorkThreads } from "../stretches/work.ts";
import { countPieces, storeFiles } from "./candidate.ts";
import { BACKTEST, type BacktestBody, type BacktestJob } from "./job.ts";
import { type AskedBacktest, type PlannedBacktest, plannedBacktest } from "./request.ts";
import { comparePages } from "./run.ts";
import type { TriedParts } from "./tried.ts";

export interface Backtests {
  /**
   * Puts a job that prices stored calls by a tariff and changes nothing but itself.
   * @throws `not-found` for a version, `forbidden`, `tariff-faults` and `semantics-not-available` for a
   * folder, `invalid-params`, `too-busy` where too many jobs wait in this process
   */
  begin(asked: AskedBacktest, asker: { by: string; scope?: Scope }): Promise<BacktestJob>;
  /** As far as it came. @throws `not-found`, `forbidden` */
  get(id: string, scope?: Scope): Promise<BacktestJob>;
  /** Ends a job that runs. @throws `not-found`, `conflict` for one that is done */
  cancel(id: string, scope?: Scope): Promise<BacktestJob>;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  settled(id: string): Promise<void>;
  /** Stops at the next page; whoever comes next goes on from there. */
  close(): Promise<void>;
}

export interface BacktestParts extends WorkParts, TriedParts {
  log: Log;
  /** Absent: all is done in this one. */
  threads?: WorkThreads | undefined;
  leaseMs: number;
  /** Jobs that this process works on at once, and those that it works on or has waiting. */
  atOnce?: number | undefined;
  mostJobs?: number | undefined;
}

/** Jobs under way or waiting in one process, where nothing is said. */
const MOST_JOBS = 100;
/** So long nobody else takes a job whose tariff is being stored, in leases. */
const STORING_LEASES = 10;

export function createBacktests(parts: BacktestParts): Backtests {
  const { store, clock, mostJobs = MOST_JOBS } = parts;
  const shelf = createJobShelf<BacktestJob>(store, BACKTEST);
  const runner = createJobRunner<BacktestJob>(parts, {
    shelf,
    title: BACKTEST.title,
    working: ["running"],
    failed: "failed",
    work: async (run) =>
      endRun({ shelf, clock }, run, await comparePages({ ...parts, shelf }, run)),
  });

  async function get(id: string, scope: Scope = EVERYTHING): Promise<BacktestJob> {
    requireWhole(scope);
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isInScope(job, scope)) return job;
    throw engineError("not-found", `There is no back-test ${id}.`, { path: "job" });
  }

  async function put(planned: PlannedBacktest, by: string): Promise<BacktestJob> {
    const { files } = planned;
    const job = newJob(planned, { by, sources: parts.sources, nowMs: clock() });
    if (files === null) {
      if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
      return job;
    }
    // Nobody takes it before its tariff is whole.
    const leaseUntilMs = clock() + STORING_LEASES * parts.leaseMs;
    Object.assign(job.body, { owner: `storing ${job.id}`, leaseUntilMs });
    if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
    await storeFiles(store, job.id, files);
    await leaveJob(shelf, { clock }, { job, state: "running" });
    return job;
  }

  return {
    get,
    async begin(asked, { by, scope = EVERYTHING }) {
      requireWhole(scope);
      if (runner.underWay() >= mostJobs) {
        throw engineError("too-busy", `${mostJobs} back-tests wait for their turn already.`, {
          hint: "Ask again when some of them are done; see job.list.",
        });
      }
      const job = await put(await plannedBacktest(parts, asked, scope), by);
      await runner.take(job, "running");
      return job;
    },
    async cancel(id, scope) {
      await get(id, scope);
      return cancelJob({ shelf, clock, runner }, { id, noun: "back-test" });
    },
    resume: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

/** A back-test is of the tenants of its calls. */
export function isInScope({ body }: BacktestJob, scope: Scope): boolean {
  return seesEach(scope, body.filter.tenants ?? []);
}

function newJob(
  { files, total, ...planned }: PlannedBacktest,
  { by, sources, nowMs }: { by: string; sources: readonly SourceSettings[]; nowMs: number },
): BacktestJob {
  const body: BacktestBody = {
    ...planned,
    by,
    pieces: files === null ? null : countPieces(files),
    sources: sources.map(({ name, legPolicy, ruleSet }) => ({
      name,
      legPolicy,
      ...(ruleSet === undefined ? {} : { ruleSet }),
    })),
    progress: { done: 0, total },
    lines: { unpriced: 0, losing: 0 },
    owner: null,
    leaseUntilMs: 0,
    updatedAtMs: nowMs,
  };
  return { id: randomUUID(), state: "running", version: 1, createdAtMs: nowMs, body };
}
