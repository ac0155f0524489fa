// One body, one or several records: what a UCM posts, what was kept while the server was away, and
// the answers of its interface for CDRs.
import type { RecordPiece } from "../format.ts";
import { FORMAT_LIMITS } from "../limits.ts";
import { headerOf, lineEnd, UCM_COLUMNS } from "./csv-line.ts";
import { jsonSpans, MOST_OPEN, recordsIn, type Spans } from "./spans.ts";
import { xmlSpans } from "./xml-spans.ts";

/** Spans of a record: itself, what holds it, and what else stands in lists. */
const SPANS_OF_ONE = 4;

/**
 * Each record with its own bytes and the format that reads it; what is cut is a piece too, with why it
 * is none. A body with more than `most` records, or nested too deep, is one piece.
 */
export function ucmPieces(body: Uint8Array, most: number = FORMAT_LIMITS.records): RecordPiece[] {
  const start = contentStart(body);
  const first = body[start];
  if (first === undefined) return [];
  const content = { bytes: body.subarray(start), start, most };
  const spans = most * SPANS_OF_ONE;
  if (first === 0x7b || first === 0x5b) {
    return piecesOf(content, jsonSpans(content.bytes, spans), "ucm-json");
  }
  if (first === 0x3c) return piecesOf(content, xmlSpans(content.bytes, spans), "ucm-xml");
  return csvPieces(content);
}

interface Content {
  bytes: Uint8Array;
  /** Its place in the body. */
  start: number;
  most: number;
}

/** Behind a byte order mark and what separates records. */
function contentStart(body: Uint8Array): number {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  while (at < body.length && (body[at] as number) <= 0x20) at += 1;
  return at;
}

function piecesOf(content: Content, spans: Spans | null, format: string): RecordPiece[] {
  const { bytes, start: contentAt, most } = content;
  const records = spans?.roots.flatMap(recordsIn);
  if (spans === null || records === undefined || records.length > most) {
    return [tooMany(content, format)];
  }
  const pieces: RecordPiece[] = records.map(({ start, end }) => ({
    bytes: bytes.subarray(start, end),
    format,
    at: contentAt + start,
  }));
  const rest = spans.broken === null ? new Uint8Array() : bytes.subarray(spans.broken);
  if (contentStart(rest) === rest.length) return pieces;
  const reason = format === "ucm-json" ? "broken-json" : "broken-xml";
  const at = contentAt + bytes.length - rest.length;
  const detail = `From byte ${at - contentAt} on there is no whole record.`;
  return [...pieces, { bytes: rest, format, at, fault: { reason, detail } }];
}

function tooMany({ bytes, start, most }: Content, format: string): RecordPiece {
  const detail = `The body has over ${most} records, or what is in each other over ${MOST_OPEN} deep.`;
  return { bytes, format, at: start, fault: { reason: "over-limit", detail } };
}

const KNOWN_HEADER = UCM_COLUMNS.join(",").toLowerCase();

/** Headers of one body; a sender that repeats its header does so once a file. */
const MOST_HEADERS = 100;

/** Each line with the header in front where that is another than the known one. */
function csvPieces(content: Content): RecordPiece[] {
  const { bytes: own, start: contentAt, most } = content;
  const bytes = Buffer.from(own.buffer, own.byteOffset, own.byteLength);
  const pieces: RecordPiece[] = [];
  let header: Buffer | null = null;
  let headers = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = lineEnd(bytes, start);
    const line = bytes.subarray(start, end);
    const at = contentAt + start;
    start = end + 1;
    if (contentStart(line) === line.length) continue;
    const names = headers < MOST_HEADERS ? headerOf(line.toString("latin1")) : null;
    if (names !== null) {
      headers += 1;
      const isKnown = names.join(",").toLowerCase() === KNOWN_HEADER;
      header = isKnown ? null : line;
      continue;
    }
    const piece = header === null ? line : Buffer.concat([header, Buffer.from("\n"), line]);
    pieces.push({ bytes: piece, format: "ucm-csv", at });
    if (pieces.length > most) return [tooMany(content, "ucm-csv")];
  }
  return pieces;
}
