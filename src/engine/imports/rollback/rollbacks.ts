// What a batch brought is voided, and given back: in the background, resumable, once.
import { randomUUID } from "node:crypto";
import { type Scope, seesEach, seesOwner, seesWhole } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import type { Store } from "../../../stores/store.ts";
import { createJobShelf } from "../../jobs/job.ts";
import { leaveJob } from "../../jobs/lease.ts";
import type { JobRun } from "../../jobs/pages.ts";
import { createJobRunner } from "../../jobs/runner.ts";
import type { Clock, Log } from "../../ports.ts";
import type { Batch } from "../batch.ts";
import { type Batches, changeBatch } from "../batches.ts";
import { newRollback, ROLLBACK, type RollbackJob } from "./job.ts";
import { LIVING, ofBatch, restoreAll, voidAll, type WalkParts } from "./walk.ts";

export interface Rollbacks {
  /**
   * Voids what the batch brought, in the background, whatever became of it since; what is in suspense
   * stays there. Again it goes on, and where it is done nothing is done. @throws `not-found`,
   * `conflict` while its import or a restore is under way
   */
  begin(id: string, asked: { note: string; by: string; scope: Scope }): Promise<RollbackJob>;
  /** Gives back what was voided and nobody changed since. @throws `not-found`, `conflict` */
  restore(id: string, scope: Scope): Promise<RollbackJob>;
  /** @throws `not-found` */
  get(job: string, scope: Scope): Promise<RollbackJob>;
  /** Takes up those whose process is gone. */
  takeUp(): Promise<void>;
  settled(job: string): Promise<void>;
  close(): Promise<void>;
}

export interface RollbackParts {
  store: Store;
  batches: Pick<Batches, "get">;
  clock: Clock;
  log: Log;
  leaseMs: number;
}

export function createRollbacks(parts: RollbackParts): Rollbacks {
  const { store, batches, clock } = parts;
  const shelf = createJobShelf<RollbackJob>(store, ROLLBACK);
  const runner = createJobRunner<RollbackJob>(parts, {
    shelf,
    title: ROLLBACK.title,
    working: ["rolling-back", "restoring"],
    failed: "failed",
    work: (run) => work({ ...parts, shelf }, run),
  });
  const current = async (id: string) => runner.running(id) ?? (await shelf.load(id));

  /** The job of a batch by its record; made where none came behind that yet. */
  async function jobOf({ id: batch, tenants, body }: Batch, asked: { note: string; by: string }) {
    const id = body.rollback?.job ?? "";
    const made = newRollback(id, { ...asked, batch, tenants, nowMs: clock() });
    made.body.rollback.total = await store.cdrs.count(ofBatch(made, LIVING));
    // It is taken where this batch was begun to be rolled back before.
    await shelf.put(made);
    return current(id);
  }

  async function workOnIt(job: RollbackJob, state: "rolling-back" | "restoring") {
    delete job.body.fault;
    await runner.take(job, state);
    // As it is now: it is worked on while the answer goes out.
    return structuredClone(await current(job.id));
  }

  return {
    async begin(id, { note, by, scope }) {
      await batches.get(id, scope);
      const batch = await changeBatch(store, id, (seen) => beginning(parts, seen));
      const job = await jobOf(batch, { note, by });
      return batch.state === "rolled-back" ? job : workOnIt(job, "rolling-back");
    },
    async restore(id, scope) {
      const seen = await batches.get(id, scope);
      const last = seen.body.rollback;
      if (last === undefined) {
        throw engineError("conflict", `The batch ${id} was not rolled back.`, { path: "id" });
      }
      const job = await current(last.job);
      const batch = await changeBatch(store, id, (now) => restoring(now, job));
      if (batch.state !== "restoring") return job;
      if (job.state !== "restoring") job.body.restore.total = job.body.rollback.done;
      return workOnIt(job, "restoring");
    },
    async get(id, scope) {
      const job = await current(id);
      if (isSeen(job, scope)) return job;
      throw engineError("not-found", `There is no rollback ${id}.`, { path: "job" });
    },
    takeUp: runner.resume,
    settled: runner.settled,
    close: runner.close,
  };
}

export function isSeen({ body: { tenants } }: RollbackJob, scope: Scope): boolean {
  if (!seesWhole(scope)) return false;
  return tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
}

/**
 * Null: it has begun already, or is done. @throws `conflict` while records of the batch still come, or
 * may come again
 */
async function beginning(parts: Pick<RollbackParts, "store" | "clock">, batch: Batch) {
  const { id, state, body } = batch;
  if (state === "rolling-back" || state === "rolled-back") return null;
  if (state === "restoring") {
    throw engineError("conflict", `The batch ${id} is being restored.`, { path: "id" });
  }
  await requireStill(parts, batch);
  const rollback = { job: randomUUID(), from: state };
  return { state: "rolling-back" as const, body: { ...body, rollback } };
}

/**
 * What is read here is older than the write that rests on it: whoever goes on with the import notes that
 * in the batch first, and either that or the rollback meets another version than it saw.
 * @throws `conflict`
 */
async function requireStill(
  { store: { jobs }, clock }: Pick<RollbackParts, "store" | "clock">,
  { id, state, body }: Batch,
) {
  const job = await jobs.get(body.job);
  const hasFailed = job?.state === "failed" && job.version !== body.resumed;
  // Of another process, which was told to end and has not heard of it yet.
  const isHeld = Number(job?.body["leaseUntilMs"] ?? 0) > clock();
  if ((state !== "running" || hasFailed) && !isHeld) return;
  throw engineError("conflict", `The batch ${id} is being imported still.`, {
    path: "id",
    hint: "Cancel its import first.",
    data: { job: body.job },
  });
}

/** Null: it has begun already, or is done. @throws `conflict` */
function restoring({ id, state, body }: Batch, job: RollbackJob) {
  if (state === "restoring" || job.state === "restored") return null;
  if (state === "rolled-back" || (state === "rolling-back" && job.state === "failed")) {
    return { state: "restoring" as const, body };
  }
  throw engineError("conflict", `The batch ${id} is ${state}.`, {
    path: "id",
    hint: "It can be restored when the rollback is done.",
  });
}

/** The batch says the end before the job does: whoever comes between does the same again. */
async function work(
  parts: WalkParts & { store: Store },
  run: JobRun<RollbackJob>,
): Promise<string> {
  const { job } = run;
  const isBack = job.state === "rolling-back";
  const end = await (isBack ? voidAll : restoreAll)(parts, run);
  if (end !== "finished") return end;
  await changeBatch(parts.store, job.body.batch, ({ body }) => ({
    state: isBack ? "rolled-back" : (body.rollback?.from ?? "done"),
    body,
  }));
  await leaveJob(parts.shelf, parts, { job, state: isBack ? "rolled-back" : "restored" });
  return end;
}
