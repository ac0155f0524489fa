// What this process works on of one kind of job: taken by lease, run in the background, left
// resumable. A store that is away ends nothing: the run waits, and begins again at its last checkpoint.
import { randomUUID } from "node:crypto";
import type { Store } from "../../stores/store.ts";
import type { Clock, Log } from "../ports.ts";
import type { JobShelf, LongJob } from "./job.ts";
import { isFree, leaveJob, takeJob } from "./lease.ts";
import { isOutage, throughOutages } from "./outage.ts";
import type { JobRun } from "./pages.ts";
import { createTurns, type Turn } from "./turns.ts";

/** What a kind of job gives: its place in the store, its states and its work. */
export interface JobKind<J extends LongJob> {
  shelf: JobShelf<J>;
  /** As the log names it: "rerate job". */
  title: string;
  /** States in which a process works on it. */
  working: readonly J["state"][];
  failed: J["state"];
  /**
   * Works on the job in its state until it is done, lost or stopped, and leaves it in the state
   * that it reached. Answers a word for the log. What it throws fails the job, a store that is away
   * or too slow excepted: then it is called again with the job of the last checkpoint.
   */
  work(run: JobRun<J>): Promise<string>;
}

export interface JobRunner<J extends LongJob> {
  /** Works on the job in the background; false when another process does, or it moved on. */
  take(job: J, state: J["state"]): Promise<boolean>;
  /** How many are worked on here or wait for their turn. */
  underWay(): number;
  /** The job that is being worked on here, with its progress to the page. */
  running(id: string): J | undefined;
  /** Resolves when this process no longer works on the job. */
  settled(id: string): Promise<void>;
  /** Ends the work on the job after the page under way. */
  stop(id: string): Promise<void>;
  /** Takes up jobs that nobody works on any more. */
  resume(): Promise<void>;
  /** Ends all work after the pages under way. */
  close(): Promise<void>;
}

const MOST_TAKEN_UP = 100;
/** Jobs worked on at once, where nothing is said: each takes as much of the loop as it is given. */
const AT_ONCE = 2;

export function createJobRunner<J extends LongJob>(
  parts: { store: Store; clock: Clock; log: Log; leaseMs: number; atOnce?: number | undefined },
  kind: JobKind<J>,
): JobRunner<J> {
  const { store, clock, log, leaseMs } = parts;
  const { shelf, title } = kind;
  const worker = { owner: randomUUID(), leaseMs, clock };
  const runs = new Map<string, { run: JobRun<J>; stop(): void; ended: Promise<void> }>();
  let isClosed = false;

  async function fail(job: J, error: unknown): Promise<void> {
    log.error({ err: error, job: job.id }, `the ${title} stopped`);
    if (isOutage(error)) return;
    job.body.fault = error instanceof Error ? error.message : String(error);
    try {
      await leaveJob(shelf, worker, { job, state: kind.failed });
    } catch (again) {
      log.error({ err: again, job: job.id }, `the ${title} could not be marked as failed`);
    }
  }

  const turns = createTurns(parts.atOnce ?? AT_ONCE);

  /** Waits for a turn, then works on the job, unless it was stopped or lost meanwhile. */
  async function workInTurn(run: JobRun<J>, turn: Turn, signal: AbortSignal): Promise<string> {
    const { job } = run;
    if (!(await turn.ready) || run.isStopped()) {
      return (await leaveJob(shelf, worker, { job, state: job.state })) ? "stopped" : "lost";
    }
    // Another process may have it by now: whoever waits gives no sign of life.
    if (!turn.isFirst && !(await takeJob(shelf, worker, { job, state: job.state }))) return "lost";
    return workThroughOutages(run, signal);
  }

  /** Each try after an outage begins with the job of the last checkpoint. */
  function workThroughOutages(run: JobRun<J>, signal: AbortSignal): Promise<string> {
    const { id, state } = run.job;
    const attempt = async (isAgain: boolean): Promise<string> => {
      if (!isAgain) return kind.work(run);
      const job = await shelf.load(id);
      if (job.state !== state || !(await takeJob(shelf, worker, { job, state }))) return "lost";
      run.job = job;
      return kind.work(run);
    };
    return throughOutages({ attempt, signal, log, name: `the ${title} ${id}` });
  }

  function begin(job: J): void {
    const halt = new AbortController();
    const turn = turns.wait();
    const run = { job, owner: worker.owner, isStopped: () => halt.signal.aborted || isClosed };
    const ended = workInTurn(run, turn, halt.signal)
      .then((end) => log.info({ job: job.id, state: run.job.state, end }, title))
      .catch((error: unknown) => fail(run.job, error))
      .finally(() => {
        turn.end();
        runs.delete(job.id);
      });
    const stop = () => {
      halt.abort();
      turn.giveUp();
    };
    runs.set(job.id, { run, stop, ended });
  }

  async function take(job: J, state: J["state"]): Promise<boolean> {
    if (runs.has(job.id) || isClosed || !isFree(job, worker)) return false;
    if (!(await takeJob(shelf, worker, { job, state }))) return false;
    begin(job);
    return true;
  }

  return {
    take,
    underWay: () => runs.size,
    running: (id) => runs.get(id)?.run.job,
    async settled(id) {
      await runs.get(id)?.ended;
    },
    async stop(id) {
      const run = runs.get(id);
      run?.stop();
      await run?.ended;
    },
    async resume() {
      const states = [...kind.working];
      const { jobs } = await store.jobs.list({ kinds: [shelf.kind], states, limit: MOST_TAKEN_UP });
      for (const job of jobs.map(shelf.fromStored)) {
        if (await take(job, job.state)) {
          log.info({ job: job.id, state: job.state }, `taking up a ${title}`);
        }
      }
    },
    async close() {
      isClosed = true;
      for (const { stop } of runs.values()) stop();
      await Promise.all([...runs.values()].map(({ ended }) => ended));
    },
  };
}
