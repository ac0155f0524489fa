// PORT: what arrived together: a file, an import.
import type { JsonObject } from "../../../cdr/json.ts";

export interface BatchRecord {
  id: string;
  /** Raised by each update: who updates names the version it saw. */
  version: number;
  state: string;
  /** sha256 hex of the file; null: it came from none. */
  hash: string | null;
  /** Those that it was imported for; null: whoever sees everything. */
  tenants: string[] | null;
  createdAtMs: number;
  /** All else of it, the use case's own. */
  body: JsonObject;
}

export interface BatchQuery {
  hash?: string;
  states?: string[];
  /** Only these fill the page. */
  isWanted?: (batch: BatchRecord) => boolean;
  limit: number;
  cursor?: string;
}

export interface BatchStore {
  /** False when the id is taken: nothing is written then. */
  put(batch: BatchRecord): Promise<boolean>;
  get(id: string): Promise<BatchRecord | null>;
  /** Replaces the batch if it is still at the version seen; else false. */
  update(batch: BatchRecord, expectedVersion: number): Promise<boolean>;
  /** Latest first. */
  list(query: BatchQuery): Promise<{ batches: BatchRecord[]; nextCursor?: string }>;
}
