// What this process works on: jobs are taken by lease, run in the background and left resumable.
import { randomUUID } from "node:crypto";
import { EngineError } from "../../errors.ts";
import { fromJob, loadJob, RERATE, type RerateJob, type RerateState, WORKING } from "./job.ts";
import { planLines } from "./plan.ts";
import { leaveJob, type RerateParts, type RerateRun, takeJob } from "./run.ts";
import { applyLines, undoLines, type WalkEnd } from "./walk.ts";

export interface RerateWorker {
  /** Works on the job in the background; false when another process does, or it moved on. */
  take(job: RerateJob, state: RerateState): Promise<boolean>;
  /** The job that is being worked on here, with its progress to the page. */
  running(id: string): RerateJob | undefined;
  /** Resolves when this process no longer works on the job. */
  settled(id: string): Promise<void>;
  /** Work done by this process since it started. */
  counts(): Record<"planned" | "applied" | "undone", number>;
  /** Ends the work on the job after the page under way. */
  stop(id: string): Promise<void>;
  /** Goes on with jobs that nobody works on any more. */
  resume(): Promise<void>;
  close(): Promise<void>;
}

export function createRerateWorker(parts: RerateParts): RerateWorker {
  const { store, clock, log } = parts;
  const owner = randomUUID();
  const runs = new Map<string, { job: RerateJob; stop(): void; ended: Promise<void> }>();
  const counts = { planned: 0, applied: 0, undone: 0 };
  let isClosed = false;

  function begin(job: RerateJob): void {
    let isStopped = false;
    const stop = () => {
      isStopped = true;
    };
    const run: RerateRun = { job, owner, counts, isStopped: () => isStopped || isClosed };
    const ended = work(parts, run)
      .catch((error: unknown) => fail(parts, job, error))
      .finally(() => runs.delete(job.id));
    runs.set(job.id, { job, stop, ended });
  }

  async function take(job: RerateJob, state: RerateState): Promise<boolean> {
    const { owner: other, leaseUntilMs } = job.body;
    const isOthers = other !== null && other !== owner && leaseUntilMs > clock();
    if (isOthers || runs.has(job.id) || isClosed) return false;
    if (!(await takeJob(parts, { job, owner }, state))) return false;
    begin(job);
    return true;
  }

  return {
    take,
    running: (id) => runs.get(id)?.job,
    async settled(id) {
      await runs.get(id)?.ended;
    },
    counts: () => ({ ...counts }),
    async stop(id) {
      const run = runs.get(id);
      run?.stop();
      await run?.ended;
    },
    async resume() {
      const { jobs } = await store.jobs.list({ kinds: [RERATE], states: [...WORKING], limit: 100 });
      for (const job of jobs.map(fromJob)) {
        if (await take(job, job.state)) {
          log.info({ job: job.id, state: job.state }, "going on with a rerate job");
        }
      }
    },
    async close() {
      isClosed = true;
      await Promise.all([...runs.values()].map(({ ended }) => ended));
    },
  };
}

const ENDS = { planning: "planned", applying: "applied", undoing: "undone" } as const;
const STEPS = { planning: planLines, applying: applyLines, undoing: undoLines } as const;

async function work(parts: RerateParts, run: RerateRun): Promise<void> {
  const { job } = run;
  const { state } = job;
  if (state !== "planning" && state !== "applying" && state !== "undoing") return;
  const end: WalkEnd = await STEPS[state](parts, run);
  if (end === "damaged") {
    job.body.fault = "The stored lines are not the ones that were planned.";
    await leaveJob(parts, job, "failed");
  } else if (end === "finished") {
    if (state === "planning") job.body.isPlanned = true;
    delete job.body.fault;
    await leaveJob(parts, job, ENDS[state]);
  } else if (end === "lost") {
    await confirmCancel(parts, run);
  }
  parts.log.info({ job: job.id, state: job.state, end }, "rerate job");
}

/** Says that this process no longer writes for a job that another one cancelled. */
async function confirmCancel(parts: RerateParts, { job, owner }: RerateRun): Promise<void> {
  const found = await loadJob(parts.store, job.id);
  if (found.state === "cancelled" && found.body.owner === owner) {
    await leaveJob(parts, found, "cancelled");
  }
}

/** A store that is away ends nothing: the job is gone on with. Anything else fails it. */
async function fail(parts: RerateParts, job: RerateJob, error: unknown): Promise<void> {
  parts.log.error({ err: error, job: job.id }, "the rerate job stopped");
  if (error instanceof EngineError && error.code === "store-unavailable") return;
  job.body.fault = error instanceof Error ? error.message : String(error);
  try {
    await leaveJob(parts, job, "failed");
  } catch (again) {
    parts.log.error({ err: again, job: job.id }, "the rerate job could not be marked as failed");
  }
}
