// The two hashes of a call record: its identity and its content.
import { createHash } from "node:crypto";
import type { Json } from "../cdr/json.ts";
import type { RawCdr } from "../formats/format.ts";

/** sha1 hex of originId + originHost: CGRateS's CGRID. */
export function cdrId(originId: string, originHost: string): string {
  return createHash("sha1").update(`${originId}${originHost}`).digest("hex");
}

/**
 * sha256 hex of the canonical JSON of the primary and extra fields as they were sent and decoded,
 * so that every spelling of one record, over any transport, has one hash.
 */
export function contentHashOf(raw: RawCdr): string {
  const { primary, extra } = raw;
  return createHash("sha256").update(canonicalJson({ primary, extra })).digest("hex");
}

/** No blanks; members in one order at every level, so that equal values have equal texts. */
function canonicalJson(value: Json): string {
  return JSON.stringify(inOrder(value));
}

function inOrder(value: Json): Json {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(inOrder);
  }
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, inOrder(value[name] ?? null)]));
}
