// PORT: feeds: who runs each, and how far it came.
import type { JsonObject } from "../../cdr/json.ts";

export interface FeedRecord {
  name: string;
  /** Raised by each update: who updates names the version it saw. */
  version: number;
  /** The process that runs it, and until when nobody else may; null: none does. */
  owner: string | null;
  leaseUntilMs: number;
  /** Somebody stopped it: no process runs it until it is started again. */
  isStopped: boolean;
  /** Where it goes on, the feed's own; null: at its beginning. All before it is durable. */
  position: JsonObject | null;
  /** What it has seen so far, the feed's own. */
  state: JsonObject;
}

export interface FeedStore {
  /** False when the name is taken: nothing is written then. */
  put(feed: FeedRecord): Promise<boolean>;
  /** Those that are there, in no order. */
  getFor(names: string[]): Promise<FeedRecord[]>;
  /** Replaces the record if it is still at the version seen; else false. */
  update(feed: FeedRecord, expectedVersion: number): Promise<boolean>;
}
