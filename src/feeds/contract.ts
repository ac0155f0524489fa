// What every kind of feed fulfils, and what it is given to do so.
import type { Json, JsonObject } from "../cdr/json.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { Uploads } from "../engine/files/uploads.ts";
import type { Imports } from "../engine/imports/imports.ts";
import type { ImportRun } from "../engine/imports/job.ts";
import type { SequenceGaps } from "../engine/imports/sequence.ts";
import type { Clock, FeedCalls, Log } from "../engine/ports.ts";
import type { SourceSettings } from "../mediation/source-settings.ts";
import type { CallHalfStore } from "../stores/ports/call-halves.ts";
import type { QueueEvent } from "../stores/ports/queue-events.ts";
import type { SecretPlace } from "./secret.ts";

/** A stretch of time or of a file that the feed could not see. */
export interface FeedGap {
  /** Up to when all was seen: when the last record before it came where no better is known; null: never. RFC 3339. */
  from: string | null;
  /** When it was found. */
  to: string;
  reason: string;
}

/** One record as it came. */
export interface FeedBytes {
  bytes: Uint8Array;
  /** Of a line: its number, from 1, among the equal ones of its file, where its format needs that. */
  occurrence?: number;
  /** Name of the format that reads it, where it is not that of the feed. */
  format?: string;
  /** It cannot be one, as the feed itself sees: it goes to suspense unread. */
  fault?: { reason: Reason; detail: string };
}

export interface FileImports {
  uploads: Pick<Uploads, "begin" | "part" | "end">;
  imports: Pick<Imports, "start" | "find">;
  /** Numbers of its records that a batch lacks; null: they are not counted. */
  gaps(batch: string): Promise<SequenceGaps | null>;
}

export interface FeedParts {
  name: string;
  source: SourceSettings;
  clock: Clock;
  log: Log;
  /** In [0, 1), for waits that are not to be the same everywhere. */
  chance(): number;
  /** Resolves after `ms`, and at once when the feed is stopped. */
  pause(ms: number): Promise<void>;
  /** What nobody but the other end may know, as it is now. @throws where it is not there */
  secret(place: SecretPlace): Promise<string>;
  /**
   * Resolves when every record is durable, as a CDR or in suspense. @throws when one is not: send
   * them again, those that are durable become duplicates.
   */
  deliver(records: readonly FeedBytes[]): Promise<void>;
  /** Whole files as batches, instead of single records. */
  files: FileImports;
  /** What an import brought, for the state of the feed. */
  brought(run: ImportRun): void;
  /** Resolves when what happened in queues is durable; told again it is the same. */
  tellQueues(events: readonly QueueEvent[]): Promise<void>;
  /** Halves of calls that wait for the other one. */
  halves: CallHalfStore;
  /**
   * Keeps where the feed goes on after a stop or a crash: all before it was delivered. @throws
   * FeedLost when another process runs the feed by now
   */
  keep(position: JsonObject): Promise<void>;
  /** That its other end is there, or why it is not. */
  connected(fault: string | null): void;
  /** That something went by unseen, since `fromMs` where that is known. */
  missed(reason: string, fromMs?: number): void;
  /** Adds to counts of the feed's own, which are told with its state. */
  count(more: Record<string, number>): void;
  /** Why records of the source are not taken from an address now; null: they are. */
  refusal(address: string): string | null;
  /** What is not as it should be though the other end is there, by topic; null: no longer. */
  warned(topic: string, warning: string | null): void;
}

/** A feed of a kind; it runs from `start` to `stop`, once. */
export interface Feed {
  /** Goes on where it came to; null: from its beginning. */
  start(position: JsonObject | null): void;
  /** Resolves when nothing of it is under way any more. */
  stop(): Promise<void>;
  /** The calls that its switch has under way; absent: it cannot know of any. */
  calls?(): Promise<CallsTold>;
}

export type CallsTold = Omit<FeedCalls, "feed" | "source">;

export interface FeedKind<Settings> {
  /** It waits for others to come: without it their records have nowhere to go. */
  listens: boolean;
  /** Format of its records; absent: the settings of the feed name it. */
  format?: string;
  create(settings: Settings, parts: FeedParts): Feed;
}

/** Another process runs the feed: this one must end its own. */
export class FeedLost extends Error {
  constructor(name: string) {
    super(`the feed ${name} is run by another process`);
    this.name = "FeedLost";
  }
}

/** A member of a stored position or state as a whole number, else 0. */
export function wholeNumber(value: Json | undefined): number {
  return typeof value === "number" && Number.isSafeInteger(value) ? value : 0;
}
