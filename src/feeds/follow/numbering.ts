// Which of the equal lines of its file a line is: all that tells equal calls apart in a file without ids.
import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import type { FeedBytes } from "../contract.ts";
import { readAt } from "./place.ts";
import { type CutRules, cutRecords } from "./records.ts";

export interface Numbering {
  /** The records with their numbers, from 1, if they come next; nothing is counted by that. */
  numbered(records: readonly FeedBytes[]): FeedBytes[];
  /** They came. */
  count(records: readonly FeedBytes[]): void;
}

/** What comes before `offset` is counted: a file that is gone on with has the numbers it had. */
export async function numberingFrom(
  handle: FileHandle,
  offset: number,
  rules: CutRules,
): Promise<Numbering> {
  const numbering = createNumbering();
  for (let at = 0; at < offset; ) {
    const bytes = await readAt(handle, at, Math.min(rules.mostBytes, offset - at));
    const { records, used } = cutRecords(bytes, rules);
    // Half a line at the end, which was handed over as such.
    if (used === 0) break;
    numbering.count(records);
    at += used;
  }
  return numbering;
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
    count(records) {
      for (const { bytes, fault } of records) if (fault === undefined) counts.add(keyOf(bytes));
    },
  };
}

/** 16 hexadecimal digits of the hash of a line without its end and without a byte order mark. */
function keyOf(bytes: Uint8Array): string {
  const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = line
    .toString("latin1")
    .replace(/^\xef\xbb\xbf/, "")
    .replace(/\r?\n$/, "");
  return createHash("sha256").update(text, "latin1").digest("hex").slice(0, 16);
}

const FIRST_SLOTS = 1024;

/** Numbers by keys of 64 bits: 24 to 48 bytes for each key, some 5 MB for 100,000 calls. */
function createCounts() {
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
    of: (key: string): number => table.counts[slotOf(key)] ?? 0,
    add(key: string): void {
      if (keys * 2 >= table.counts.length) grow();
      const slot = slotOf(key);
      const count = table.counts[slot] ?? 0;
      if (count === 0) keys += 1;
      table.high[slot] = Number.parseInt(key.slice(0, 8), 16);
      table.low[slot] = Number.parseInt(key.slice(8), 16);
      table.counts[slot] = count + 1;
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
