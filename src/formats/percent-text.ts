// Percent-decoding that never throws and never loses: bad escapes stay as they came, bytes that
// are not UTF-8 stay as lone surrogates (see utf8-text.ts). One pass, whatever the text.
import { textOfUnits, writeUnits } from "./utf8-text.ts";

const PERCENT = 0x25;
/** Up to this length a text is decoded here at once: an error of decodeURIComponent costs more. */
const SHORT = 4_096;
/** Room for short texts, used again for each. */
const SHORT_UNITS = new Uint16Array(SHORT);
const SHORT_RUN = new Uint8Array(SHORT);
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** `+` is left alone: only form fields use it for a space. */
export function percentDecode(text: string): string {
  const first = text.indexOf("%");
  if (first < 0) {
    return text;
  }
  if (text.length <= SHORT) {
    return decodeFrom(text, first);
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // A bad escape or a byte sequence that is not UTF-8.
    return decodeFrom(text, first);
  }
}

/** The value of a form field: `+` is a space there. */
export function formDecode(text: string): string {
  return percentDecode(withSpaces(text));
}

/** Each + as a space; `replaceAll` is slow where there are many. */
export function withSpaces(text: string): string {
  return text.includes("+") ? text.split("+").join(" ") : text;
}

function decodeFrom(text: string, first: number): string {
  const isShort = text.length <= SHORT;
  const units = isShort ? SHORT_UNITS : new Uint16Array(text.length - first);
  const run = isShort ? SHORT_RUN : new Uint8Array(Math.ceil(text.length / 3));
  let to = 0;
  let at = first;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const byte = unit === PERCENT ? byteAt(text, at) : -1;
    if (byte < 0) {
      units[to++] = unit;
      at += 1;
      continue;
    }
    let length = 0;
    for (let next = byte; next >= 0; next = byteAt(text, at)) {
      run[length++] = next;
      at += 3;
    }
    to = writeUnits(run, length, units, to);
  }
  return text.slice(0, first) + textOfUnits(units, to);
}

/** The byte of the escape at a place; -1: there is none. */
function byteAt(text: string, at: number): number {
  if (text.charCodeAt(at) !== PERCENT) {
    return -1;
  }
  const high = hexDigit(text.charCodeAt(at + 1));
  const low = hexDigit(text.charCodeAt(at + 2));
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

function hexDigit(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) {
    return unit - 0x30;
  }
  const letter = unit | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

/** Whether a % stands without its two hexadecimal digits. */
export function hasBadEscape(text: string): boolean {
  return BAD_ESCAPE.test(text);
}
