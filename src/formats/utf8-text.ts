// Bytes to text without loss: a byte that is not UTF-8 becomes a lone surrogate U+DC80 to U+DCFF
// (as Python's "surrogateescape"), so that a value can later be shown readable and kept exact.
// All of it takes time in proportion to the bytes, whatever they are.

import { FORMAT_LIMITS } from "./limits.ts";

const STRICT = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** Code units that one call of String.fromCharCode takes. */
const CHUNK = 8_192;

/** The text of a record; null: more of its bytes are not UTF-8 than a record may have. */
export function decodeRecord(bytes: Uint8Array): string | null {
  try {
    return STRICT.decode(bytes);
  } catch {
    if (isBroken(bytes)) return null;
    // The slow way keeps every byte.
    const units = new Uint16Array(bytes.length);
    return textOfUnits(units, writeUnits(bytes, bytes.length, units, 0));
  }
}

/** Whether there are too many bytes that are not UTF-8; it looks no further than to the last of these. */
function isBroken(bytes: Uint8Array): boolean {
  let broken = 0;
  for (let at = 0; at < bytes.length && broken <= FORMAT_LIMITS.brokenBytes; ) {
    const length = (bytes[at] as number) < 0x80 ? 1 : sequenceLength(bytes, at, bytes.length);
    if (length === 0) broken += 1;
    at += Math.max(length, 1);
  }
  return broken > FORMAT_LIMITS.brokenBytes;
}

/** Writes `bytes` up to `end` as UTF-16 into `units` from `start` on; answers where it ended. */
export function writeUnits(
  bytes: Uint8Array,
  end: number,
  units: Uint16Array,
  start: number,
): number {
  let to = start;
  let at = 0;
  while (at < end) {
    const lead = bytes[at] as number;
    const length = lead < 0x80 ? 1 : sequenceLength(bytes, at, end);
    if (length <= 1) {
      units[to++] = length === 1 ? lead : 0xdc00 + lead;
      at += 1;
      continue;
    }
    const point = codePointAt(bytes, at, length);
    if (point > 0xffff) {
      units[to++] = 0xd7c0 + (point >> 10);
      units[to++] = 0xdc00 + (point & 0x3ff);
    } else {
      units[to++] = point;
    }
    at += length;
  }
  return to;
}

export function textOfUnits(units: Uint16Array, length: number): string {
  const parts: string[] = [];
  for (let from = 0; from < length; from += CHUNK) {
    const chunk = units.subarray(from, Math.min(from + CHUNK, length));
    // Four times as fast as spreading the chunk.
    parts.push(Reflect.apply(String.fromCharCode, null, chunk));
  }
  return parts.join("");
}

function codePointAt(bytes: Uint8Array, at: number, length: number): number {
  let point = (bytes[at] as number) & (0xff >> (length + 1));
  for (let next = 1; next < length; next += 1) {
    point = (point << 6) | ((bytes[at + next] as number) & 0x3f);
  }
  return point;
}

/** Length in bytes of the well-formed sequence at a place, 0 when there is none (RFC 3629). */
function sequenceLength(bytes: Uint8Array, at: number, end: number): number {
  const lead = bytes[at] as number;
  if (lead < 0xc2 || lead > 0xf4) {
    return 0;
  }
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (at + length > end) {
    return 0;
  }
  const second = bytes[at + 1] as number;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) {
    return 0;
  }
  for (let next = 2; next < length; next += 1) {
    if (((bytes[at + next] as number) & 0xc0) !== 0x80) {
      return 0;
    }
  }
  return length;
}

/** Lone surrogates of a text: bytes that were not UTF-8, and halves of characters. */
export function brokenUnits(text: string): number {
  if (text.isWellFormed()) {
    return 0;
  }
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = surrogateWidth(text, at);
    if (width === 1) count += 1;
    else if (width === 2) at += 1;
  }
  return count;
}

/** 0: no surrogate at this place, 1: a lone one, 2: a pair. */
function surrogateWidth(text: string, at: number): 0 | 1 | 2 {
  const unit = text.charCodeAt(at);
  if (unit < 0xd800 || unit > 0xdfff) {
    return 0;
  }
  const next = unit <= 0xdbff ? text.charCodeAt(at + 1) : 0;
  return next >= 0xdc00 && next <= 0xdfff ? 2 : 1;
}

interface ReadableText {
  /** Well-formed text, U+FFFD for each byte or code unit that is none. */
  text: string;
  /** The exact value where `text` lost something: %XX for bytes (and % itself), \uXXXX for units. */
  raw: string | null;
}

export function readableText(text: string): ReadableText {
  if (text.isWellFormed()) {
    return { text, raw: null };
  }
  const parts: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const width = surrogateWidth(text, at);
    if (width === 2) {
      at += 1;
    } else if (width === 1) {
      parts.push(text.slice(start, at).replaceAll("%", "%25"), escapeOf(text.charCodeAt(at)));
      start = at + 1;
    }
  }
  parts.push(text.slice(start).replaceAll("%", "%25"));
  return { text: text.toWellFormed(), raw: parts.join("") };
}

function escapeOf(unit: number): string {
  const hex = unit.toString(16).toUpperCase();
  return unit >= 0xdc80 && unit <= 0xdcff ? `%${hex.slice(2)}` : `\\u${hex}`;
}
