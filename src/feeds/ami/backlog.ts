// Records and queue events that were heard and are not durable yet: bounded, since a manager sends nothing twice.
import type { QueueEvent } from "../../stores/ports/queue-events.ts";
import type { FeedBytes } from "../contract.ts";

/** Records, and their bytes, beyond which nothing more is read. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 16_777_216;
/** Records that are handed over at once. */
const PIECE_RECORDS = 500;

/** One of the two. */
export type Heard = { record: FeedBytes } | { event: QueueEvent };

export interface Backlog {
  push(heard: Heard, heardAtMs: number): void;
  /** The oldest ones, left in until `done`. */
  next(): Heard[];
  done(all: readonly Heard[]): void;
  /** More than half of what may be held: no more may be read until it is less. */
  isFull(): boolean;
  isLow(): boolean;
  /** When the oldest one was heard; null: there is none. */
  oldestMs(): number | null;
  /** Resolves when there is a record, or when it is woken. */
  filled(): Promise<void>;
  wake(): void;
}

export function createBacklog(): Backlog {
  const held: { heard: Heard; heardAtMs: number }[] = [];
  let bytes = 0;
  let waiting: (() => void)[] = [];
  const wake = () => {
    const woken = waiting;
    waiting = [];
    for (const go of woken) go();
  };
  const isOver = (share: number) =>
    held.length > MOST_RECORDS * share || bytes > MOST_BYTES * share;
  return {
    push(heard, heardAtMs) {
      held.push({ heard, heardAtMs });
      bytes += sizeOf(heard);
      wake();
    },
    next: () => held.slice(0, PIECE_RECORDS).map(({ heard }) => heard),
    done(all) {
      held.splice(0, all.length);
      for (const heard of all) bytes -= sizeOf(heard);
    },
    isFull: () => isOver(1),
    isLow: () => !isOver(0.5),
    oldestMs: () => held[0]?.heardAtMs ?? null,
    filled: () =>
      held.length > 0
        ? Promise.resolve()
        : new Promise((resolve) => {
            waiting.push(resolve);
          }),
    wake,
  };
}

/** About as many bytes as a queue event has. */
const EVENT_BYTES = 1000;

function sizeOf(heard: Heard): number {
  return "record" in heard ? heard.record.bytes.length : EVENT_BYTES;
}
