// Whether what arrives under a known id says what is stored already: then it is a duplicate.
import { hasSameBilledFacts } from "../../cdr/billed-facts.ts";
import type { Cdr, StoredCdr } from "../../cdr/cdr.ts";
import { FORMATS } from "../../formats/formats.ts";
import { factsHashOf } from "../../mediation/content-hash.ts";

type Known = Pick<
  StoredCdr,
  "contentHash" | "history" | "source" | "primary" | "extra" | "maskedAtMs"
>;

export function isKnownContent(stored: Known, cdr: Cdr, format: string): boolean {
  return hasContent(stored, cdr) || isToldAgain(stored, cdr, format);
}

/**
 * What was corrected since may well be sent again, before the correction or after it: every content
 * that it had is known, those of records by what was sent, those of corrections by their facts.
 */
export function hasContent({ contentHash, history }: Known, cdr: Cdr): boolean {
  const hashes = new Set([contentHash]);
  for (const { content } of history) if (content !== undefined) hashes.add(content.contentHash);
  return hashes.has(cdr.contentHash) || (hashes.size > 1 && hashes.has(factsHashOf(cdr)));
}

/** Other feeds of a switch carry other fields of the same call: what is billed decides. */
function isToldAgain(stored: Known, cdr: Cdr, format: string): boolean {
  if (!isToldBilled(format) || stored.source !== cdr.source) return false;
  return hasSameBilledFacts(stored.maskedAtMs === undefined ? stored : withoutNumbers(stored), cdr);
}

/** Masked numbers say nothing of a call: an empty text is compared with none. */
function withoutNumbers({ primary, extra }: Known): Pick<Known, "primary" | "extra"> {
  const { callerNumber: _masked, ...facts } = primary;
  return { extra, primary: { ...facts, destination: "" } };
}

/** Whether a switch of the format tells one call in several ways. */
export function isToldBilled(format: string): boolean {
  return FORMATS[format]?.duplicatesBy === "billed-facts";
}

/** Two calls under one id. */
export function isCollision({ primary }: Pick<StoredCdr, "primary">, cdr: Cdr): boolean {
  return primary.originHost !== cdr.primary.originHost || primary.originId !== cdr.primary.originId;
}
