// PORT: suspense, the records kept aside with their bytes and a reason.

export interface SuspenseRecord {
  /** sha256 hex of source and bytes: a repeat is the same record. */
  id: string;
  source: string;
  state: "open" | "retried" | "discarded";
  reason: string;
  /** What is wrong, naming field, line or byte. */
  detail: string;
  /** Route or format it came by, so that a retry reads it the same way. */
  format: string;
  contentType?: string;
  query?: string;
  bytes: Uint8Array;
  receivedAtMs: number;
  tenant?: string;
  /** The stored CDR that it is in conflict with. */
  cdrId?: string;
  batchId?: string;
  batchLine?: number;
}

export interface SuspenseQuery {
  states?: SuspenseRecord["state"][];
  reasons?: string[];
  sources?: string[];
  tenants?: string[];
  receivedAt?: { fromMs?: number; toMs?: number };
  limit: number;
  cursor?: string;
}

export interface SuspenseStore {
  /** False when the same id is there already (nothing is written then). */
  add(record: SuspenseRecord): Promise<boolean>;
  get(id: string): Promise<SuspenseRecord | null>;
  /** Closes an open record; false when it is not open (any more). */
  close(id: string, state: "retried" | "discarded"): Promise<boolean>;
  /** Oldest first. */
  find(query: SuspenseQuery): Promise<{ records: SuspenseRecord[]; nextCursor?: string }>;
}
