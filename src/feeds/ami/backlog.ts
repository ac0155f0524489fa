// Records that were heard and are not durable yet: bounded, since a manager sends nothing twice.
import type { FeedBytes } from "../contract.ts";

/** Records, and their bytes, beyond which nothing more is read. */
const MOST_RECORDS = 10_000;
const MOST_BYTES = 16_777_216;
/** Records that are handed over at once. */
const PIECE_RECORDS = 500;

export interface Backlog {
  push(record: FeedBytes, heardAtMs: number): void;
  /** The oldest ones, left in until `done`. */
  next(): FeedBytes[];
  done(records: readonly FeedBytes[]): void;
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
  const held: { record: FeedBytes; heardAtMs: number }[] = [];
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
    push(record, heardAtMs) {
      held.push({ record, heardAtMs });
      bytes += record.bytes.length;
      wake();
    },
    next: () => held.slice(0, PIECE_RECORDS).map(({ record }) => record),
    done(records) {
      held.splice(0, records.length);
      for (const record of records) bytes -= record.bytes.length;
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
