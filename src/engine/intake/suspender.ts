// Puts a record aside with its bytes and a reason, once for each content.
import { createHash } from "node:crypto";
import type { Cdr } from "../../cdr/cdr.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { turnFor } from "../../event-loop.ts";
import type { SuspenseRecord } from "../../stores/ports/suspense.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock, Log } from "../ports.ts";
import type { Arrival } from "./arrival.ts";

export interface SuspenseFault {
  reason: Reason;
  detail: string;
  /** The CDR that the record would have been, for conflicts. */
  cdr?: Cdr;
  tenant?: string;
  /** Of a record that says no tenant. */
  owners?: readonly string[] | undefined;
}

/**
 * Stores the record unless it is there already; answers it as it is now. One that was discarded is
 * open again; one that was retried stays so.
 */
export type Suspender = (arrival: Arrival, fault: SuspenseFault) => Promise<SuspenseRecord>;

export function createSuspender({
  store,
  clock,
  log,
}: {
  store: Store;
  clock: Clock;
  log: Log;
}): Suspender {
  return async (arrival, fault) => {
    await turnFor(arrival.bytes.length);
    const id = await idOf(store, arrival);
    await turnFor(arrival.bytes.length);
    const { outcome, record } = await store.suspense.add(
      suspenseRecord(id, arrival, fault, clock()),
    );
    const { source, reason, discardedBy, reopened } = record;
    if (outcome === "new") {
      log.warn({ suspenseId: id, source, reason }, `record suspended: ${record.detail}`);
    } else if (outcome === "reopened") {
      const facts = { suspenseId: id, source, reason, discardedBy, reopened };
      log.warn(facts, "a discarded record came again and is open");
    }
    return record;
  };
}

/** Release 0.1.0 left the query out; a record that it kept with this query keeps its id. */
async function idOf(store: Store, { source, query, bytes }: Arrival): Promise<string> {
  const older = hashOf([source.name, bytes]);
  if (query === undefined) return older;
  const found = await store.suspense.get(older);
  // No name of a source begins with the zero byte, so that both forms never meet.
  return found?.query === query ? older : hashOf(["", source.name, query, bytes]);
}

/** sha256 of the parts, a zero byte between them: only the last one may hold such bytes. */
function hashOf(parts: (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  parts.forEach((part, index) => {
    if (index > 0) hash.update("\0");
    hash.update(part);
  });
  return hash.digest("hex");
}

function suspenseRecord(
  id: string,
  arrival: Arrival,
  fault: SuspenseFault,
  receivedAtMs: number,
): SuspenseRecord {
  const { source, format, bytes, query, contentType, batch } = arrival;
  const tenant = fault.cdr?.tenant ?? fault.tenant;
  return {
    id,
    source: source.name,
    state: "open",
    reason: fault.reason,
    detail: fault.detail,
    format,
    bytes,
    receivedAtMs,
    ...(contentType === undefined ? {} : { contentType }),
    ...(query === undefined ? {} : { query }),
    ...(tenant === undefined ? {} : { tenant }),
    ...(tenant !== undefined || fault.owners === undefined ? {} : { owners: [...fault.owners] }),
    ...(fault.cdr === undefined ? {} : { cdrId: fault.cdr.id }),
    ...(batch === undefined ? {} : { batchId: batch.id, batchLine: batch.line }),
  };
}
