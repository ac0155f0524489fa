// Puts a record aside with its bytes and a reason, once for each content.
import { createHash } from "node:crypto";
import type { Cdr } from "../../cdr/cdr.ts";
import type { Reason } from "../../cdr/reasons.ts";
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
}

/** Stores the record unless it is there already; answers its id. */
export type Suspender = (arrival: Arrival, fault: SuspenseFault) => Promise<string>;

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
    const record = suspenseRecord(arrival, fault, clock());
    const isNew = await store.suspense.add(record);
    if (isNew) {
      log.warn(
        { suspenseId: record.id, source: record.source, reason: record.reason },
        `record suspended: ${record.detail}`,
      );
    }
    return record.id;
  };
}

function suspenseRecord(
  arrival: Arrival,
  fault: SuspenseFault,
  receivedAtMs: number,
): SuspenseRecord {
  const { source, format, bytes, query, contentType, batch } = arrival;
  const hash = createHash("sha256").update(source.name).update("\0").update(bytes);
  const tenant = fault.cdr?.tenant ?? fault.tenant;
  return {
    id: hash.digest("hex"),
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
    ...(fault.cdr === undefined ? {} : { cdrId: fault.cdr.id }),
    ...(batch === undefined ? {} : { batchId: batch.id, batchLine: batch.line }),
  };
}
