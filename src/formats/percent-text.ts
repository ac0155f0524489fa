// Percent-decoding that never throws and never loses: bad escapes stay as they came, bytes that
// are not UTF-8 stay as lone surrogates (see utf8-text.ts).
import { decodeUtf8 } from "./utf8-text.ts";

const ESCAPES = /(?:%[0-9A-Fa-f]{2})+/g;
const BAD_ESCAPE = /%(?![0-9A-Fa-f]{2})/;

/** `+` is left alone: only form fields use it for a space. */
export function percentDecode(text: string): string {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    // A bad escape or a byte sequence that is not UTF-8: run by run below.
    return text.replace(ESCAPES, (run) => decodeUtf8(bytesOf(run)).text);
  }
}

/** Whether a % stands without its two hexadecimal digits. */
export function hasBadEscape(text: string): boolean {
  return BAD_ESCAPE.test(text);
}

function bytesOf(run: string): Uint8Array {
  const bytes = new Uint8Array(run.length / 3);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = Number.parseInt(run.slice(index * 3 + 1, index * 3 + 3), 16);
  }
  return bytes;
}
