// One body, one or several records: what a UCM posts, what was kept while the server was away, and
// the answers of its interface for CDRs.
import type { RecordPiece } from "../format.ts";
import { FORMAT_LIMITS } from "../limits.ts";
import { headerOf, lineEnd, UCM_COLUMNS } from "./csv-line.ts";
import { jsonSpans, MOST_OPEN, recordsIn, type Spans } from "./spans.ts";
import { xmlSpans } from "./xml-spans.ts";

/**
 * Each record with its own bytes and the format that reads it; what is cut is a piece too, with why it
 * is none. A body with more records than `FORMAT_LIMITS.records`, or nested too deep, is one piece.
 */
export function ucmPieces(body: Uint8Array): RecordPiece[] {
  const start = contentStart(body);
  const first = body[start];
  if (first === undefined) return [];
  const bytes = body.subarray(start);
  if (first === 0x7b || first === 0x5b) return piecesOf(bytes, jsonSpans(bytes), "ucm-json");
  if (first === 0x3c) return piecesOf(bytes, xmlSpans(bytes), "ucm-xml");
  return csvPieces(bytes);
}

/** Behind a byte order mark and what separates records. */
function contentStart(body: Uint8Array): number {
  let at = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf ? 3 : 0;
  while (at < body.length && (body[at] as number) <= 0x20) at += 1;
  return at;
}

function piecesOf(bytes: Uint8Array, spans: Spans | null, format: string): RecordPiece[] {
  const records = spans?.roots.flatMap(recordsIn);
  if (spans === null || records === undefined || records.length > FORMAT_LIMITS.records) {
    return [tooMany(bytes, format)];
  }
  const pieces: RecordPiece[] = records.map(({ start, end }) => ({
    bytes: bytes.subarray(start, end),
    format,
  }));
  const rest = spans.broken === null ? new Uint8Array() : bytes.subarray(spans.broken);
  if (contentStart(rest) === rest.length) return pieces;
  const reason = format === "ucm-json" ? "broken-json" : "broken-xml";
  const detail = `From byte ${bytes.length - rest.length} on there is no whole record.`;
  return [...pieces, { bytes: rest, format, fault: { reason, detail } }];
}

function tooMany(bytes: Uint8Array, format: string): RecordPiece {
  const detail = `The body has over ${FORMAT_LIMITS.records} records, or what is in each other over ${MOST_OPEN} deep.`;
  return { bytes, format, fault: { reason: "over-limit", detail } };
}

const KNOWN_HEADER = UCM_COLUMNS.join(",").toLowerCase();

/** Headers of one body; a sender that repeats its header does so once a file. */
const MOST_HEADERS = 100;

/** Each line with the header in front where that is another than the known one. */
function csvPieces(body: Uint8Array): RecordPiece[] {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const pieces: RecordPiece[] = [];
  let header: Buffer | null = null;
  let headers = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = lineEnd(bytes, start);
    const line = bytes.subarray(start, end);
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
    pieces.push({ bytes: piece, format: "ucm-csv" });
    if (pieces.length > FORMAT_LIMITS.records) return [tooMany(body, "ucm-csv")];
  }
  return pieces;
}
