// The rows that were read last: where a look for late ones has to begin, and which are known already.
import type { Order, PulledRow } from "./order.ts";

export interface WindowParts {
  order: Order;
  clock(): number;
  /** How late a row may come, by the clock or, where places are times, by them. */
  overlapMs: number;
  /** Rows that are looked at again at most. */
  overlapRows: number;
  /** Where it began when it was kept; null: at the first row. */
  from: string | null;
}

export interface Window {
  /** Where a look for late rows begins. */
  from(): string | null;
  isKnown(row: PulledRow): boolean;
  /** They were handed over. */
  read(rows: readonly PulledRow[]): void;
  /** A place that was reached. */
  reached(key: string): void;
  /** Forgets what is before a place, which is looked at no more. */
  leave(from: string | null): void;
  size(): number;
  /** Nothing of it counts any more. */
  clear(): void;
}

interface Mark {
  atMs: number;
  key: string | null;
  /** Rows that were read until then. */
  rows: number;
}

export function createWindow(parts: WindowParts): Window {
  const { order, clock, overlapMs, overlapRows } = parts;
  const known = new Map<string, PulledRow>();
  let marks: Mark[] = [{ atMs: Number.NEGATIVE_INFINITY, key: parts.from, rows: 0 }];
  let rows = 0;
  const idOf = ({ key, hash }: PulledRow) => (order.isUnique ? key : hash);
  const isBefore = (key: string, from: string) =>
    order.isUnique ? order.compare(key, from) <= 0 : order.compare(key, from) < 0;

  /** Of places that are times by the latest one, else by the clock. */
  function nowMs(): number {
    if (order.timeOf === undefined) return clock();
    return marks.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
  }

  return {
    from() {
      const ms = nowMs();
      const isOver = (mark: Mark) => ms - mark.atMs >= overlapMs || rows - mark.rows >= overlapRows;
      // The last place is looked at again: SQLite gives the number of a removed last row once more.
      const over = marks.slice(0, -1).findLastIndex(isOver);
      if (over > 0) marks = marks.slice(over);
      return marks[0]?.key ?? null;
    },
    isKnown(row) {
      return known.get(idOf(row))?.hash === row.hash;
    },
    read(some) {
      const from = marks[0]?.key ?? null;
      for (const row of some) {
        if (from === null || !isBefore(row.key, from)) {
          known.set(idOf(row), { key: row.key, hash: row.hash });
        }
      }
      rows += some.length;
    },
    reached(key) {
      const last = marks.at(-1);
      if (last?.key != null && order.compare(key, last.key) <= 0) return;
      const timeMs = order.timeOf === undefined ? clock() : order.timeOf(key);
      // Clocks that went back: nothing before was later than now.
      for (const mark of marks) mark.atMs = Math.min(mark.atMs, timeMs ?? mark.atMs);
      marks.push({ atMs: timeMs ?? last?.atMs ?? Number.NEGATIVE_INFINITY, key, rows });
    },
    leave(from) {
      if (from === null) return;
      for (const [id, row] of known) if (isBefore(row.key, from)) known.delete(id);
    },
    size: () => known.size,
    clear() {
      known.clear();
      rows = 0;
      marks = [{ atMs: Number.NEGATIVE_INFINITY, key: null, rows: 0 }];
    },
  };
}
