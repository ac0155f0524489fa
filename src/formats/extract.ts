// A part of a header or a text as the value of a field, by a named extractor or a pattern.
import type { Extractor, ExtractorName } from "../cdr/primary-fields.ts";
import { matchedPart } from "./pattern.ts";

/** Over this a text is no header of a call. */
const LONGEST_TEXT = 8192;
const QUOTED = /"(?:[^"\\]|\\.)*"/g;
const SIP_USER = /(?:^|[<\s,;])sips?:([^@<>\s;:]+)[^@<>\s]*@/i;
const BARE_USER = /^\s*([^@<>\s;:]+)[^@<>\s]*@[^@<>\s]+\s*$/;
const TEL = /(?:^|[<\s,;])tel:([^;<>\s,]+)/i;

const EXTRACTORS: Record<ExtractorName, (text: string) => string | undefined> = {
  /** The user of the first SIP address, without parameters and password; `user@host` too. */
  "sip-user": (text) => decoded((SIP_USER.exec(text) ?? BARE_USER.exec(text))?.[1]),
  /** The number of the first tel: URI, without separators that only people see. */
  tel: (text) => decoded(TEL.exec(text)?.[1])?.replaceAll(/[-.()]/g, ""),
};

/** Undefined where the text has no such part: the next name of the list is asked. */
export function extracted(extract: Extractor, text: unknown): string | undefined {
  if (typeof text !== "string" || text.length > LONGEST_TEXT) return undefined;
  if (typeof extract === "object") return matchedPart(extract.pattern, text) || undefined;
  // A name in front of an address may hold what looks like one.
  const found = EXTRACTORS[extract](text.replaceAll(QUOTED, " "));
  return found === "" ? undefined : found;
}

function decoded(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    if (cause instanceof URIError) return text;
    throw cause;
  }
}
