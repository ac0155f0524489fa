// Batches: what each import brought, and whether every line of it is accounted for.
import { type Scope, seesEach, seesOwner, seesWhole } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { BatchRecord } from "../../stores/ports/imports/batches.ts";
import type { Store } from "../../stores/store.ts";
import { SENT_BATCH } from "../intake/batch-names.ts";
import { BATCH_STATES, type Batch, type BatchBody, type BatchState, toBatch } from "./batch.ts";
import type { ImportRequest, ImportRun } from "./job.ts";
import { type BatchSum, batchSums, type Reconciled, reconcileBatch } from "./reconcile.ts";
import { gapsOf } from "./sequence.ts";

export interface Batches {
  /** Latest first. */
  list(
    page: { limit: number; cursor?: string | undefined; hash?: string | undefined },
    scope: Scope,
  ): Promise<{ batches: Batch[]; nextCursor?: string }>;
  /** @throws `not-found` */
  get(id: string, scope: Scope): Promise<Batch>;
  /** The money of its CDRs as they are now. @throws `not-found` */
  sums(id: string, scope: Scope, signal?: AbortSignal): Promise<BatchSum[]>;
  /** Its lines as they are now, held against the record. @throws `not-found` */
  reconcile(id: string, scope: Scope, signal?: AbortSignal): Promise<Reconciled>;
}

type BatchStore = Pick<Store, "batches" | "cdrs" | "erasures" | "jobs" | "suspense">;

export function createBatches({ store }: { store: BatchStore }): Batches {
  async function get(id: string, scope: Scope): Promise<Batch> {
    const found = await store.batches.get(id);
    if (found !== null && isSeen(found, scope)) return toBatch(found);
    throw engineError("not-found", `There is no batch ${id}.`, { path: "id" });
  }
  return {
    get,
    async list({ limit, cursor, hash }, scope) {
      const page = await store.batches.list({
        limit,
        states: [...BATCH_STATES],
        isWanted: (batch) => isSeen(batch, scope),
        ...(cursor === undefined ? {} : { cursor }),
        ...(hash === undefined ? {} : { hash }),
      });
      return { ...page, batches: page.batches.map(toBatch) };
    },
    async sums(id, scope, signal) {
      return batchSums(store, (await get(id, scope)).id, signalled(signal));
    },
    async reconcile(id, scope, signal) {
      return reconcileBatch(store, await get(id, scope), signalled(signal));
    },
  };
}

function signalled(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal === undefined ? {} : { signal };
}

/** What it brought is of tenants that the scope has, and all of their accounts. */
function isSeen({ tenants, state }: BatchRecord, scope: Scope): boolean {
  if (!seesWhole(scope) || state === SENT_BATCH) return false;
  return tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
}

/** A record of a batch that begins, by the first free name: `name`, `name-2` … */
export async function beginBatch(
  { batches, cdrs }: Pick<Store, "batches" | "cdrs">,
  request: ImportRequest,
  { job, createdAtMs }: { job: string; createdAtMs: number },
): Promise<string> {
  const { name, source, format, file, by, hash, tenants, expect } = request;
  const body: BatchBody = {
    ...{ name, source, format, file, by, job },
    lines: 0,
    outcomes: {},
    firstCallMs: null,
    lastCallMs: null,
    ...(expect === undefined ? {} : { expect }),
  };
  for (let again = 1; ; again += 1) {
    const id = again === 1 ? name : `${name}-${again}`;
    const record: BatchRecord = {
      id,
      version: 1,
      state: "running",
      hash,
      tenants,
      createdAtMs,
      body: body as unknown as JsonObject,
    };
    // CDRs that were sent under that name are no lines of it.
    const isFree = (await cdrs.count({ batchIds: [id], outcomes: [...OUTCOMES] })) === 0;
    if (isFree && (await batches.put(record))) return id;
    // A crash may have come between this and its note in the job.
    if ((await batches.get(id))?.body["job"] === job) return id;
  }
}

/** What the import found so far, as the record of its batch; again it does nothing. */
export async function noteBatch(
  store: Pick<Store, "batches">,
  id: string,
  { state, run }: { state: BatchState; run: ImportRun },
): Promise<void> {
  const { lines, outcomes, firstCallMs, lastCallMs } = run;
  const sequence = await sequenceOf(store, id, run);
  await changeBatch(store, id, ({ body, state: before }) => ({
    // What is being taken back stays so.
    state: before === "running" || before === "cancelled" ? state : before,
    body: { ...body, lines, outcomes, firstCallMs, lastCallMs, ...sequence },
  }));
}

/** The numbers that are missing in the batch, and between it and the one of its source before it. */
async function sequenceOf(
  { batches }: Pick<Store, "batches">,
  id: string,
  { sequence: seen }: ImportRun,
): Promise<Pick<BatchBody, "sequence">> {
  const own = seen === undefined ? null : await batches.get(id);
  if (seen === undefined || own === null || seen.isScattered) return {};
  const { field, without } = seen;
  const isBefore = (record: BatchRecord) => {
    const { body, createdAtMs } = toBatch(record);
    const isOfSource = body.source === own.body["source"] && body.sequence?.field === field;
    return isOfSource && createdAtMs <= own.createdAtMs && record.id !== id;
  };
  const states = [...BATCH_STATES];
  const { batches: found } = await batches.list({ limit: 1, states, isWanted: isBefore });
  const [before] = found.map(toBatch);
  const gaps = gapsOf(seen, before?.body.sequence?.last ?? null);
  return { sequence: { field, without, before: before?.id ?? null, ...gaps } };
}

type Changed = Pick<Batch, "state" | "body">;

/**
 * Writes what `change` makes of a batch as it is then; null leaves it. Answers it as it is after.
 * @throws `not-found`, and what `change` throws
 */
export async function changeBatch(
  { batches }: Pick<Store, "batches">,
  id: string,
  change: (batch: Batch) => Changed | null | Promise<Changed | null>,
): Promise<Batch> {
  for (;;) {
    const seen = await batches.get(id);
    if (seen === null) throw engineError("not-found", `There is no batch ${id}.`, { path: "id" });
    const changed = await change(toBatch(seen));
    if (changed === null) return toBatch(seen);
    const { state } = changed;
    const body = changed.body as unknown as JsonObject;
    const next = { ...seen, version: seen.version + 1, state, body };
    if (await batches.update(next, seen.version)) return toBatch(next);
  }
}
