// Cuts the bytes of a file into records: lines, and lines that a quoted line end joins. A file that is
// followed and one that is imported are cut alike, to the byte: ids are made of it.
import type { Reason } from "../../cdr/reasons.ts";

/** One record as its bytes came, with their line end. */
export interface LineRecord {
  bytes: Uint8Array;
  /** It cannot be one: it goes to suspense unread. */
  fault?: { reason: Reason; detail: string };
}

export interface CutRules {
  /** Whether a line by itself is a record. */
  isWhole(line: string): boolean;
  /** Bytes that one record may have. */
  mostBytes: number;
  mostRecords: number;
}

export interface Cut {
  records: LineRecord[];
  /** Bytes that are done with; what follows is half a record. */
  used: number;
}

/** Bytes of one line; cdr_csv drops what is over 1024 of them itself. */
export const MOST_LINE_BYTES = 1_048_576;
/** Lines that one record may go over: a quote that is never closed must not swallow the file. */
export const MOST_LINES = 16;
const LF = 0x0a;
const QUOTE = 0x22;

/**
 * `bytes` begin at a record. Half a line at their end waits, and so does a line in whose quotes a line
 * end may stand. Over `mostBytes` without an end a piece is cut off, and is no record.
 */
export function cutRecords(bytes: Buffer, rules: CutRules): Cut {
  const records: LineRecord[] = [];
  let used = 0;
  while (used < bytes.length && records.length < rules.mostRecords) {
    const end = endOfRecord(bytes, used, rules);
    if (end === null) {
      if (bytes.length - used < rules.mostBytes) break;
      const piece = bytes.subarray(used, used + rules.mostBytes);
      const detail = `There is no end of a record in ${rules.mostBytes} bytes; this is a piece of it.`;
      records.push({ bytes: piece, fault: { reason: "over-limit", detail } });
      used += rules.mostBytes;
      continue;
    }
    const line = bytes.subarray(used, end);
    if (!isBlank(line)) records.push({ bytes: line });
    used = end;
  }
  return { records, used };
}

/** Behind the line end of the record at `start`; null: it is not there yet. */
function endOfRecord(bytes: Buffer, start: number, { isWhole }: CutRules): number | null {
  const first = endOfLine(bytes, start);
  if (first === null) return null;
  let quotes = quotesIn(bytes, start, first);
  if (quotes % 2 === 0 || isWhole(bytes.toString("utf8", start, first))) return first;
  let end = first;
  for (let lines = 1; lines < MOST_LINES; lines += 1) {
    const next = endOfLine(bytes, end);
    if (next === null) return null;
    // A line that is a record by itself is no part of another one: that one is broken.
    if (isWhole(bytes.toString("utf8", end, next))) return first;
    quotes += quotesIn(bytes, end, next);
    end = next;
    if (quotes % 2 === 0) return end;
  }
  return first;
}

function endOfLine(bytes: Buffer, start: number): number | null {
  const found = bytes.indexOf(LF, start);
  return found < 0 ? null : found + 1;
}

function quotesIn(bytes: Buffer, start: number, end: number): number {
  let count = 0;
  for (let at = start; at < end; at += 1) if (bytes[at] === QUOTE) count += 1;
  return count;
}

function isBlank(line: Buffer): boolean {
  return line.toString("latin1").trim() === "";
}
