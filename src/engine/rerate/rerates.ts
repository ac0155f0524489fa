// Rerate jobs as one object: plan → show → apply → undo, each worked on in the background.

import { randomUUID } from "node:crypto";
import { EVERYTHING, type Scope } from "../../access/scope.ts";
import { type EngineError, engineError } from "../../errors.ts";
import { createJobShelf } from "../jobs/job.ts";
import { createJobRunner } from "../jobs/runner.ts";
import { requireOpen } from "../periods/accepted.ts";
import { requestInScope } from "./in-scope.ts";
import {
  firstHash,
  newWalk,
  RERATE,
  type RerateJob,
  type RerateRequest,
  type RerateState,
} from "./job.ts";
import type { RerateCounts, RerateParts } from "./parts.ts";
import { createRerateReads, type RerateReads } from "./reads.ts";
import { withKnownVersions } from "./request.ts";
import { rerateKind } from "./steps.ts";

/**
 * A job is of the tenants of its filter. Each use @throws `forbidden` for a scope of a part of a
 * tenant; where a scope is given, `not-found` also for a job over CDRs that it does not have.
 */
export interface Rerates extends RerateReads {
  /**
   * Puts a job that computes old and new of every CDR of the filter and of the scope, and
   * changes none. @throws `not-found` for a tariff version, `invalid-params` where two members of the request
   * contradict each other or a range of the filter can hold nothing, `too-busy` where too many jobs
   * wait in this process, `forbidden` where the scope has no tenant of the filter
   */
  plan(request: RerateRequest, scope?: Scope): Promise<RerateJob>;
  /**
   * Writes exactly the planned lines; again it does nothing, and after a crash it goes on.
   * @throws `conflict` unless it is planned or begun, when `hash` is not that of the plan, or where it
   * changes what periods have that are closed and that is not accepted
   */
  apply(
    id: string,
    options?: {
      hash?: string | undefined;
      /** What is changed of closed periods will go into their corrections. */
      acceptClosed?: boolean | undefined;
      scope?: Scope | undefined;
    },
  ): Promise<RerateJob>;
  /**
   * Restores what was applied. @throws `conflict` when nothing was, or where it changes what periods have
   * that are closed and that is not accepted
   */
  undo(
    id: string,
    options?: { acceptClosed?: boolean | undefined; scope?: Scope | undefined },
  ): Promise<RerateJob>;
  /** Ends a job that is planned, being planned or applied; what was applied can be undone. */
  cancel(id: string, scope?: Scope): Promise<RerateJob>;
  /** CDRs planned, lines applied and undone by this process since it started. */
  counts(): RerateCounts;
  /** Takes up jobs whose process is gone. */
  resume(): Promise<void>;
  /** Resolves when this process no longer works on the job. */
  settled(id: string): Promise<void>;
  /** Stops at the next page; whoever comes next goes on from there. */
  close(): Promise<void>;
}

export function createRerates(parts: RerateParts): Rerates {
  const { store, mostJobs = MOST_JOBS } = parts;
  const shelf = createJobShelf<RerateJob>(store, RERATE);
  const counts: RerateCounts = { planned: 0, applied: 0, undone: 0 };
  const runner = createJobRunner(parts, rerateKind({ ...parts, shelf, counts }));
  const reads = createRerateReads({ store, shelf, running: runner.running });
  const { get: jobOf, current, ...shown } = reads;

  /** Takes up the work unless it is done or someone is at it; answers how it stands. */
  async function start(id: string, state: "applying" | "undoing"): Promise<RerateJob> {
    const job = await current(id);
    if (job.state === (state === "applying" ? "applied" : "undone") || job.state === state) {
      if (job.state === state) await runner.take(job, state);
      return current(id);
    }
    if (!mayBegin(job, state)) throw wrongState(job, state);
    if (state === "applying") job.body.isBegun = true;
    else job.body.isUndoBegun = true;
    if (!(await runner.take(job, state))) {
      const now = await current(id);
      // Another process was first.
      if (!mayBegin(now, state)) return now;
      throw engineError("conflict", "Another process still writes for this job.", {
        path: "job",
        hint: "Try again when its lease is over (limits.rerateLeaseSeconds).",
      });
    }
    return current(id);
  }

  return {
    async plan(asked, scope = EVERYTHING) {
      const request = await requestInScope(store, asked, scope);
      if (runner.underWay() >= mostJobs) {
        throw engineError("too-busy", `${mostJobs} rerate jobs wait for their turn already.`, {
          hint: "Ask again when some of them are planned; see rerate.list.",
        });
      }
      const job = await newJob(parts, request);
      if (!(await shelf.put(job))) throw new Error(`the job id ${job.id} is taken`);
      await runner.take(job, "planning");
      return job;
    },
    ...shown,
    get: jobOf,
    async apply(id, { hash, acceptClosed = false, scope } = {}) {
      const job = await jobOf(id, scope);
      if (hash !== undefined && hash !== job.body.plan.hash) {
        throw engineError("conflict", "That is not the hash of this plan.", { path: "hash" });
      }
      // One that was begun was accepted.
      if (!acceptClosed && job.state === "planned") {
        const { plan, request } = job.body;
        await requireOpen(store.periods, { ...plan, filter: request.filter, step: "apply" });
      }
      return start(id, "applying");
    },
    async undo(id, { acceptClosed = false, scope } = {}) {
      const job = await jobOf(id, scope);
      // One that was begun was accepted; one that cannot be is refused for that.
      const isNew = mayBegin(job, "undoing") && job.body.isUndoBegun !== true;
      if (!acceptClosed && isNew) {
        const { plan, request } = job.body;
        await requireOpen(store.periods, { ...plan, filter: request.filter, step: "undo" });
      }
      return start(id, "undoing");
    },
    async cancel(id, scope) {
      const { state } = await jobOf(id, scope);
      // What is refused goes on.
      if (CANCELLABLE.includes(state)) await runner.stop(id);
      const job = await shelf.load(id);
      if (job.state === "cancelled") return job;
      if (!CANCELLABLE.includes(job.state)) throw wrongState(job, "cancelled");
      job.state = "cancelled";
      // Its owner stays noted while another process may still write: undo waits for that.
      if (await shelf.save(job)) return job;
      throw engineError("conflict", "The job moved on meanwhile; try again.", { path: "job" });
    },
    counts: () => ({ ...counts }),
    resume: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

/** Jobs under way or waiting in one process, where nothing is said. */
const MOST_JOBS = 100;

const CANCELLABLE: readonly RerateState[] = ["planning", "planned", "applying"];

function mayBegin({ state, body }: RerateJob, wanted: "applying" | "undoing"): boolean {
  if (wanted === "applying") {
    // What was undone in part is not applied by going on: only the undo can.
    const canGoOn = body.isPlanned && body.isUndoBegun !== true;
    return state === "planned" || (state === "failed" && canGoOn);
  }
  return body.isBegun && (state === "applied" || state === "cancelled" || state === "failed");
}

function wrongState(job: RerateJob, wanted: string): EngineError {
  return engineError("conflict", `The job is ${job.state}; it cannot become ${wanted}.`, {
    path: "job",
    data: { state: job.state },
  });
}

async function newJob(parts: RerateParts, request: RerateRequest): Promise<RerateJob> {
  const { store, snapshots, clock } = parts;
  const checked = await withKnownVersions(store, request);
  await snapshots.refresh();
  const nowMs = clock();
  const known: Record<string, number> = {};
  for (const { tenant, sequence, activatedAtMs } of await store.tariffs.activations()) {
    if (request.asOfMs !== undefined && activatedAtMs > request.asOfMs) continue;
    known[tenant] = Math.max(known[tenant] ?? 0, sequence);
  }
  const hash = firstHash(checked);
  return {
    id: randomUUID(),
    state: "planning",
    version: 1,
    createdAtMs: nowMs,
    body: {
      request: checked,
      known,
      sources: parts.sources.map(({ name, legPolicy, ruleSet }) => ({
        name,
        legPolicy,
        ...(ruleSet === undefined ? {} : { ruleSet }),
      })),
      plan: { total: await store.cdrs.count(checked.filter), cdrs: 0, lines: 0, hash },
      apply: newWalk(hash),
      undo: newWalk(hash),
      isPlanned: false,
      isBegun: false,
      owner: null,
      leaseUntilMs: 0,
      updatedAtMs: nowMs,
    },
  };
}
