// Tells whether the values of `variables` are percent-encoded (encode-values, which no header
// announces) and decodes them. The answer holds for a document, never for a single value.
import type { Json, JsonObject } from "../../cdr/json.ts";
import { percentDecode } from "../percent-text.ts";
import { setMember } from "./document.ts";

/** What the switch's own encoder never leaves in a value (switch_url_encode). */
const NEVER_LEFT = /[^\x21-\x7e]|["#&+:;<=>?@[\\\]^`{|}]|%(?![0-9A-F]{2})/;
const ESCAPE = /%[0-9A-F]{2}/;
const PLAIN_STAMP = /^\d{4}-\d\d-\d\d \d\d:/;
const ENCODED_STAMP = /^\d{4}-\d\d-\d\d%20\d\d%3A/;

export function valuesAreEncoded(variables: JsonObject): boolean {
  // Local time stamps are in nearly every document, and settle it.
  for (const name of ["start_stamp", "end_stamp", "answer_stamp"]) {
    const stamp = variables[name];
    if (typeof stamp === "string" && (PLAIN_STAMP.test(stamp) || ENCODED_STAMP.test(stamp))) {
      return ENCODED_STAMP.test(stamp);
    }
  }
  let escaped = false;
  for (const value of Object.values(variables)) {
    if (typeof value === "string") {
      if (NEVER_LEFT.test(value)) {
        return false;
      }
      escaped ||= ESCAPE.test(value);
    }
  }
  return escaped;
}

/**
 * Makes plain text of every value, in place; `+` stays `+`, a value cut inside a character keeps
 * its bytes.
 */
export function decodeVariables(variables: JsonObject): void {
  for (const [name, value] of Object.entries(variables)) {
    const decoded = decodeValue(value);
    if (decoded !== value) {
      setMember(variables, name, decoded);
    }
  }
}

function decodeValue(value: Json): Json {
  if (typeof value === "string") {
    return percentDecode(value);
  }
  // A repeated variable: its values were gathered in an array.
  return Array.isArray(value) ? value.map(decodeValue) : value;
}
