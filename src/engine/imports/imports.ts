// Imports as one object: a file is previewed, then brought in, in the background; a broken run goes on
// with the same batch.
import { type Scope, seesEach, seesOwner, seesWhole } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import type { Store } from "../../stores/store.ts";
import type { Dialects } from "../files/dialects.ts";
import { createJobShelf, type JobShelf } from "../jobs/job.ts";
import { runPages } from "../jobs/pages.ts";
import { createJobRunner } from "../jobs/runner.ts";
import type { Clock, Log } from "../ports.ts";
import type { Batch } from "./batch.ts";
import { beginBatch, changeBatch, noteBatch } from "./batches.ts";
import {
  emptyPreview,
  IMPORT,
  type ImportJob,
  type ImportRequest,
  type ImportState,
} from "./job.ts";
import { previewPage } from "./preview/preview.ts";
import { createSeenInFile } from "./preview/seen.ts";
import { importRecords } from "./records.ts";
import { type ImportAsked, newImport } from "./request.ts";
import { type RunParts, runPage } from "./run.ts";

export interface StartedImport {
  job: ImportJob;
  /** Batches that had the same file before, the latest first. */
  known: string[];
}

export interface Imports {
  /** @throws `forbidden` to who sees a part of a tenant, `conflict` where `once` is asked for and the file is known, `invalid-params` */
  start(asked: ImportAsked, by: { name: string; scope: Scope }): Promise<StartedImport>;
  /** Goes on with one that was previewed, broke, or was cancelled. @throws `not-found`, `conflict` */
  resume(id: string, scope: Scope): Promise<ImportJob>;
  /** @throws `not-found` */
  get(id: string, scope: Scope): Promise<ImportJob>;
  /** Whoever asks; null: there is none. */
  find(id: string): Promise<ImportJob | null>;
  /** Latest first. */
  list(
    page: { limit: number; cursor?: string | undefined },
    scope: Scope,
  ): Promise<{ jobs: ImportJob[]; nextCursor?: string }>;
  /** Ends it after the page under way; what it brought stays. @throws `not-found`, `conflict` */
  cancel(id: string, scope: Scope): Promise<ImportJob>;
  /** Takes up those whose process is gone. */
  takeUp(): Promise<void>;
  settled(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface ImportsParts extends RunParts {
  store: Store;
  dialects: Dialects;
  clock: Clock;
  log: Log;
  leaseMs: number;
}

/** Hours that the file of an import is kept while it is not done. */
const KEPT_HOURS = 168;

export function createImports(parts: ImportsParts): Imports {
  const { store, clock, uploads } = parts;
  const shelf = createJobShelf<ImportJob>(store, IMPORT);
  const runner = createJobRunner<ImportJob>(parts, {
    shelf,
    title: IMPORT.title,
    working: ["planning", "running"],
    failed: "failed",
    work: (run) => workOn(parts, shelf, run),
  });

  async function get(id: string, scope: Scope): Promise<ImportJob> {
    const job = runner.running(id) ?? (await shelf.load(id));
    if (isSeen(job.body.request, scope)) return job;
    throw engineError("not-found", `There is no import ${id}.`, { path: "job" });
  }

  async function find(id: string): Promise<ImportJob | null> {
    const running = runner.running(id);
    if (running !== undefined) return running;
    const stored = await store.jobs.get(id);
    return stored === null ? null : shelf.fromStored(stored);
  }

  return {
    get,
    find,
    async start(asked, by) {
      const { job, known } = await newImport(parts, asked, by);
      await uploads.keep(job.body.request.upload, KEPT_HOURS);
      const isNew = await shelf.put(job);
      if (isNew) await runner.take(job, "planning");
      else if (asked.id === undefined) throw new Error(`the job id ${job.id} is taken`);
      return { job: isNew ? job : await get(job.id, by.scope), known };
    },
    async resume(id, scope) {
      const job = await get(id, scope);
      if (job.state === "done") return job;
      if (job.state === "running" || job.state === "planning") {
        // Whoever had it may be gone: it is taken as soon as its lease is over.
        await runner.take(job, job.state);
        return get(id, scope);
      }
      const { batch } = job.body.request;
      if (batch !== "") await changeBatch(store, batch, (seen) => goingOn(seen, job));
      Object.assign(job.body, { isDry: false, begunAtMs: clock() });
      delete job.body.fault;
      await uploads.keep(job.body.request.upload, KEPT_HOURS);
      const isTaken = await runner.take(job, job.body.isPreviewed ? "running" : "planning");
      if (isTaken || runner.running(id) !== undefined) return get(id, scope);
      throw engineError("conflict", "Another process works on it still.", { path: "job" });
    },
    async list({ limit, cursor }, scope) {
      const page = await store.jobs.list({
        kinds: [IMPORT.kind],
        limit,
        isWanted: (job) => isSeen(shelf.fromStored(job).body.request, scope),
        ...(cursor === undefined ? {} : { cursor }),
      });
      const jobs = page.jobs.map((job) => runner.running(job.id) ?? shelf.fromStored(job));
      return { ...page, jobs };
    },
    async cancel(id, scope) {
      const { state } = await get(id, scope);
      if (state === "done" || state === "cancelled") return get(id, scope);
      await runner.stop(id);
      const job = await shelf.load(id);
      if (job.state === "done") return job;
      job.state = "cancelled";
      if (!(await shelf.save(job))) {
        throw engineError("conflict", "The import moved on meanwhile; try again.", { path: "job" });
      }
      const { batch } = job.body.request;
      if (batch !== "") await noteBatch(store, batch, { state: "cancelled", run: job.body.run });
      return job;
    },
    takeUp: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

/**
 * Written before the import is taken up: of this and a rollback that is begun at the same time one wins.
 * @throws `conflict` for what was taken back
 */
function goingOn({ id, state, body }: Batch, { version }: ImportJob) {
  if (state === "running" || state === "cancelled" || state === "done") {
    return { state: "running" as const, body: { ...body, resumed: version } };
  }
  throw engineError("conflict", `The batch ${id} is ${state}.`, {
    path: "resume",
    hint: "Restore the batch first; or import the file anew.",
  });
}

export function isSeen({ tenants }: ImportRequest, scope: Scope): boolean {
  if (!seesWhole(scope)) return false;
  return tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
}

type Run = Parameters<Parameters<typeof createJobRunner<ImportJob>>[1]["work"]>[0];

/** The preview, then, unless it is all that was asked for, the records. */
async function workOn(parts: ImportsParts, shelf: JobShelf<ImportJob>, run: Run): Promise<string> {
  const worker = { clock: parts.clock, leaseMs: parts.leaseMs };
  const { job } = run;
  const { body } = job;
  if (job.state === "planning") {
    // What it found before a crash is found again.
    body.preview = emptyPreview();
    const seen = createSeenInFile();
    const end = await walk(parts, shelf, { run, worker, skipped: 0 }, (records) =>
      previewPage(parts, records, { preview: body.preview, seen }),
    );
    if (end !== "finished") return end;
    body.isPreviewed = true;
    if (body.isDry) return leave(parts, shelf, { job, state: "planned" });
    body.begunAtMs = parts.clock();
    job.state = "running";
    if (!(await shelf.save(job))) return "lost";
  }
  if (body.request.batch === "") {
    body.request.batch = await beginBatch(parts.store, body.request, {
      job: job.id,
      createdAtMs: parts.clock(),
    });
    if (!(await shelf.save(job))) return "lost";
  }
  const { batch } = body.request;
  const end = await walk(parts, shelf, { run, worker, skipped: body.run.lines }, (records) =>
    runPage(parts, records, { job: job.id, run: body.run }),
  );
  if (end !== "finished") return end;
  await noteBatch(parts.store, batch, { state: "done", run: body.run });
  const left = await leave(parts, shelf, { job, state: "done" });
  await parts.uploads.drop(body.request.upload);
  return left;
}

async function leave(
  { clock }: Pick<ImportsParts, "clock">,
  shelf: JobShelf<ImportJob>,
  { job, state }: { job: ImportJob; state: ImportState },
): Promise<string> {
  job.state = state;
  Object.assign(job.body, { owner: null, leaseUntilMs: 0, updatedAtMs: clock() });
  return (await shelf.save(job)) ? state : "lost";
}

/** Every page of the file behind the first `skipped` records. */
async function walk(
  parts: ImportsParts,
  shelf: JobShelf<ImportJob>,
  {
    run,
    worker,
    skipped,
  }: { run: Run; worker: { clock: Clock; leaseMs: number }; skipped: number },
  work: (records: Parameters<typeof runPage>[1]) => Promise<void>,
) {
  const pages = importRecords(parts, run.job.body.request, skipped);
  try {
    return await runPages(shelf, run, {
      ...worker,
      async page() {
        const { value, done } = await pages.next();
        if (done === true) return false;
        await work(value);
        return true;
      },
    });
  } finally {
    await pages.return();
  }
}
