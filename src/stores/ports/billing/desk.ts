// PORT: what the billing desk keeps by name: schedules, deliveries, saved searches, notices, exports.
import type { JsonObject } from "../../../cdr/json.ts";

export type DeskKind = "schedule" | "delivery" | "search" | "notice" | "export";

export interface DeskKey {
  kind: DeskKind;
  /** Unique among those of its kind. */
  id: string;
}

export interface DeskEntry extends DeskKey {
  /** Raised by each update: who updates names the version it saw. */
  version: number;
  /** When something is to be done with it, epoch milliseconds; null: nothing is. */
  dueMs: number | null;
  /** What it says; whoever reads it checks it. */
  body: JsonObject;
}

export interface DeskStore {
  /** False when the key is taken: nothing is written then. */
  put(entry: DeskEntry): Promise<boolean>;
  get(key: DeskKey): Promise<DeskEntry | null>;
  /** Replaces it if it is still at the version seen; else false. */
  update(entry: DeskEntry, expectedVersion: number): Promise<boolean>;
  /** Takes it away, whatever its version; nothing where it is not there. */
  remove(key: DeskKey): Promise<void>;
  /** By id, those after `after`; descending: the last ids first, those before `after`. */
  page(query: {
    kind: DeskKind;
    limit: number;
    after?: string;
    descending?: boolean;
  }): Promise<DeskEntry[]>;
  /** Those of the kind that are due until then, the longest due first. */
  due(query: { kind: DeskKind; untilMs: number; limit: number }): Promise<DeskEntry[]>;
}
