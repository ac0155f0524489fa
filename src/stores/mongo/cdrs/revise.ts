// Conditional revisions of CDRs in MongoDB: one read and one bulk write a page.
import { BSON, type Collection, type ObjectId } from "mongodb";
import { PAGE_BYTES } from "../../page-bytes.ts";
import type { ReviseOutcome, Revision } from "../../ports/cdrs.ts";
import { callTimeMs } from "../../sort-keys.ts";
import { requireDocument } from "../document-size.ts";
import { type CdrDocument, callTimeOf, revisionUpdate } from "../documents.ts";
import type { RollupMarks } from "../rollups/marks.ts";
import { type CdrKeying, documentKey, keyText, withKeys } from "./key.ts";

interface Revised {
  collection: Collection<CdrDocument>;
  keying: CdrKeying;
  /** Of the call, the same in each of its attempts: what it wrote is known by it. */
  writeId: ObjectId;
  marks: RollupMarks;
  /** An earlier attempt may have written some of them. */
  isAgain: boolean;
}

/** Revisions of one CDR one after the other, those of different CDRs in one write. */
export async function revise(parts: Revised, revisions: Revision[]): Promise<ReviseOutcome[]> {
  const outcomes = revisions.map((): ReviseOutcome => "not-found");
  const rounds: Map<string, number>[] = [];
  for (const [position, revision] of revisions.entries()) {
    const key = keyText(documentKey(parts.keying, revision));
    const free = rounds.find((round) => !round.has(key));
    if (free === undefined) rounds.push(new Map([[key, position]]));
    else free.set(key, position);
  }
  for (const round of rounds) await reviseRound(parts, { revisions, outcomes, round });
  return outcomes;
}

interface Round {
  revisions: Revision[];
  /** Filled in place. */
  outcomes: ReviseOutcome[];
  /** Position of the revision of each document, by the text of its key. */
  round: Map<string, number>;
}

interface Pending {
  revision: Revision;
  position: number;
  document: CdrDocument;
}

/** Read first: the old rating goes to the history by its value, as no update can copy it there. */
async function reviseRound(parts: Revised, { revisions, outcomes, round }: Round): Promise<void> {
  const { collection, keying, isAgain, writeId } = parts;
  const keys = [...round.values()].flatMap((position) => {
    const revision = revisions[position];
    if (revision === undefined) return [];
    return [{ _id: documentKey(keying, revision), tenant: revision.tenant }];
  });
  const seen = collection
    .find(withKeys(keying, keys), isAgain ? {} : { projection: { history: 0 } })
    .batchSize(round.size);
  let pending: Pending[] = [];
  let bytes = 0;
  for await (const document of seen) {
    const position = round.get(keyText(document._id));
    const revision = position === undefined ? undefined : revisions[position];
    if (position === undefined || revision?.tenant !== document.tenant) continue;
    if (document.rating.revision !== revision.expectedRevision) {
      outcomes[position] =
        isAgain && holds(document, revision, writeId) ? "revised" : "changed-meanwhile";
      continue;
    }
    if ((document.maskedAt !== undefined) !== (revision.isMasked ?? false)) {
      outcomes[position] = "changed-meanwhile";
      continue;
    }
    pending.push({ revision, position, document });
    bytes += BSON.calculateObjectSize(document);
    if (bytes < PAGE_BYTES) continue;
    await writePending(parts, pending, outcomes);
    [pending, bytes] = [[], 0];
  }
  if (pending.length > 0) await writePending(parts, pending, outcomes);
}

async function writePending(
  { collection, keying, writeId, marks }: Revised,
  pending: Pending[],
  outcomes: ReviseOutcome[],
): Promise<void> {
  const updates = pending.map(({ document, revision }) => {
    const update = revisionUpdate(document, revision, writeId);
    requireDocument(document, update);
    const { _id, tenant } = document;
    const seen = { "rating.revision": revision.expectedRevision };
    const maskedAt = { $exists: revision.isMasked ?? false };
    const filter = { _id, tenant, ...seen, maskedAt, erasing: { $exists: false } };
    return { updateOne: { filter, update } };
  });
  // Of the content before, and of the one that comes.
  const times = pending.flatMap(({ document, revision: { content } }) => {
    const before = callTimeOf(document);
    if (content === undefined) return [before];
    return [before, new Date(callTimeMs(content.primary, document.receivedAt.getTime()))];
  });
  const { matchedCount } = await marks.during(times, () =>
    collection.bulkWrite(updates, { ordered: false }),
  );
  const written = new Set(pending.map(({ document }) => keyText(document._id)));
  if (matchedCount < pending.length) {
    // The count does not say which: where others were faster, the revision is theirs.
    const revisionOf = new Map(
      pending.map(({ document, revision }) => [keyText(document._id), revision]),
    );
    const documents = pending.map(({ document }) => document);
    const after = collection.find(withKeys(keying, documents));
    written.clear();
    for await (const document of after) {
      const text = keyText(document._id);
      const revision = revisionOf.get(text);
      if (revision !== undefined && holds(document, revision, writeId)) written.add(text);
    }
  }
  for (const { document, position } of pending) {
    outcomes[position] = written.has(keyText(document._id)) ? "revised" : "changed-meanwhile";
  }
}

/** Whether the revision is of this call, be it the current one or with others after it. */
function holds(
  { rating, writeId: current, history }: CdrDocument,
  revision: Revision,
  writeId: ObjectId,
): boolean {
  const found = [{ rating, writeId: current }, ...history].find(
    (entry) => entry.rating.revision === revision.rating.revision,
  );
  return found?.writeId?.equals(writeId) === true;
}
