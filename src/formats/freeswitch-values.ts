// Tells whether the values of `variables` are percent-encoded (encode-values, which no header
// announces) and decodes them. The answer holds for a document, never for a single value.
import type { Json, JsonObject } from "../cdr/json.ts";
import { percentDecode } from "./percent-text.ts";

/** What the switch's own encoder never leaves in a value (switch_url_encode). */
const NEVER_LEFT = /[^\x21-\x7e]|["#&+:;<=>?@[\\\]^`{|}]|%(?![0-9A-F]{2})/;
const ESCAPE = /%[0-9A-F]{2}/;
const PLAIN_STAMP = /^\d{4}-\d\d-\d\d \d\d:/;
const ENCODED_STAMP = /^\d{4}-\d\d-\d\d%20\d\d%3A/;

export function valuesAreEncoded(variables: JsonObject): boolean {
  let escaped = false;
  let unescaped = false;
  for (const [name, value] of Object.entries(variables)) {
    if (typeof value !== "string") {
      continue;
    }
    if (name.endsWith("_stamp")) {
      // Local time stamps are in nearly every document, and settle it.
      if (PLAIN_STAMP.test(value)) {
        return false;
      }
      if (ENCODED_STAMP.test(value)) {
        return true;
      }
    }
    escaped ||= ESCAPE.test(value);
    unescaped ||= NEVER_LEFT.test(value);
  }
  return escaped && !unescaped;
}

/** Plain text of every value; `+` stays `+`, a value cut inside a character keeps its bytes. */
export function decodeVariables(variables: JsonObject): JsonObject {
  const decoded = Object.entries(variables).map(([name, value]): [string, Json] => [
    name,
    decodeValue(value),
  ]);
  return Object.fromEntries(decoded);
}

function decodeValue(value: Json): Json {
  if (typeof value === "string") {
    return percentDecode(value);
  }
  // A repeated variable: its values were gathered in an array.
  return Array.isArray(value) ? value.map(decodeValue) : value;
}
