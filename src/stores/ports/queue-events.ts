// PORT: what happened in the queues of switches: who came, who was connected, who gave up.
import type { JsonObject } from "../../cdr/json.ts";

export interface QueueEvent {
  /** sha1 hex of source, unique id, event, time and who was called: told again it is the same. */
  id: string;
  source: string;
  atMs: number;
  /** As the switch calls it. */
  event: string;
  queue: string;
  /** The member of the queue that it is about; null: none. */
  agent: string | null;
  /** Of the caller's channel; joins it with the CDRs. Empty where it is of no call. */
  uniqueId: string;
  linkedId: string | null;
  account: string | null;
  /** Seconds and counts as numbers, all else as it came. */
  facts: JsonObject;
}

/** Lists are ORed, members ANDed; times are half-open. */
export interface QueueEventQuery {
  fromMs: number;
  toMs: number;
  sources?: readonly string[] | undefined;
  queues?: readonly string[] | undefined;
  agents?: readonly string[] | undefined;
  events?: readonly string[] | undefined;
  limit: number;
  /** Behind this one. */
  after?: { atMs: number; id: string } | undefined;
}

export interface QueueEventStore {
  /** Those that are there already stay as they are. */
  put(events: readonly QueueEvent[]): Promise<void>;
  /** In the order of time, then of id. */
  find(query: QueueEventQuery): Promise<QueueEvent[]>;
  /** Writes account and facts of those that are there; answers nothing. */
  replace(events: readonly QueueEvent[]): Promise<void>;
  /** How many there are before a time; counted where they are. */
  countBefore(atMs: number): Promise<number>;
  /** Erases those before a time, at most so many; answers how many. */
  removeBefore(atMs: number, most: number): Promise<number>;
}
