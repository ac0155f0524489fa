// Whether every line of a batch is accounted for: each is counted anew, once, by what it is now.
import { OUTCOMES } from "../../cdr/rating.ts";
import type { Store } from "../../stores/store.ts";
import { movedLines } from "../records/moved-lines.ts";
import type { Batch } from "./batch.ts";
import { NOT_STORED, type NotStoredLine } from "./job.ts";

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

export type ReconcileStore = Pick<Store, "batches" | "cdrs" | "erasures" | "jobs" | "suspense">;

interface Options {
  signal?: AbortSignal;
}

/** Of a batch that is not at its end yet no line is missed. */
export async function reconcileBatch(
  store: ReconcileStore,
  batch: Batch,
  options: Options = {},
): Promise<Reconciled> {
  const { outcomes, counted } = await countLines(store, batch, options);
  const faults: string[] = [];
  if (batch.state !== "running" && counted !== batch.body.lines) {
    faults.push(`It has ${batch.body.lines} lines, and ${counted} are accounted for.`);
  }
  const sums = await batchSums(store, batch.id, options);
  return { batch, outcomes, sums, ok: faults.length === 0, faults };
}

/** CDRs by their outcome now, and lines that became none. */
async function countLines(store: ReconcileStore, { id, body }: Batch, options: Options) {
  const outcomes: Record<string, number> = {};
  let counted = 0;
  const add = (outcome: string, count: number) => {
    if (count > 0) outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    counted += count;
  };
  for (const outcome of OUTCOMES) {
    const filter = { batchIds: [id], outcomes: [outcome] };
    add(outcome, await store.cdrs.count(filter, options));
  }
  add("erased", await store.erasures.linesOf(id));
  const moved = await movedLines(store, { job: body.job, batch: id });
  // What they brought was taken away from the batch.
  add("voided", moved.size);
  for await (const { number, line } of notStored(store, body.job)) {
    options.signal?.throwIfAborted();
    const { outcome, suspenseId } = line;
    if (moved.has(number)) continue;
    // A record that was retried is a CDR of its line now, and counted as that.
    if (outcome !== "duplicate" && (await becameCdr(store, { batch: id, number, suspenseId }))) {
      continue;
    }
    add(outcome, 1);
  }
  return { outcomes, counted };
}

async function* notStored(
  { jobs }: Pick<Store, "jobs">,
  job: string,
): AsyncGenerator<{ number: number; line: NotStoredLine }, void> {
  let after = 0;
  for (;;) {
    const lines = await jobs.pageLines(job, NOT_STORED, { after, limit: 1000 });
    for (const { number, text } of lines) {
      yield { number, line: JSON.parse(text) as NotStoredLine };
    }
    const last = lines.at(-1);
    if (last === undefined || lines.length < 1000) return;
    after = last.number;
  }
}

async function becameCdr(
  store: Pick<Store, "suspense" | "cdrs" | "erasures">,
  { batch, number, suspenseId }: { batch: string; number: number; suspenseId: string | undefined },
): Promise<boolean> {
  if (suspenseId === undefined) return false;
  const record = await store.suspense.get(suspenseId);
  if (record?.retriedAs === undefined) return false;
  const cdr = await store.cdrs.get(record.retriedAs);
  // Erased ones of the batch are counted as such.
  if (cdr === null) return (await store.erasures.keysOf([record.retriedAs])).length > 0;
  // What replaced the facts of another line is a CDR of that line.
  return cdr?.batchId === batch && cdr.batchLine === number;
}

/** The money of the CDRs of a batch as they are now, by pair of currencies. */
export async function batchSums(
  { cdrs }: Pick<Store, "cdrs">,
  id: string,
  options: Options = {},
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
