// CDRs with their numbers masked in place of those that have them: one read and one bulk write a page.
import type { Collection } from "mongodb";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import type { ReviseOutcome } from "../../ports/cdrs.ts";
import { type CdrKeying, documentKey, keyText, withKeys } from "../cdrs/key.ts";
import { requireDocument } from "../document-size.ts";
import { type CdrDocument, maskingUpdate } from "../documents.ts";

interface Masked {
  collection: Collection<CdrDocument>;
  keying: CdrKeying;
  /** An earlier attempt may have written some of them. */
  isAgain: boolean;
}

export async function mask(
  { collection, keying, isAgain }: Masked,
  cdrs: readonly StoredCdr[],
): Promise<ReviseOutcome[]> {
  if (cdrs.length === 0) return [];
  const keyed = cdrs.map((cdr) => ({ _id: documentKey(keying, cdr), tenant: cdr.tenant }));
  const read = async () => {
    const found = await collection.find(withKeys(keying, keyed)).toArray();
    return new Map(found.map((document) => [keyText(document._id), document]));
  };
  const before = await read();
  const outcomes = cdrs.map((cdr, index): ReviseOutcome | CdrDocument => {
    const document = before.get(keyText(keyed[index]?._id as CdrDocument["_id"]));
    if (document === undefined || document.tenant !== cdr.tenant) return "not-found";
    if (isAgain && isMaskedAs(document, cdr)) return "revised";
    const isSeen = document.rating.revision === cdr.rating.revision;
    return isSeen && document.maskedAt === undefined ? document : "changed-meanwhile";
  });
  const updates = outcomes.flatMap((document, index) => {
    const cdr = cdrs[index];
    if (typeof document === "string" || cdr === undefined) return [];
    const { _id, tenant, rating } = document;
    const update = maskingUpdate(document, cdr);
    requireDocument({ ...document, ...update.$set });
    const seen = { "rating.revision": rating.revision };
    const free = { maskedAt: { $exists: false }, erasing: { $exists: false } };
    return [{ updateOne: { filter: { _id, tenant, ...seen, ...free }, update } }];
  });
  if (updates.length === 0) return outcomes as ReviseOutcome[];
  const { matchedCount } = await collection.bulkWrite(updates, { ordered: false });
  const after = matchedCount === updates.length ? null : await read();
  return outcomes.map((document, index) => {
    const cdr = cdrs[index];
    if (typeof document === "string" || cdr === undefined) return document as ReviseOutcome;
    const now = after?.get(keyText(document._id));
    return after === null || (now && isMaskedAs(now, cdr)) ? "revised" : "changed-meanwhile";
  });
}

function isMaskedAs({ maskedAt, rating }: CdrDocument, cdr: StoredCdr): boolean {
  return maskedAt?.getTime() === cdr.maskedAtMs && rating.revision === cdr.rating.revision;
}
