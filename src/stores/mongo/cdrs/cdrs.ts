// CDRs in MongoDB: insert, get, find and count; every write is one document.
import { setTimeout as pause } from "node:timers/promises";
import { BSON, type Collection, type Document, MongoBulkWriteError, type ObjectId } from "mongodb";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter, CdrPageQuery, CdrSort, SortKey } from "../../../queries/cdr-query.ts";
import { readAll, readStored } from "../../key-faults.ts";
import { addToPage, BATCH_DOCUMENTS, emptyPage, PAGE_BYTES } from "../../page-bytes.ts";
import type {
  CdrKey,
  FindOptions,
  InsertOutcome,
  NewCdr,
  ReadOptions,
  Revision,
} from "../../ports/cdrs.ts";
import { decodeCdrCursor, encodeCdrCursor } from "../../sort-keys.ts";
import { isSameStored } from "../connection/own-write.ts";
import { requireDocument } from "../document-size.ts";
import { type CdrDocument, SERVER_TIME, toCdr, toDocument } from "../documents.ts";
import type { CdrBounds } from "./bounds.ts";
import type { ChangeTimes } from "./change-time.ts";
import { filterQuery } from "./filter.ts";
import { rangedTimes } from "./index-choice.ts";
import { type CdrKeying, documentKey, idOfKey, withKeys } from "./key.ts";
import { revise } from "./revise.ts";

export const DUPLICATE_KEY = 11000;
const MAJORITY_PAUSE_MS = 50;

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
export function takenPositions(error: unknown): Set<number> {
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

async function readEach(
  { collection, keying }: Pick<Cdrs, "collection" | "keying">,
  ids: string[],
  found: Map<string, CdrDocument>,
): Promise<void> {
  if (ids.length === 0) return;
  for await (const document of collection.find(withKeys(keying, ids))) {
    found.set(document._id, document);
  }
}

/**
 * What holds the taken ids, once a majority has it: only then is "it is there" a safe answer. Adds
 * to those that were `found` before.
 */
async function readTaken(
  { majorityWaitMs, ...parts }: Cdrs,
  ids: string[],
  found: Map<string, CdrDocument>,
): Promise<void> {
  const deadline = performance.now() + majorityWaitMs;
  for (;;) {
    await readEach(
      parts,
      ids.filter((id) => !found.has(id)),
      found,
    );
    if (ids.every((id) => found.has(id))) return;
    if (performance.now() > deadline) {
      throw engineError("store-unavailable", "A record is not yet on a majority of the servers.");
    }
    await pause(MAJORITY_PAUSE_MS);
  }
}

/** Whether an earlier attempt of this insert wrote it. */
function isOwn({ changedAt: _time, ...stored }: CdrDocument, written: CdrDocument): boolean {
  return isSameStored(stored, written);
}

/** Readers may have passed the time that an earlier attempt wrote: they are to meet it once more. */
async function renew({ collection, keying }: Cdrs, ids: string[]): Promise<void> {
  if (ids.length === 0) return;
  await collection.updateMany(withKeys(keying, ids), { $currentDate: { changedAt: SERVER_TIME } });
}

/** `isAgain`: what an earlier attempt wrote is read first, and counts as inserted. */
async function insert(parts: Cdrs, cdrs: NewCdr[], isAgain: boolean): Promise<InsertOutcome[]> {
  const { keying } = parts;
  const keys = cdrs.map((cdr) => documentKey(keying, cdr));
  const firstOf = new Map<string, { position: number; document: CdrDocument }>();
  for (const [position, cdr] of cdrs.entries()) {
    const document = toDocument(cdr, keying);
    requireDocument(document);
    if (!firstOf.has(document._id)) firstOf.set(document._id, { position, document });
  }
  if (firstOf.size === 0) return [];
  const stored = new Map<string, CdrDocument>();
  if (isAgain) await readEach(parts, [...firstOf.keys()], stored);
  const firsts = [...firstOf.values()];
  const missing = firsts.filter(({ document }) => !stored.has(document._id));
  const taken =
    missing.length === 0
      ? new Set<number>()
      : await insertDocuments(
          parts,
          missing.map(({ document }) => document),
        );
  const own = firsts.filter(({ document }) => {
    const there = stored.get(document._id);
    return there !== undefined && isOwn(there, document);
  });
  await renew(
    parts,
    own.map(({ document }) => document._id),
  );
  const written = missing.filter((_one, index) => !taken.has(index));
  const inserted = new Set([...written, ...own].map(({ position }) => position));
  const others = keys.filter((_key, position) => !inserted.has(position));
  await readTaken(parts, [...new Set(others)], stored);
  return cdrs.map((cdr, position) => {
    const document = stored.get(keys[position] ?? "");
    if (inserted.has(position) || document === undefined) return { outcome: "inserted" };
    if (document.tenant !== cdr.tenant) return { outcome: "taken" };
    return { outcome: "exists", stored: toCdr(document) };
  });
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

async function inSlices(rows: readonly CdrDocument[], options: FindOptions): Promise<StoredCdr[]> {
  const cdrs: StoredCdr[] = [];
  for (const row of rows) {
    if (isTurnOver()) await ownTurn();
    cdrs.push(...readAll([row], toCdr, options));
  }
  return cdrs;
}

/** The collection, and by what its documents are keyed. */
interface Cdrs {
  collection: Collection<CdrDocument>;
  keying: CdrKeying;
  times: ChangeTimes;
  /** How long a taken id may stay invisible to majority reads before the store counts as away. */
  majorityWaitMs: number;
}

export interface CdrCollectionOptions extends Omit<Cdrs, "collection"> {
  bounds: CdrBounds;
  /** After which the server itself ends a read. */
  maxTimeMS: number;
}

export function cdrCollection(
  collection: Collection<CdrDocument>,
  { bounds, maxTimeMS, ...options }: CdrCollectionOptions,
) {
  const parts: Cdrs = { collection, ...options };
  const { keying } = options;

  async function readPage(
    { filter, sort, limit, cursor }: CdrPageQuery,
    { hint, signal, pageBytes = PAGE_BYTES }: FindOptions & { hint?: Document },
  ) {
    const conditions = [filterQuery(filter)];
    if (cursor !== undefined) conditions.push(afterCursor(keying, sort, cursor));
    const direction = sort.descending ? -1 : 1;
    const documents = collection
      .find({ $and: conditions }, { maxTimeMS, ...(hint && { hint }), ...(signal && { signal }) })
      .sort([
        [SORT_FIELDS[sort.by], direction],
        ["_id", direction],
      ])
      .limit(limit + 1)
      .batchSize(Math.min(limit + 1, BATCH_DOCUMENTS));
    const page = emptyPage<CdrDocument>();
    const limits = { rows: limit, bytes: pageBytes };
    for await (const row of documents) {
      if (!addToPage(page, { row, bytes: BSON.calculateObjectSize(row) }, limits)) break;
      if (isTurnOver()) await ownTurn();
    }
    return page;
  }

  async function find(query: CdrPageQuery, options: FindOptions = {}) {
    const { sort } = query;
    const { filter, index } = await bounds.of(query);
    const page = await bounds.through(index, (hint) =>
      readPage({ ...query, filter }, { ...options, ...hint }),
    );
    const last = page.rows.at(-1);
    const cdrs = await inSlices(page.rows, options);
    if (!page.isMore || last === undefined) return { cdrs };
    const id = idOfKey(last._id);
    const key = readStored(id, () => sortValue(last, sort.by));
    const position = { key, id, tenant: last.tenant };
    return { cdrs, nextCursor: encodeCdrCursor(sort, position) };
  }

  return {
    insert: (cdrs: NewCdr[], isAgain: boolean) => insert(parts, cdrs, isAgain),
    revise: (revisions: Revision[], attempt: { writeId: ObjectId; isAgain: boolean }) =>
      revise({ collection, keying, ...attempt }, revisions),
    get: async ({ tenant, id }: CdrKey): Promise<StoredCdr | null> => {
      const _id = documentKey(keying, { tenant, id });
      const document = await collection.findOne({ _id, tenant });
      return document === null ? null : toCdr(document);
    },
    find,
    count: async (asked: CdrFilter, options?: ReadOptions): Promise<number> => {
      const { filter, index } = await bounds.of({ filter: asked });
      return await bounds.through(index, (hint) =>
        collection.countDocuments(filterQuery(filter), { maxTimeMS, ...hint, ...options }),
      );
    },
    /**
     * The filter with the call times between which its CDRs lie, where it has only a range of another
     * time: each page by call time is then bounded on both sides. Null: nothing matches.
     */
    withCallTimes: async (asked: CdrFilter, options?: ReadOptions): Promise<CdrFilter | null> => {
      const ranged = rangedTimes(asked);
      if (ranged.length === 0 || ranged.includes("callTime")) return asked;
      const { filter, index } = await bounds.of({ filter: asked });
      const group = {
        _id: null,
        first: { $min: "$keys.callTime" },
        last: { $max: "$keys.callTime" },
      };
      const stages = [{ $match: filterQuery(filter) }, { $group: group }];
      const [found] = await bounds.through(index, (hint) =>
        collection
          .aggregate<{ first: Date; last: Date }>(stages, { maxTimeMS, ...hint, ...options })
          .toArray(),
      );
      if (found === undefined) return null;
      const callTime = { fromMs: found.first.getTime(), toMs: found.last.getTime() + 1 };
      return { ...filter, callTime };
    },
  };
}
