// Suspense records in MongoDB: raw bytes with the reason why they are no CDR yet.
import { Binary, type Collection, type Document } from "mongodb";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import { addToPage, BATCH_DOCUMENTS, emptyPage, PAGE_BYTES } from "../page-bytes.ts";
import type {
  AddedSuspense,
  OldSuspense,
  OpenSuspense,
  SuspenseClosing,
  SuspenseQuery,
  SuspenseRecord,
  SuspenseStore,
} from "../ports/suspense.ts";

import { decodeListCursor, encodeListCursor } from "../sort-keys.ts";
import type { Calls } from "./connection/calls.ts";
import { requireDocument } from "./document-size.ts";
import type { IndexHints } from "./indexes/hints.ts";
import { insertNew } from "./records.ts";
import type { SuspenseDocument } from "./schema.ts";

/** As a record first comes: what becomes of it later is set by `close` and by its repeats. */
export function toSuspenseDocument(record: SuspenseRecord): SuspenseDocument {
  const { id, bytes, receivedAtMs, discardedAtMs, maskedAtMs, ...rest } = record;
  return {
    _id: id,
    ...rest,
    bytes: new Binary(bytes),
    receivedAt: new Date(receivedAtMs),
    ...(discardedAtMs !== undefined && { discardedAt: new Date(discardedAtMs) }),
    ...(maskedAtMs !== undefined && { maskedAt: new Date(maskedAtMs) }),
  };
}

export function toRecord(document: SuspenseDocument): SuspenseRecord {
  const { _id, bytes, receivedAt, discardedAt, maskedAt, ...rest } = document;
  return {
    id: _id,
    ...rest,
    bytes: new Uint8Array(bytes.value()),
    receivedAtMs: receivedAt.getTime(),
    ...(discardedAt !== undefined && { discardedAtMs: discardedAt.getTime() }),
    ...(maskedAt !== undefined && { maskedAtMs: maskedAt.getTime() }),
  };
}

function suspenseFilter(query: SuspenseQuery): Document {
  const { states, reasons, sources, tenants, receivedAt = {}, cursor } = query;
  const conditions: Document[] = [];
  const lists = { state: states, reason: reasons, source: sources };
  for (const [field, values] of Object.entries(lists)) {
    if (values !== undefined) conditions.push({ [field]: { $in: values } });
  }
  if (tenants !== undefined) {
    conditions.push({ $or: [{ tenant: { $in: tenants } }, { owners: { $in: tenants } }] });
  }
  const { fromMs, toMs } = receivedAt;
  if (fromMs !== undefined) conditions.push({ receivedAt: { $gte: new Date(fromMs) } });
  if (toMs !== undefined) conditions.push({ receivedAt: { $lt: new Date(toMs) } });
  if (cursor !== undefined) {
    const [ms, id] = decodeListCursor(cursor, 1);
    const time = new Date(Number(ms));
    const later = [{ receivedAt: { $gt: time } }, { receivedAt: time, _id: { $gt: id } }];
    conditions.push({ $or: later });
  }
  return conditions.length === 0 ? {} : { $and: conditions };
}

type OldQuery = Parameters<SuspenseStore["countOld"]>[0];

function changeOf(closing: SuspenseClosing) {
  const { state } = closing;
  if (closing.state === "discarded") {
    const { by, atMs } = closing;
    return { state, discardedBy: by, discardedAt: new Date(atMs) };
  }
  return { state, ...(closing.as !== undefined && { retriedAs: closing.as }) };
}

/** Those that are dealt with, and of no import, apart. */
async function countOld(
  collection: Collection<SuspenseDocument>,
  { beforeMs, tenants }: OldQuery,
  maxTimeMS: number,
): Promise<OldSuspense> {
  const old = suspenseFilter({
    ...{ receivedAt: { toMs: beforeMs }, limit: 0 },
    ...(tenants && { tenants: [...tenants] }),
  });
  const isImported = { $ne: [{ $ifNull: ["$batchId", null] }, null] };
  const isLeft = { $or: [{ $eq: ["$state", "open"] }, isImported] };
  const closedOnes = { $sum: { $cond: [isLeft, 0, 1] } };
  const stages = [{ $match: old }, { $group: { _id: null, all: { $sum: 1 }, closed: closedOnes } }];
  const [found] = await collection
    .aggregate<{ all: number; closed: number }>(stages, { maxTimeMS })
    .toArray();
  const { all, closed } = found ?? { all: 0, closed: 0 };
  return { closed, others: all - closed };
}

function suspenseCollection(
  collection: Collection<SuspenseDocument>,
  { hints, maxTimeMS }: { hints: IndexHints; maxTimeMS: number },
) {
  /** Of one that was masked; with the same bytes, because the id is their hash. */
  const giveBack = ({ _id, bytes, detail, query }: SuspenseDocument) =>
    collection.findOneAndUpdate(
      { _id, state: "discarded", maskedAt: { $exists: true } },
      {
        $set: { state: "open", bytes, detail, ...(query !== undefined && { query }) },
        $inc: { reopened: 1 },
        $unset: { maskedAt: "" },
      },
      { returnDocument: "after" },
    );
  return {
    /** `isAgain`: an earlier attempt may have added it, which is then new all the same. */
    add: async (record: SuspenseRecord, isAgain: boolean): Promise<AddedSuspense> => {
      const document = toSuspenseDocument(record);
      requireDocument(document);
      const isNew = await insertNew(collection, document, isAgain);
      if (isNew) return { outcome: "new", record };
      if (record.owners !== undefined) {
        const owners = { $each: record.owners };
        await collection.updateOne({ _id: record.id }, { $addToSet: { owners } });
      }
      const given = await giveBack(document);
      if (given !== null) return { outcome: "reopened", record: toRecord(given) };
      const opened = await collection.findOneAndUpdate(
        { _id: record.id, state: "discarded" },
        { $set: { state: "open" }, $inc: { reopened: 1 } },
        { returnDocument: "after" },
      );
      if (opened !== null) return { outcome: "reopened", record: toRecord(opened) };
      const stored = await collection.findOne({ _id: record.id });
      if (stored === null) throw new Error(`the suspense record ${record.id} is there and is not`);
      return { outcome: "repeat", record: toRecord(stored) };
    },
    remove: async (ids: readonly string[]): Promise<number> => {
      const closed = { _id: { $in: [...ids] }, state: { $ne: "open" as const } };
      return (await collection.deleteMany(closed)).deletedCount;
    },
    mask: async (ids: readonly string[], atMs: number): Promise<number> => {
      const { modifiedCount } = await collection.updateMany(
        { _id: { $in: [...ids] }, state: { $ne: "open" as const }, maskedAt: { $exists: false } },
        {
          $set: { bytes: new Binary(new Uint8Array()), detail: "", maskedAt: new Date(atMs) },
          $unset: { query: "" },
        },
      );
      return modifiedCount;
    },
    openByTenant: async (): Promise<OpenSuspense[]> => {
      const group = { _id: "$tenant", open: { $sum: 1 } };
      const stages = [{ $match: { state: "open" } }, { $group: group }];
      const counts = await hints.through({ collection: "suspense", index: "state" }, (hint) =>
        collection
          .aggregate<{ _id: string | null; open: number }>(stages, { maxTimeMS, ...hint })
          .toArray(),
      );
      return counts.map(({ _id, open }) => ({ tenant: _id, open }));
    },
    get: async (id: string): Promise<SuspenseRecord | null> => {
      const document = await collection.findOne({ _id: id });
      return document === null ? null : toRecord(document);
    },
    /** `isAgain`: an earlier attempt may have closed it; what it set says so. */
    close: async (id: string, closing: SuspenseClosing, isAgain: boolean): Promise<boolean> => {
      const change = changeOf(closing);
      const { modifiedCount } = await collection.updateOne(
        { _id: id, state: "open" },
        { $set: change },
      );
      if (modifiedCount === 1 || !isAgain) return modifiedCount === 1;
      return (await collection.findOne({ _id: id, ...change })) !== null;
    },
    /** Oldest first. */
    find: async (query: SuspenseQuery) => {
      const documents = collection
        .find(suspenseFilter(query), { maxTimeMS })
        .sort({ receivedAt: 1, _id: 1 })
        .limit(query.limit + 1)
        .batchSize(BATCH_DOCUMENTS);
      const page = emptyPage<SuspenseRecord>();
      const limits = { rows: query.limit, bytes: PAGE_BYTES };
      for await (const document of documents) {
        const row = toRecord(document);
        if (!addToPage(page, { row, bytes: row.bytes.length }, limits)) break;
        if (isTurnOver()) await ownTurn();
      }
      const { rows: records, isMore } = page;
      const last = records.at(-1);
      if (!isMore || last === undefined) return { records };
      return { records, nextCursor: encodeListCursor(last.receivedAtMs, [last.id]) };
    },
  };
}

export function suspenseThrough(
  { read, sum, write }: Calls,
  collection: Collection<SuspenseDocument>,
  options: { hints: IndexHints; maxTimeMS: number },
): SuspenseStore {
  const suspense = suspenseCollection(collection, options);
  return {
    add: (record) => write((isAgain) => suspense.add(record, isAgain)),
    get: (id) => read(() => suspense.get(id)),
    close: (id, closing) => write((isAgain) => suspense.close(id, closing, isAgain)),
    mask: (ids, atMs) => write(() => suspense.mask(ids, atMs)),
    remove: (ids) => write(() => suspense.remove(ids)),
    find: (query) => read(() => suspense.find(query)),
    countOld: (query) => sum(() => countOld(collection, query, options.maxTimeMS)),
    openByTenant: () => sum(() => suspense.openByTenant()),
  };
}
