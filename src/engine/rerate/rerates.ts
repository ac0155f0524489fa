// Rerate jobs as one object: plan → show → apply → undo, each worked on in the background.

import { randomUUID } from "node:crypto";
import { EVERYTHING, type Scope, seesEach } from "../../access/scope.ts";
import { type EngineError, engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import { createJobShelf } from "../jobs/job.ts";
import { createJobRunner } from "../jobs/runner.ts";
import {
  firstHash,
  type LeftLine,
  LISTS,
  newWalk,
  type PlannedLine,
  RERATE,
  type RerateJob,
  type RerateRequest,
  type RerateState,
  readLine,
} from "./job.ts";
import type { RerateCounts, RerateParts } from "./parts.ts";
import { withKnownVersions } from "./request.ts";
import { rerateKind } from "./steps.ts";

export interface Rerates {
  /**
   * Puts a job that computes old and new of every CDR of the filter and changes none.
   * @throws `not-found` for a tariff version, `invalid-params` where two members of the request
   * contradict each other or a range of the filter can hold nothing, `too-busy` where too many jobs
   * wait in this process
   */
  plan(request: RerateRequest): Promise<RerateJob>;
  /**
   * The job as far as it came.
   * @throws `not-found`, also for one over CDRs that the scope, where one is given, does not have
   */
  get(id: string, scope?: Scope): Promise<RerateJob>;
  /** Latest first. `limit` counts the jobs of the scope; the cursor is of one of them. */
  list(page: {
    limit: number;
    cursor?: string | undefined;
    scope?: Scope;
  }): Promise<{ jobs: RerateJob[]; nextCursor?: string }>;
  lines(
    id: string,
    page: { after: number; limit: number },
  ): Promise<{ lines: (PlannedLine & { line: number })[]; next?: number }>;
  /** The lines that apply (or undo) left because the CDR had changed. */
  left(
    id: string,
    page: { after: number; limit: number; of: "apply" | "undo" },
  ): Promise<{ lines: (LeftLine & { line: number })[]; next?: number }>;
  /**
   * Writes exactly the planned lines; again it does nothing, and after a crash it goes on.
   * @throws `conflict` unless it is planned or begun, or when `hash` is not that of the plan
   */
  apply(id: string, options?: { hash?: string | undefined }): Promise<RerateJob>;
  /** Restores what was applied. @throws `conflict` when nothing was */
  undo(id: string): Promise<RerateJob>;
  /** Ends a job that is planned, being planned or applied; what was applied can be undone. */
  cancel(id: string): Promise<RerateJob>;
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

  async function current(id: string): Promise<RerateJob> {
    return runner.running(id) ?? shelf.load(id);
  }

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
    async plan(request) {
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
    async get(id, scope = EVERYTHING) {
      const job = await current(id);
      if (isInScope(job, scope)) return job;
      throw engineError("not-found", `There is no rerate job ${id}.`, { path: "job" });
    },
    async list({ limit, cursor, scope = EVERYTHING }) {
      const page = await store.jobs.list({
        kinds: [RERATE.kind],
        limit,
        ...(cursor === undefined ? {} : { cursor }),
        ...(scope.tenants === null
          ? {}
          : { isWanted: (job) => isInScope(shelf.fromStored(job), scope) }),
      });
      const { nextCursor } = page;
      const jobs = page.jobs.map((job) => runner.running(job.id) ?? shelf.fromStored(job));
      return { jobs, ...(nextCursor === undefined ? {} : { nextCursor }) };
    },
    async lines(id, page) {
      const { body } = await current(id);
      return plannedLines(store, { id, known: body.plan.lines, ...page });
    },
    async left(id, page) {
      await current(id);
      return leftLines(store, { id, ...page });
    },
    async apply(id, { hash } = {}) {
      const job = await current(id);
      if (hash !== undefined && hash !== job.body.plan.hash) {
        throw engineError("conflict", "That is not the hash of this plan.", { path: "hash" });
      }
      return start(id, "applying");
    },
    undo: (id) => start(id, "undoing"),
    async cancel(id) {
      const { state } = await current(id);
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

function isInScope({ body }: RerateJob, scope: Scope): boolean {
  const { tenants } = body.request.filter;
  return scope.tenants === null || (tenants !== undefined && seesEach(scope, tenants));
}

const CANCELLABLE: readonly RerateState[] = ["planning", "planned", "applying"];

function mayBegin({ state, body }: RerateJob, wanted: "applying" | "undoing"): boolean {
  if (wanted === "applying") {
    // What was undone in part is not applied by going on: only the undo can.
    const canGoOn = body.isPlanned && body.isUndoBegun !== true;
    return state === "planned" || (state === "failed" && canGoOn);
  }
  return body.isBegun && (state === "applied" || state === "cancelled" || state === "failed");
}

async function plannedLines(
  store: Store,
  { id, known, after, limit }: { id: string; known: number; after: number; limit: number },
) {
  const found = await store.jobs.pageLines(id, LISTS.planned, { after, limit });
  // Lines beyond the checkpoint of a plan are not yet a part of it.
  const lines = found
    .filter(({ number }) => number <= known)
    .map((line) => ({ line: line.number, ...readLine(line) }));
  return { lines, ...nextPage(lines, limit) };
}

async function leftLines(
  store: Store,
  { id, after, limit, of }: { id: string; after: number; limit: number; of: "apply" | "undo" },
) {
  const list = of === "apply" ? LISTS.left : LISTS.undoLeft;
  const found = await store.jobs.pageLines(id, list, { after, limit });
  const lines = found.map(({ number, text }) => ({
    line: number,
    ...(JSON.parse(text) as LeftLine),
  }));
  return { lines, ...nextPage(lines, limit) };
}

function nextPage(lines: { line: number }[], limit: number): { next?: number } {
  const last = lines.at(-1)?.line;
  return lines.length < limit || last === undefined ? {} : { next: last };
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
