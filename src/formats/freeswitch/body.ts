// Finds the JSON or XML text in a post of mod_json_cdr or mod_xml_cdr by looking at the body, never
// at its Content-Type: raw, `cdr=` percent-encoded or base64, and the same without `cdr=` (files of
// err-log-dir).
import type { Reason } from "../../cdr/reasons.ts";
import { NOT_UTF8 } from "../limits.ts";
import { percentDecode, withSpaces } from "../percent-text.ts";
import { decodeRecord } from "../utf8-text.ts";

type BodyText =
  | { ok: true; text: string; percentEncoded: boolean }
  | { ok: false; reason: Reason; detail: string };

/** `{` or `<`, percent-encoded. */
const ENCODED_START = /^(?:%20|%0A|%0D|%09|\+)*%(?:7B|3C)/i;
const PLAIN_START = /^[{<]/;

export function readBodyText(body: Uint8Array): BodyText {
  const decoded = decodeRecord(body);
  if (decoded === null) {
    return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  }
  const text = trimmed(decoded);
  if (PLAIN_START.test(text) || text.startsWith("[")) {
    return { ok: true, text, percentEncoded: false };
  }
  const payload = payloadOf(text);
  if (PLAIN_START.test(payload)) {
    return { ok: true, text: payload, percentEncoded: false };
  }
  if (ENCODED_START.test(payload)) {
    return { ok: true, text: trimmed(percentDecode(spaced(payload))), percentEncoded: true };
  }
  const bytes = decodeBase64(payload);
  const inner = bytes === null ? null : decodeRecord(bytes);
  if (inner !== null) {
    return { ok: true, text: trimmed(inner), percentEncoded: false };
  }
  if (bytes !== null) {
    return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  }
  return {
    ok: false,
    reason: "broken-json",
    detail:
      "The body is neither JSON nor XML nor a cdr= form nor the percent-encoded or base64 text of one.",
  };
}

function trimmed(text: string): string {
  return text.replace(/^\uFEFF/, "").trim();
}

/** The text of the field `cdr`, raw: a form parser would turn the + of base64 into a space. */
function payloadOf(text: string): string {
  const start = text.startsWith("cdr=") ? 4 : text.indexOf("&cdr=") + 5;
  if (start === 4 && !text.startsWith("cdr=")) {
    return text;
  }
  const payload = trimmed(text.slice(start));
  const end = PLAIN_START.test(payload) ? -1 : payload.indexOf("&");
  return end < 0 ? payload : payload.slice(0, end);
}

/** The switch writes a space as %20 and + as %2B; a + beside no %20 is another encoder's space. */
function spaced(payload: string): string {
  return payload.includes("%20") ? payload : withSpaces(payload);
}

/** A proxy that parsed the form has made a space of each +; `-` and `_` are those of URLs. */
const SIXES = sixesOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "- _");
/** Signs of a line end, and the padding. */
const PASSED = new Set([0x0a, 0x0d, 0x09]);
const PADDING = 0x3d;

function sixesOf(alphabet: string, [minus = "", space = "", underscore = ""]: string): Int8Array {
  const sixes = new Int8Array(128).fill(-1);
  for (const [six, sign] of [...alphabet].entries()) sixes[sign.charCodeAt(0)] = six;
  for (const sign of [minus, space]) sixes[sign.charCodeAt(0)] = 62;
  sixes[underscore.charCodeAt(0)] = 63;
  return sixes;
}

/** The bytes of base64 text, whose signs may be percent-encoded; null: it is none. */
function decodeBase64(payload: string): Uint8Array | null {
  const text = percentDecode(payload);
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4));
  let length = 0;
  let bits = 0;
  let held = 0;
  let padding = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (PASSED.has(code)) continue;
    const six = code === PADDING ? 0 : (SIXES[code] ?? -1);
    padding += code === PADDING ? 1 : 0;
    if (six < 0 || padding > 2 || (padding > 0 && code !== PADDING)) return null;
    if (padding > 0) continue;
    bits = (bits << 6) | six;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes[length++] = (bits >> held) & 0xff;
    bits &= (1 << held) - 1;
  }
  // Six bits alone are no byte: a sign is missing.
  return length === 0 || held === 6 ? null : bytes.subarray(0, length);
}
