// Finds the JSON text in a mod_json_cdr post by looking at the body, never at its Content-Type:
// raw JSON, `cdr=` percent-encoded or base64, and the same without `cdr=` (files of err-log-dir).
import type { Reason } from "../../cdr/reasons.ts";
import { percentDecode } from "../percent-text.ts";
import { decodeUtf8 } from "../utf8-text.ts";

type BodyText =
  | { ok: true; text: string; percentEncoded: boolean }
  | { ok: false; reason: Reason; detail: string };

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/;
const ENCODED_OBJECT = /^(?:%20|%0A|%0D|%09|\+)*%7B/i;

export function readBodyText(body: Uint8Array): BodyText {
  const text = trimmed(decodeUtf8(body).text);
  if (text.startsWith("{") || text.startsWith("[")) {
    return { ok: true, text, percentEncoded: false };
  }
  const payload = payloadOf(text);
  if (payload.startsWith("{")) {
    return { ok: true, text: payload, percentEncoded: false };
  }
  if (ENCODED_OBJECT.test(payload)) {
    return { ok: true, text: trimmed(percentDecode(spaced(payload))), percentEncoded: true };
  }
  const decoded = decodeBase64(payload);
  if (decoded !== null) {
    return { ok: true, text: trimmed(decodeUtf8(decoded).text), percentEncoded: false };
  }
  return {
    ok: false,
    reason: "broken-json",
    detail:
      "The body is neither JSON nor a cdr= form nor the percent-encoded or base64 text of one.",
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
  const end = payload.startsWith("{") ? -1 : payload.indexOf("&");
  return end < 0 ? payload : payload.slice(0, end);
}

/** The switch writes a space as %20 and + as %2B; a + beside no %20 is another encoder's space. */
function spaced(payload: string): string {
  return payload.includes("%20") ? payload : payload.replaceAll("+", " ");
}

function decodeBase64(payload: string): Uint8Array | null {
  const text = payload
    .replace(/%2B/gi, "+")
    .replace(/%2F/gi, "/")
    .replace(/%3D/gi, "=")
    .replace(/[\r\n\t]/g, "")
    // A proxy that parsed the form has made a space of each +.
    .replaceAll(" ", "+");
  if (!BASE64.test(text) || text.replace(/=+$/, "").length % 4 === 1) {
    return null;
  }
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, ""));
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < bytes.length; index += 1) {
    bytes[index] = binary.charCodeAt(index);
  }
  return bytes;
}
