// Where a JSON object ends that comes in pieces: at the brace that closes its first one, outside of
// strings.

export interface JsonScan {
  /** Bytes that were looked at. */
  at: number;
  depth: number;
  isInText: boolean;
  isEscaped: boolean;
}

/** `isBroken`: it does not end, and another one begins there. */
export interface RecordEnd {
  end: number;
  isBroken: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** What an object within another one follows: a colon, a comma, a list. */
const BEFORE_INNER = new Set([0x3a, 0x2c, 0x5b]);

export function jsonScan(): JsonScan {
  return { at: 0, depth: 0, isInText: false, isEscaped: false };
}

/** Goes on where it ended; null: the end is not there yet. */
export function jsonEnd(bytes: Buffer, scan: JsonScan): RecordEnd | null {
  while (scan.at < bytes.length) {
    const { at } = scan;
    scan.at += 1;
    const found = scan.isInText ? passInText(bytes, scan, at) : passOutside(bytes, scan, at);
    if (found !== null) return found;
  }
  return null;
}

function passInText(bytes: Buffer, scan: JsonScan, at: number): RecordEnd | null {
  const byte = bytes[at];
  if (scan.isEscaped) {
    scan.isEscaped = false;
    return null;
  }
  scan.isEscaped = byte === BACKSLASH;
  if (byte !== QUOTE) return null;
  const next = nextRecord(bytes, at);
  if (next !== null) return { end: next, isBroken: true };
  scan.isInText = false;
  return null;
}

function passOutside(bytes: Buffer, scan: JsonScan, at: number): RecordEnd | null {
  const byte = bytes[at];
  if (byte === QUOTE) scan.isInText = true;
  else if (byte === CLOSE) {
    scan.depth -= 1;
    if (scan.depth === 0) return { end: at + 1, isBroken: false };
  } else if (byte === OPEN) {
    const isInner = scan.depth === 0 || BEFORE_INNER.has(bytes[beforeBlanks(bytes, at)] ?? 0);
    if (!isInner) return { end: at, isBroken: true };
    scan.depth += 1;
  }
  return null;
}

/**
 * A text that is never closed makes texts of what stands between those after it. `}` or a line end,
 * `{` and `"` do not stand so within a text of a call: there the next record begins.
 */
function nextRecord(bytes: Buffer, quote: number): number | null {
  const open = beforeBlanks(bytes, quote);
  if (bytes[open] !== OPEN || open === 0) return null;
  const before = beforeBlanks(bytes, open);
  const isAfterLine = before < open - 1 && hasLineEnd(bytes, before + 1, open);
  return bytes[before] === CLOSE || isAfterLine ? open : null;
}

/** Place of the last byte before `at` that separates nothing; -1: none. */
function beforeBlanks(bytes: Buffer, at: number): number {
  let before = at - 1;
  while (before >= 0 && (bytes[before] as number) <= 0x20) before -= 1;
  return before;
}

function hasLineEnd(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) {
    const byte = bytes[at];
    if (byte === 0x0a || byte === 0x0d || byte === 0) return true;
  }
  return false;
}
