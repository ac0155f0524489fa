// Requests that come one after the other on a connection, in pieces that end anywhere. What is no request
// ends the connection, as it ends the engine's.
import { createPending } from "../../formats/lines/pending.ts";
import { type GoRequest, readRequests } from "./requests.ts";

export interface StreamedRequest {
  request: GoRequest;
  /** Of its text. */
  bytes: number;
}

/** `broken`: what came is no request; `too-large`: one is over the limit. */
export type StreamEnd = "broken" | "too-large";

export interface RequestStream {
  /** The requests that are whole now; after an `end` nothing more is read. */
  push(bytes: Uint8Array): { requests: StreamedRequest[]; end: StreamEnd | null };
  /** Bytes of a request whose end did not come yet. */
  unfinished(): number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const OBJECT = 0x7b;
/** The one word that is a request: it names no method. */
const NULL = Buffer.from("null");

interface Scan {
  /** Bytes that were looked at. */
  at: number;
  depth: number;
  isInText: boolean;
  isEscaped: boolean;
}

const begun = (): Scan => ({ at: 0, depth: 0, isInText: false, isEscaped: false });

/** @param mostBytes that one request may have */
export function createRequestStream(mostBytes: number): RequestStream {
  const pending = createPending();
  let scan = begun();

  /** Bytes of the request that stands at the beginning; null: its end did not come yet. */
  function length(): number | "broken" | null {
    dropBlanks();
    const bytes = pending.view();
    const [first] = bytes;
    if (first === undefined) return null;
    if (first === OBJECT) return objectEnd(bytes, scan);
    // A word has its end where something follows it.
    if (bytes.length <= NULL.length) {
      return NULL.subarray(0, bytes.length).equals(bytes) ? null : "broken";
    }
    return bytes.subarray(0, NULL.length).equals(NULL) ? NULL.length : "broken";
  }

  function dropBlanks(): void {
    if (scan.at > 0) return;
    const bytes = pending.view();
    let blanks = 0;
    while (blanks < bytes.length && isBlank(bytes[blanks] as number)) blanks += 1;
    if (blanks > 0) pending.take(blanks);
  }

  return {
    push(bytes) {
      pending.append(bytes);
      const requests: StreamedRequest[] = [];
      for (;;) {
        const found = length();
        if (found === "broken") return { requests, end: "broken" };
        const size = found ?? pending.view().length;
        if (size > mostBytes) return { requests, end: "too-large" };
        if (found === null) return { requests, end: null };
        scan = begun();
        const read = readRequests(pending.take(found).toString("utf8"));
        const [request] = read.requests;
        if (request === undefined || !read.isWhole) return { requests, end: "broken" };
        requests.push({ request, bytes: found });
      }
    },
    unfinished: () => pending.view().length,
  };
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

/** Goes on where it ended. */
function objectEnd(bytes: Buffer, scan: Scan): number | null {
  while (scan.at < bytes.length) {
    const byte = bytes[scan.at] as number;
    scan.at += 1;
    if (scan.isInText) passInText(byte, scan);
    else if (byte === QUOTE) scan.isInText = true;
    else if (OPENING.has(byte)) scan.depth += 1;
    else if (CLOSING.has(byte)) {
      scan.depth -= 1;
      if (scan.depth === 0) return scan.at;
    }
  }
  return null;
}

function passInText(byte: number, scan: Scan): void {
  if (scan.isEscaped) scan.isEscaped = false;
  else if (byte === BACKSLASH) scan.isEscaped = true;
  else if (byte === QUOTE) scan.isInText = false;
}
