// Whether every line of the imported batches is accounted for.
import type { CdrFilter } from "../../queries/cdr-query.ts";
import type { BatchRecord } from "../../stores/ports/imports/batches.ts";
import type { Store } from "../../stores/store.ts";
import { BATCH_STATES, type Batch, toBatch } from "../imports/batch.ts";
import { reconcileBatch } from "../imports/reconcile.ts";
import { BrokenRecord, type Findings, orFault } from "./findings.ts";

const PAGE = 100;

/** Those that came in the period, or whose calls are of it, and are of the tenants alone. */
export async function checkBatches(
  store: Store,
  bounds: Pick<CdrFilter, "tenants" | "callTime">,
  { findings, signal }: { findings: Findings; signal?: AbortSignal | undefined },
): Promise<void> {
  const isWanted = (record: BatchRecord) => isOf(toBatch(record), bounds);
  let cursor: string | undefined;
  do {
    const page = await store.batches.list({
      limit: PAGE,
      states: [...BATCH_STATES],
      isWanted,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const record of page.batches) {
      signal?.throwIfAborted();
      const batch = toBatch(record);
      const found = await orFault(() => reconcileBatch(store, batch));
      findings.count(1);
      findings.add(
        batch.id,
        found instanceof BrokenRecord ? [`cannot be checked: ${found.message}`] : found.faults,
      );
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

function isOf(batch: Batch, { tenants, callTime = {} }: Pick<CdrFilter, "tenants" | "callTime">) {
  if (batch.state === "running") return false;
  const own = batch.tenants;
  if (tenants !== undefined && own?.every((tenant) => tenants.includes(tenant)) !== true) {
    return false;
  }
  const { fromMs = Number.NEGATIVE_INFINITY, toMs = Number.POSITIVE_INFINITY } = callTime;
  const { firstCallMs, lastCallMs } = batch.body;
  const isMet = firstCallMs !== null && firstCallMs < toMs && (lastCallMs ?? firstCallMs) >= fromMs;
  return isMet || (batch.createdAtMs >= fromMs && batch.createdAtMs < toMs);
}
