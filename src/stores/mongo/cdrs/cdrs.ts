// CDRs in MongoDB: insert, get, find and count; every write is one document.
import { setTimeout as pause } from "node:timers/promises";
import { type Collection, MongoBulkWriteError, type ObjectId } from "mongodb";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter, CdrPageQuery } from "../../../queries/cdr-query.ts";
import { readAll, readStored } from "../../key-faults.ts";
import type {
  CdrKey,
  CdrStore,
  FindOptions,
  InsertOutcome,
  NewCdr,
  NthOptions,
  ReadOptions,
  Revision,
} from "../../ports/cdrs.ts";
import { encodeCdrCursor, sortedFilter } from "../../sort-keys.ts";
import type { Calls } from "../connection/calls.ts";
import { isSameStored } from "../connection/own-write.ts";
import { requireDocument } from "../document-size.ts";
import { type CdrDocument, callTimeOf, SERVER_TIME, toCdr, toDocument } from "../documents.ts";
import { erasedAmong, isAmong } from "../erasures/keys.ts";
import { mask } from "../erasures/mask.ts";
import type { RollupMarks } from "../rollups/marks.ts";
import type { StoreCollections } from "../schema.ts";
import type { CdrBounds } from "./bounds.ts";
import type { ChangeTimes } from "./change-time.ts";
import { rangedTimes } from "./index-choice.ts";
import { type CdrKeying, documentKey, idOfKey, type Keyed, keyText, withKeys } from "./key.ts";
import { readPage } from "./pages.ts";
import { revise } from "./revise.ts";
import { sortField, sortValue } from "./sort.ts";

export const DUPLICATE_KEY = 11000;
const MAJORITY_PAUSE_MS = 50;

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
  { collection, times, marks }: Cdrs,
  documents: CdrDocument[],
): Promise<Set<number>> {
  try {
    await marks.during(documents.map(callTimeOf), () =>
      times.during(documents, (timed) => collection.insertMany(timed, { ordered: false })),
    );
    return new Set();
  } catch (error) {
    return takenPositions(error);
  }
}

/** By the text of their keys. */
type Found = Map<string, CdrDocument>;

async function readEach(
  { collection, keying }: Pick<Cdrs, "collection" | "keying">,
  keys: readonly Keyed[],
  found: Found,
): Promise<void> {
  if (keys.length === 0) return;
  for await (const document of collection.find(withKeys(keying, keys))) {
    found.set(keyText(document._id), document);
  }
}

/**
 * What holds the taken ids, once a majority has it: only then is "it is there" a safe answer. Adds
 * to those that were `found` before.
 */
async function readTaken(
  { majorityWaitMs, ...parts }: Cdrs,
  keys: readonly Keyed[],
  found: Found,
): Promise<void> {
  const deadline = performance.now() + majorityWaitMs;
  for (let missing = keys; ; ) {
    await readEach(parts, missing, found);
    missing = keys.filter(({ _id }) => !found.has(keyText(_id)));
    // A key that a tenant of the same hash has.
    await readEach({ ...parts, keying: "id" }, missing, found);
    missing = missing.filter(({ _id }) => !found.has(keyText(_id)));
    if (missing.length === 0) return;
    if (performance.now() > deadline) {
      throw engineError("store-unavailable", "A record is not yet on a majority of the servers.");
    }
    await pause(MAJORITY_PAUSE_MS);
  }
}

/** Whether an earlier attempt of this insert wrote it. */
function isOwn(
  { changedAt: _time, erasing: _erasing, ...stored }: CdrDocument,
  written: CdrDocument,
): boolean {
  return isSameStored(stored, written);
}

/** Readers may have passed the time that an earlier attempt wrote: they are to meet it once more. */
async function renew({ collection, keying }: Cdrs, keys: readonly Keyed[]): Promise<void> {
  if (keys.length === 0) return;
  await collection.updateMany(withKeys(keying, keys), { $currentDate: { changedAt: SERVER_TIME } });
}

/**
 * But for those whose key is that of an erased CDR. Keys are kept before their CDRs go, so that what is
 * written between a look before and the end of an erasure is found by a second look, and taken back.
 */
async function insert(parts: Cdrs, cdrs: NewCdr[], isAgain: boolean): Promise<InsertOutcome[]> {
  const { keying, collection } = parts;
  const known = await erasedAmong(parts, keying, cdrs);
  const others = cdrs.filter((cdr) => !isAmong(known, keying, cdr));
  const inserted = await insertNew(parts, others, isAgain);
  const fresh = others.filter((_cdr, index) => inserted[index]?.outcome === "inserted");
  const late = await erasedAmong(parts, keying, fresh);
  const lateOnes = fresh.filter((cdr) => isAmong(late, keying, cdr));
  if (lateOnes.length > 0) {
    const keys = lateOnes.map((cdr) => {
      return { _id: documentKey(keying, cdr), tenant: cdr.tenant };
    });
    await collection.deleteMany(withKeys(keying, keys));
  }
  const outcomes = inserted.values();
  return cdrs.map((cdr): InsertOutcome => {
    if (isAmong(known, keying, cdr)) return { outcome: "erased" };
    const { value = { outcome: "inserted" } } = outcomes.next() as { value?: InsertOutcome };
    return isAmong(late, keying, cdr) ? { outcome: "erased" } : value;
  });
}

/** `isAgain`: what an earlier attempt wrote is read first, and counts as inserted. */
async function insertNew(parts: Cdrs, cdrs: NewCdr[], isAgain: boolean): Promise<InsertOutcome[]> {
  const { keying } = parts;
  const keys = cdrs.map((cdr) => keyText(documentKey(keying, cdr)));
  const firstOf = new Map<string, { position: number; document: CdrDocument }>();
  for (const [position, cdr] of cdrs.entries()) {
    const document = toDocument(cdr, keying);
    requireDocument(document);
    const text = keyText(document._id);
    if (!firstOf.has(text)) firstOf.set(text, { position, document });
  }
  if (firstOf.size === 0) return [];
  const stored: Found = new Map();
  const firsts = [...firstOf.values()];
  const documents = firsts.map(({ document }) => document);
  if (isAgain) await readEach(parts, documents, stored);
  const thereFor = ({ _id }: Keyed) => stored.get(keyText(_id));
  const missing = firsts.filter(({ document }) => thereFor(document) === undefined);
  const taken =
    missing.length === 0
      ? new Set<number>()
      : await insertDocuments(
          parts,
          missing.map(({ document }) => document),
        );
  const own = firsts.filter(({ document }) => {
    const there = thereFor(document);
    return there !== undefined && isOwn(there, document);
  });
  await renew(
    parts,
    own.map(({ document }) => document),
  );
  const written = missing.filter((_one, index) => !taken.has(index));
  const inserted = new Set([...written, ...own].map(({ position }) => position));
  const others = new Set(keys.filter((_key, position) => !inserted.has(position)));
  await readTaken(
    parts,
    documents.filter(({ _id }) => others.has(keyText(_id))),
    stored,
  );
  return cdrs.map((cdr, position) => {
    const document = stored.get(keys[position] ?? "");
    if (inserted.has(position) || document === undefined) return { outcome: "inserted" };
    if (document.tenant !== cdr.tenant) return { outcome: "taken" };
    return { outcome: "exists", stored: toCdr(document) };
  });
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
  marks: RollupMarks;
  /** Keys of erased CDRs. */
  erased: StoreCollections["erased"];
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
  const { keying, marks } = options;
  const pages = { collection, keying, maxTimeMS };

  async function find(asked: CdrPageQuery, options: FindOptions = {}) {
    const { sort } = asked;
    const query = { ...asked, filter: sortedFilter(asked) };
    const { filter, match, index } = await bounds.of(query);
    const page = await bounds.through(index, (hint) =>
      readPage(pages, { ...query, filter, match }, { ...options, ...hint }),
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
      revise({ collection, keying, marks, ...attempt }, revisions),
    mask: (masked: readonly StoredCdr[], isAgain: boolean) =>
      mask({ collection, keying, isAgain }, masked),
    get: async ({ tenant, id }: CdrKey): Promise<StoredCdr | null> => {
      const _id = documentKey(keying, { tenant, id });
      const document = await collection.findOne({ _id, tenant });
      return document === null ? null : toCdr(document);
    },
    find,
    count: async (asked: CdrFilter, options?: ReadOptions): Promise<number> => {
      const { match, index } = await bounds.of({ filter: asked });
      return await bounds.through(index, (hint) =>
        collection.countDocuments(match, { maxTimeMS, ...hint, ...options }),
      );
    },
    nthCallTime: async (
      asked: CdrFilter,
      nth: number,
      { fromLast = false, ...options }: NthOptions = {},
    ) => {
      const sort = { by: "callTime", descending: fromLast } as const;
      const { match, index } = await bounds.of({ filter: asked, sort });
      const [found] = await bounds.through(index, (hint) =>
        collection
          .find(match, { maxTimeMS, ...hint, ...options })
          .project<{ keys: { callTime: Date } }>({ "keys.callTime": 1 })
          .sort({ [sortField(sort)]: fromLast ? -1 : 1 })
          .skip(nth - 1)
          .limit(1)
          .toArray(),
      );
      return found === undefined ? null : found.keys.callTime.getTime();
    },
    /**
     * The filter with the call times between which its CDRs lie, where it has only a range of another
     * time: each page by call time is then bounded on both sides. Null: nothing matches.
     */
    withCallTimes: async (asked: CdrFilter, options?: ReadOptions): Promise<CdrFilter | null> => {
      const ranged = rangedTimes(asked);
      if (ranged.length === 0 || ranged.includes("callTime")) return asked;
      const { filter, match, index } = await bounds.of({ filter: asked });
      const group = {
        _id: null,
        first: { $min: "$keys.callTime" },
        last: { $max: "$keys.callTime" },
      };
      const stages = [{ $match: match }, { $group: group }];
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

/** What is counted, through the calls of a store. */
export function countsThrough(
  sum: Calls["sum"],
  cdrs: ReturnType<typeof cdrCollection>,
): Pick<CdrStore, "count" | "nthCallTime"> {
  return {
    count: (filter, options) => sum(() => cdrs.count(filter, options)),
    nthCallTime: (filter, nth, options) => sum(() => cdrs.nthCallTime(filter, nth, options)),
  };
}
