// CDRs in MongoDB: insert, revise, get, find and count; every write is one document.
import { setTimeout as pause } from "node:timers/promises";
import { BSON, type Collection, type Document, MongoBulkWriteError } from "mongodb";
import { engineError } from "../../../errors.ts";
import type { CdrFilter, CdrPageQuery, CdrSort, SortKey } from "../../../queries/cdr-query.ts";
import { readAll, readStored } from "../../key-faults.ts";
import { addToPage, BATCH_DOCUMENTS, emptyPage, PAGE_BYTES } from "../../page-bytes.ts";
import type {
  CdrStore,
  FindOptions,
  InsertOutcome,
  NewCdr,
  ReviseOutcome,
  Revision,
} from "../../ports/cdrs.ts";
import { decodeCdrCursor, encodeCdrCursor } from "../../sort-keys.ts";
import { type CdrDocument, revisionUpdate, toCdr, toDocument } from "../documents.ts";
import type { ChangeTimes } from "./change-time.ts";
import { filterQuery } from "./filter.ts";
import { chooseHint } from "./hints.ts";
import { type CdrKeying, documentKey, idOfKey } from "./key.ts";

export const DUPLICATE_KEY = 11000;
/** How long a taken id may stay invisible to majority reads before the store counts as away. */
const MAJORITY_WAIT_MS = 10_000;
const MAJORITY_PAUSE_MS = 50;
const PARALLEL_UPDATES = 32;

const SORT_FIELDS: Record<SortKey, string> = {
  callTime: "keys.callTime",
  setupTime: "keys.setupTime",
  receivedAt: "receivedAt",
  usage: "primary.usage",
};

function sortValue(document: CdrDocument, by: SortKey): number {
  if (by === "usage") return document.primary.usage;
  if (by === "receivedAt") return document.receivedAt.getTime();
  return document.keys[by].getTime();
}

/** Positions of the documents whose id was taken; rethrows every other fault. */
function takenPositions(error: unknown): Set<number> {
  if (!(error instanceof MongoBulkWriteError)) throw error;
  // The counts that servers send back after a duplicate differ: only the list of errors is right.
  const faults = Array.isArray(error.writeErrors) ? error.writeErrors : [error.writeErrors];
  const concern = error.result.getWriteConcernError();
  const isOnlyDuplicates = faults.every((fault) => fault.code === DUPLICATE_KEY);
  if (concern !== undefined || !isOnlyDuplicates || faults.length === 0) throw error;
  return new Set(faults.map((fault) => fault.index));
}

async function insertDocuments(
  { collection, times }: Cdrs,
  documents: CdrDocument[],
): Promise<Set<number>> {
  try {
    await times.during(documents, (timed) => collection.insertMany(timed, { ordered: false }));
    return new Set();
  } catch (error) {
    return takenPositions(error);
  }
}

/** What holds the taken ids, once a majority has it: only then is "it is there" a safe answer. */
async function readTaken(
  collection: Collection<CdrDocument>,
  ids: string[],
): Promise<Map<string, CdrDocument>> {
  const found = new Map<string, CdrDocument>();
  const deadline = performance.now() + MAJORITY_WAIT_MS;
  for (;;) {
    const missing = ids.filter((id) => !found.has(id));
    if (missing.length === 0) return found;
    for await (const document of collection.find({ _id: { $in: missing } })) {
      found.set(document._id, document);
    }
    if (ids.every((id) => found.has(id))) return found;
    if (performance.now() > deadline) {
      throw engineError("store-unavailable", "A record is not yet on a majority of the servers.");
    }
    await pause(MAJORITY_PAUSE_MS);
  }
}

async function insert(parts: Cdrs, cdrs: NewCdr[]): Promise<InsertOutcome[]> {
  const { collection, keying } = parts;
  const firstPosition = new Map<string, number>();
  const keys = cdrs.map((cdr) => documentKey(keying, cdr));
  for (const [position, key] of keys.entries()) {
    if (!firstPosition.has(key)) firstPosition.set(key, position);
  }
  const positions = [...firstPosition.values()];
  const documents = positions
    .flatMap((position) => cdrs.slice(position, position + 1))
    .map((cdr) => toDocument(cdr, keying));
  if (documents.length === 0) return [];
  const taken = await insertDocuments(parts, documents);
  const inserted = new Set(positions.filter((_position, index) => !taken.has(index)));
  const others = keys.filter((_key, position) => !inserted.has(position));
  const stored = await readTaken(collection, [...new Set(others)]);
  return cdrs.map((cdr, position) => {
    const document = stored.get(keys[position] ?? "");
    if (inserted.has(position) || document === undefined) return { outcome: "inserted" };
    if (document.tenant !== cdr.tenant) return { outcome: "taken" };
    return { outcome: "exists", stored: toCdr(document) };
  });
}

async function reviseOne({ collection, keying }: Cdrs, revision: Revision): Promise<ReviseOutcome> {
  const _id = documentKey(keying, revision);
  const document = await collection.findOne({ _id, tenant: revision.tenant });
  if (document === null) return "not-found";
  if (document.rating.revision !== revision.expectedRevision) return "changed-meanwhile";
  const { matchedCount } = await collection.updateOne(
    { _id, "rating.revision": revision.expectedRevision },
    revisionUpdate(document, revision),
  );
  return matchedCount === 1 ? "revised" : "changed-meanwhile";
}

/** Revisions of one CDR one after the other, those of different CDRs side by side. */
async function revise(cdrs: Cdrs, revisions: Revision[]): Promise<ReviseOutcome[]> {
  const outcomes: ReviseOutcome[] = [];
  const queues = new Map<string, number[]>();
  for (const [position, revision] of revisions.entries()) {
    const key = documentKey(cdrs.keying, revision);
    queues.set(key, [...(queues.get(key) ?? []), position]);
  }
  const waiting = [...queues.values()];
  const work = async (): Promise<void> => {
    for (let queue = waiting.pop(); queue !== undefined; queue = waiting.pop()) {
      for (const position of queue) {
        const revision = revisions[position];
        if (revision) outcomes[position] = await reviseOne(cdrs, revision);
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_UPDATES }, work));
  return outcomes;
}

function afterCursor(keying: CdrKeying, sort: CdrSort, cursor: string): Document {
  const position = decodeCdrCursor(sort, cursor);
  const { key } = position;
  const field = SORT_FIELDS[sort.by];
  const value = sort.by === "usage" ? key : new Date(key);
  const beyond = sort.descending ? "$lt" : "$gt";
  return {
    [field]: { [`${beyond}e`]: value },
    $or: [
      { [field]: { [beyond]: value } },
      { [field]: value, _id: { [beyond]: documentKey(keying, position) } },
    ],
  };
}

/** The collection, and by what its documents are keyed. */
interface Cdrs {
  collection: Collection<CdrDocument>;
  keying: CdrKeying;
  times: ChangeTimes;
}

export function cdrCollection(
  collection: Collection<CdrDocument>,
  {
    indexedExtraFields,
    keying,
    times,
  }: Omit<Cdrs, "collection"> & { indexedExtraFields: string[] },
): Pick<CdrStore, "insert" | "revise" | "get" | "find" | "count"> {
  const hintFor = (filter: CdrFilter) => {
    const hint = chooseHint(filter, indexedExtraFields);
    return hint === undefined ? {} : { hint };
  };

  async function find(query: CdrPageQuery, options: FindOptions = {}) {
    const { signal } = options;
    const { filter, sort, limit, cursor } = query;
    const conditions = [filterQuery(filter)];
    if (cursor !== undefined) conditions.push(afterCursor(keying, sort, cursor));
    const direction = sort.descending ? -1 : 1;
    const documents = collection
      .find({ $and: conditions }, { ...hintFor(filter), ...(signal && { signal }) })
      .sort([
        [SORT_FIELDS[sort.by], direction],
        ["_id", direction],
      ])
      .limit(limit + 1)
      .batchSize(Math.min(limit + 1, BATCH_DOCUMENTS));
    const page = emptyPage<CdrDocument>();
    const limits = { rows: limit, bytes: options.pageBytes ?? PAGE_BYTES };
    for await (const row of documents) {
      if (!addToPage(page, { row, bytes: BSON.calculateObjectSize(row) }, limits)) break;
    }
    const last = page.rows.at(-1);
    const cdrs = readAll(page.rows, toCdr, options);
    if (!page.isMore || last === undefined) return { cdrs };
    const id = idOfKey(last._id);
    const key = readStored(id, () => sortValue(last, sort.by));
    const position = { key, id, tenant: last.tenant };
    return { cdrs, nextCursor: encodeCdrCursor(sort, position) };
  }

  return {
    insert: (cdrs) => insert({ collection, keying, times }, cdrs),
    revise: (revisions) => revise({ collection, keying, times }, revisions),
    get: async ({ tenant, id }) => {
      const _id = documentKey(keying, { tenant, id });
      const document = await collection.findOne({ _id, tenant });
      return document === null ? null : toCdr(document);
    },
    find,
    count: (filter, options) =>
      collection.countDocuments(filterQuery(filter), { ...hintFor(filter), ...options }),
  };
}
