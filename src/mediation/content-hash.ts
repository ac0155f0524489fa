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

/** Members sorted by name at every level, no blanks. */
function canonicalJson(value: Json): string {
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  const members = Object.keys(value)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonicalJson(value[name] ?? null)}`);
  return `{${members.join(",")}}`;
}
