// Batches: what each import brought, and whether every line of it is accounted for.
import { type Scope, seesEach, seesOwner, seesWhole } from "../../access/scope.ts";
import type { JsonObject } from "../../cdr/json.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { BatchRecord } from "../../stores/ports/batches.ts";
import type { Store } from "../../stores/store.ts";
import { type ImportRequest, type ImportRun, NOT_STORED, type NotStoredLine } from "./job.ts";

export interface BatchBody {
  name: string;
  source: string;
  format: string;
  file: string;
  /** The import that brings it. */
  job: string;
  by: string;
  lines: number;
  outcomes: Record<string, number>;
  firstCallMs: number | null;
  lastCallMs: number | null;
}

export interface Batch {
  id: string;
  state: string;
  hash: string | null;
  tenants: string[] | null;
  createdAtMs: number;
  body: BatchBody;
}

/** One a pair of currencies; voided calls are in none. */
export interface BatchSum {
  currency: string | null;
  buyCurrency: string | null;
  calls: number;
  seconds: number;
  sell: string | null;
  buy: string | null;
  margin: string | null;
}

/** A batch as its lines are now. */
export interface Reconciled {
  batch: Batch;
  /** Each line once. */
  outcomes: Record<string, number>;
  sums: BatchSum[];
  ok: boolean;
  faults: string[];
}

export interface Batches {
  /** Latest first. */
  list(
    page: { limit: number; cursor?: string | undefined; hash?: string | undefined },
    scope: Scope,
  ): Promise<{ batches: Batch[]; nextCursor?: string }>;
  /** @throws `not-found` */
  get(id: string, scope: Scope): Promise<Batch>;
  /** Its lines as they are now, held against the record. @throws `not-found` */
  reconcile(id: string, scope: Scope, signal?: AbortSignal): Promise<Reconciled>;
}

type BatchStore = Pick<Store, "batches" | "cdrs" | "jobs" | "suspense">;

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
        isWanted: (batch) => isSeen(batch, scope),
        ...(cursor === undefined ? {} : { cursor }),
        ...(hash === undefined ? {} : { hash }),
      });
      return { ...page, batches: page.batches.map(toBatch) };
    },
    async reconcile(id, scope, signal) {
      return reconcileBatch(store, await get(id, scope), signal);
    },
  };
}

/** What it brought is of tenants that the scope has, and all of their accounts. */
function isSeen({ tenants }: BatchRecord, scope: Scope): boolean {
  if (!seesWhole(scope)) return false;
  return tenants === null ? seesOwner(scope, null) : seesEach(scope, tenants);
}

function toBatch({ body, version: _version, ...batch }: BatchRecord): Batch {
  return { ...batch, body: body as unknown as BatchBody };
}

/** Counts each line anew: CDRs by their outcome now, and lines that became none. */
async function reconcileBatch(
  store: BatchStore,
  batch: Batch,
  signal?: AbortSignal,
): Promise<Reconciled> {
  const { id, body } = batch;
  const options = signal === undefined ? {} : { signal };
  const outcomes: Record<string, number> = {};
  let stored = 0;
  for (const outcome of OUTCOMES) {
    const filter = { batchIds: [id], outcomes: [outcome] };
    const count = await store.cdrs.count(filter, options);
    if (count > 0) outcomes[outcome] = count;
    stored += count;
  }
  let others = 0;
  for await (const { outcome, suspenseId } of notStored(store, body.job)) {
    signal?.throwIfAborted();
    // A record that was retried is a CDR of its line now, and counted as that.
    if (outcome !== "duplicate" && (await becameCdr(store, id, suspenseId))) continue;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    others += 1;
  }
  const faults: string[] = [];
  if (batch.state !== "running" && stored + others !== body.lines) {
    faults.push(`It has ${body.lines} lines, and ${stored + others} are accounted for.`);
  }
  return {
    batch,
    outcomes,
    sums: await sumsOf(store, id, options),
    ok: faults.length === 0,
    faults,
  };
}

async function* notStored(
  { jobs }: Pick<Store, "jobs">,
  job: string,
): AsyncGenerator<NotStoredLine, void> {
  let after = 0;
  for (;;) {
    const lines = await jobs.pageLines(job, NOT_STORED, { after, limit: 1000 });
    for (const { text } of lines) yield JSON.parse(text) as NotStoredLine;
    const last = lines.at(-1);
    if (last === undefined || lines.length < 1000) return;
    after = last.number;
  }
}

async function becameCdr(
  store: Pick<Store, "suspense" | "cdrs">,
  batch: string,
  suspenseId: string | undefined,
): Promise<boolean> {
  if (suspenseId === undefined) return false;
  const record = await store.suspense.get(suspenseId);
  if (record?.retriedAs === undefined) return false;
  return (await store.cdrs.get(record.retriedAs))?.batchId === batch;
}

async function sumsOf(
  { cdrs }: Pick<Store, "cdrs">,
  id: string,
  options: { signal?: AbortSignal },
): Promise<BatchSum[]> {
  const rows = await cdrs.summarize(
    { filter: { batchIds: [id] }, groupBy: [], timeZone: "UTC", time: "answer" },
    options,
  );
  return rows.map(({ currency, buyCurrency, calls, usageMs, sell, buy, margin }) => ({
    ...{ currency, buyCurrency, calls, sell, buy, margin },
    seconds: usageMs / 1000,
  }));
}

/** A record of a batch that begins, by the first free name: `name`, `name-2` … */
export async function beginBatch(
  { batches }: Pick<Store, "batches">,
  request: ImportRequest,
  { job, createdAtMs }: { job: string; createdAtMs: number },
): Promise<string> {
  const { name, source, format, file, by, hash, tenants } = request;
  const body: BatchBody = {
    ...{ name, source, format, file, by, job },
    lines: 0,
    outcomes: {},
    firstCallMs: null,
    lastCallMs: null,
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
    if (await batches.put(record)) return id;
    // A crash may have come between this and its note in the job.
    if ((await batches.get(id))?.body["job"] === job) return id;
  }
}

/** What the import found so far, as the record of its batch; again it does nothing. */
export async function noteBatch(
  { batches }: Pick<Store, "batches">,
  id: string,
  { state, run }: { state: string; run: ImportRun },
): Promise<void> {
  for (;;) {
    const seen = await batches.get(id);
    if (seen === null) throw new Error(`the batch ${id} is gone`);
    const { lines, outcomes, firstCallMs, lastCallMs } = run;
    const body = { ...seen.body, lines, outcomes, firstCallMs, lastCallMs };
    const next = { ...seen, version: seen.version + 1, state, body: body as JsonObject };
    if (await batches.update(next, seen.version)) return;
  }
}
