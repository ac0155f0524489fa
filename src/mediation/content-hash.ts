// The hashes of a call record: its identity, its content as sent, and its facts.
import { createHash } from "node:crypto";
import type { CdrContent } from "../cdr/cdr.ts";
import type { Json, JsonObject } from "../cdr/json.ts";
import type { RawCdr } from "../formats/format.ts";
import { splitDescription } from "./description/fields.ts";

/** sha1 hex of originId + originHost: CGRateS's CGRID. */
export function cdrId(originId: string, originHost: string): string {
  return createHash("sha1").update(`${originId}${originHost}`).digest("hex");
}

/** sha256 hex of a text as UTF-16, in which lone surrogates stay apart: they stand for broken bytes. */
export function textHash(text: string): string {
  return createHash("sha256").update(text, "utf16le").digest("hex");
}

/**
 * sha256 hex of the canonical JSON of the primary and extra fields as they were sent and decoded,
 * so that every spelling of one record, over any transport, has one hash. A form has only texts:
 * a field that came as a JSON number is hashed as the text that a form would have sent.
 */
export function contentHashOf(raw: RawCdr): string {
  const [primary, extra] = [asTexts(raw.primary), asTexts(raw.extra)];
  return createHash("sha256").update(canonicalJson({ primary, extra })).digest("hex");
}

/**
 * sha256 hex of facts after mediation, never equal to the hash of a record as it was sent. Facts
 * that a correction made have it, and so does every record that says the same as they do.
 */
export function factsHashOf({ primary, extra }: Pick<CdrContent, "primary" | "extra">): string {
  // What describes the call was no part of facts that older builds hashed; its fields are extra ones.
  const billed = splitDescription(primary).facts;
  const facts = { facts: { ...billed } as unknown as JsonObject, extra: asTexts(extra) };
  return createHash("sha256").update(canonicalJson(facts)).digest("hex");
}

function asTexts(fields: JsonObject): JsonObject {
  let texts: JsonObject | null = null;
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value !== "number") continue;
    texts ??= { ...fields };
    texts[name] = String(value);
  }
  return texts ?? fields;
}

/** Text in which JSON escapes nothing: it is quoted as it is, which is faster. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Members sorted by name at every level, no blanks. */
function canonicalJson(value: Json): string {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  let members = "";
  for (const name of Object.keys(value).sort()) {
    members += `${members === "" ? "" : ","}${quoted(name)}:${canonicalJson(value[name] ?? null)}`;
  }
  return `{${members}}`;
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
