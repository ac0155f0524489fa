// Cuts what a UCM writes on a bare connection into records: nothing says where one ends but its own
// text, and packets end anywhere.
import type { Reason } from "../../cdr/reasons.ts";
import type { RecordPiece } from "../../formats/format.ts";
import { createPending } from "../../formats/lines/pending.ts";
import { headerOf, lineEnd } from "../../formats/ucm/csv-line.ts";
import { ucmPieces } from "../../formats/ucm/pieces.ts";
import { type JsonScan, jsonEnd, jsonScan, type RecordEnd } from "./json-end.ts";
import { type XmlScan, xmlEnd, xmlScan } from "./xml-end.ts";

export interface Framer {
  /** The records that are whole now. After one over the limit it takes no more: `isOver`. */
  push(bytes: Uint8Array): RecordPiece[];
  /** Bytes of a record whose end did not come yet. */
  unfinished(): number;
  isOver(): boolean;
  /** What is left when no more comes: a line is a record without its end, all else is broken. */
  end(why: string): RecordPiece[];
}

type Kind =
  | { kind: "json"; scan: JsonScan }
  | { kind: "xml"; scan: XmlScan }
  | { kind: "line"; at: number };

const FORMATS = { json: "ucm-json", xml: "ucm-xml", line: "ucm-csv" } as const;
const BROKEN = { json: "broken-json", xml: "broken-xml", line: "not-a-cdr" } as const;

/** @param mostBytes that one record may have */
export function createFramer(mostBytes: number): Framer {
  const pending = createPending();
  let record: Kind | null = null;
  let isInList = false;
  let isOver = false;
  /** The last line that named columns. */
  let header: Buffer | null = null;

  /** Begins a record where one begins; false: only what separates records is there. */
  function begin(): boolean {
    const bytes = pending.view();
    const separators = separatorsIn(bytes, isInList);
    isInList = separators.isInList;
    pending.take(separators.count);
    const first = pending.view()[0];
    if (first === undefined) return false;
    if (first === OPEN) record = { kind: "json", scan: jsonScan() };
    else if (first === TAG) record = { kind: "xml", scan: xmlScan() };
    else record = { kind: "line", at: 0 };
    return true;
  }

  function endOf(one: Kind): RecordEnd | null {
    const bytes = pending.view();
    if (one.kind === "json") return jsonEnd(bytes, one.scan);
    if (one.kind === "line") return endOfLine(bytes, one);
    const end = xmlEnd(bytes, one.scan);
    if (end !== "no-root") return end;
    const line: Kind = { kind: "line", at: 0 };
    record = line;
    return endOfLine(bytes, line);
  }

  function faulty({ kind }: Kind, count: number, reason: Reason, detail: string): RecordPiece {
    record = null;
    return { bytes: pending.take(count), format: FORMATS[kind], fault: { reason, detail } };
  }

  function whole({ kind }: Kind, count: number): RecordPiece[] {
    record = null;
    const bytes = pending.take(count);
    if (kind !== "line") return ucmPieces(bytes);
    if (headerOf(bytes.toString("latin1").trim()) !== null) {
      header = bytes;
      return [];
    }
    return ucmPieces(header === null ? bytes : Buffer.concat([header, Buffer.from("\n"), bytes]));
  }

  return {
    push(bytes) {
      if (isOver) return [];
      pending.append(bytes);
      const pieces: RecordPiece[] = [];
      while (!isOver && (record !== null || begin())) {
        const one = record as Kind;
        const end = endOf(one);
        if (end !== null && end.end <= mostBytes) {
          if (!end.isBroken) pieces.push(...whole(record ?? one, end.end));
          else pieces.push(faulty(one, end.end, BROKEN[one.kind], NO_END));
          continue;
        }
        if (end === null && pending.view().length < mostBytes) break;
        isOver = true;
        const detail = `There is no end of a record in ${mostBytes} bytes; this is its beginning.`;
        pieces.push(faulty(record ?? one, mostBytes, "over-limit", detail));
      }
      return pieces;
    },
    unfinished: () => (record === null || isOver ? 0 : pending.view().length),
    isOver: () => isOver,
    end(why) {
      const { length } = pending.view();
      if (record === null || isOver || length === 0) return [];
      if (record.kind === "line") return whole(record, length);
      return [faulty(record, length, BROKEN[record.kind], `The record is cut: ${why}.`)];
    },
  };
}

const NO_END = "The record does not end before the next one begins.";
const OPEN = 0x7b;
const TAG = 0x3c;
const LIST = 0x5b;
const END_OF_LIST = 0x5d;
const COMMA = 0x2c;

/** What separates records: line ends, NUL, the brackets and commas of a list, a byte order mark. */
function separatorsIn(bytes: Buffer, wasInList: boolean): { count: number; isInList: boolean } {
  let isInList = wasInList;
  let at = 0;
  while (at < bytes.length) {
    const byte = bytes[at] as number;
    const isMark = byte === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf;
    const isOfList = byte === LIST || (isInList && (byte === COMMA || byte === END_OF_LIST));
    if (!(byte <= 0x20 || isMark || isOfList)) break;
    if (isOfList && byte !== COMMA) isInList = byte === LIST;
    at += isMark ? 3 : 1;
  }
  return { count: at, isInList };
}

function endOfLine(bytes: Buffer, line: { at: number }): RecordEnd | null {
  line.at = lineEnd(bytes, line.at);
  return line.at < bytes.length ? { end: line.at, isBroken: false } : null;
}
