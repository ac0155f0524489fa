// Which of the equal lines of its file a line is: all that tells equal calls apart in a file without ids.
import { createHash } from "node:crypto";
import type { LineRecord } from "./cut.ts";

export interface NumberedLine extends LineRecord {
  /** From 1, among the equal ones of its file; none: it is no record. */
  occurrence?: number;
}

export interface Numbering {
  /** The records with their numbers if they come next; nothing is counted by that. */
  numbered(records: readonly LineRecord[]): NumberedLine[];
  /** They came. */
  count(records: readonly LineRecord[]): void;
  /** They come, and are counted: their numbers. */
  take(records: readonly LineRecord[]): NumberedLine[];
}

export function createNumbering(): Numbering {
  const counts = createCounts();
  return {
    numbered(records) {
      const within = new Map<string, number>();
      return records.map((record) => {
        if (record.fault !== undefined) return record;
        const key = keyOf(record.bytes);
        const occurrence = (within.get(key) ?? counts.of(key)) + 1;
        within.set(key, occurrence);
        return { ...record, occurrence };
      });
    },
    take: (records) =>
      records.map((record) =>
        record.fault === undefined
          ? { ...record, occurrence: counts.add(keyOf(record.bytes)) }
          : record,
      ),
    count(records) {
      for (const { bytes, fault } of records) if (fault === undefined) counts.add(keyOf(bytes));
    },
  };
}

/** Hexadecimal digits of a hash that are the key of a content: 64 bits. */
export const KEY_DIGITS = 16;

/** The key of the hash of a line without its end and without a byte order mark. */
function keyOf(bytes: Uint8Array): string {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = line
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "")
    .replace(/\r?\n$/, "");
  return createHash("sha256").update(text, "latin1").digest("hex").slice(0, KEY_DIGITS);
}

const FIRST_SLOTS = 1024;

/** How often each key was added. */
interface KeyCounts {
  of(key: string): number;
  /** Answers how often it was added by now. */
  add(key: string): number;
}

/** Numbers by keys of 64 bits: 24 to 48 bytes for each key, some 5 MB for 100,000 calls. */
export function createCounts(): KeyCounts {
  let table = newTable(FIRST_SLOTS);
  let keys = 0;

  function slotOf(key: string): number {
    return placeOf(table, Number.parseInt(key.slice(0, 8), 16), Number.parseInt(key.slice(8), 16));
  }

  function grow(): void {
    const { high, low, counts } = table;
    table = newTable(counts.length * 2);
    for (const [slot, count] of counts.entries()) {
      if (count === 0) continue;
      const place = placeOf(table, high[slot] ?? 0, low[slot] ?? 0);
      table.high[place] = high[slot] ?? 0;
      table.low[place] = low[slot] ?? 0;
      table.counts[place] = count;
    }
  }

  return {
    of: (key) => table.counts[slotOf(key)] ?? 0,
    add(key) {
      if (keys * 2 >= table.counts.length) grow();
      const slot = slotOf(key);
      const count = table.counts[slot] ?? 0;
      if (count === 0) keys += 1;
      table.high[slot] = Number.parseInt(key.slice(0, 8), 16);
      table.low[slot] = Number.parseInt(key.slice(8), 16);
      table.counts[slot] = count + 1;
      return count + 1;
    },
  };
}

interface Table {
  high: Uint32Array;
  low: Uint32Array;
  /** 0: the slot is free. */
  counts: Uint32Array;
}

function newTable(slots: number): Table {
  const column = () => new Uint32Array(slots);
  return { high: column(), low: column(), counts: column() };
}

/** The slot that has the key, else the free one that is its own. */
function placeOf({ high, low, counts }: Table, keyHigh: number, keyLow: number): number {
  const mask = counts.length - 1;
  let slot = keyLow & mask;
  while (counts[slot] !== 0 && (high[slot] !== keyHigh || low[slot] !== keyLow)) {
    slot = (slot + 1) & mask;
  }
  return slot;
}
