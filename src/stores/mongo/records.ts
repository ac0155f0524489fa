// Tariff versions, the activation time line and assignments in MongoDB.
import { createHash } from "node:crypto";
import {
  Binary,
  type Collection,
  type Document,
  type Filter,
  MongoBulkWriteError,
  MongoServerError,
  type UpdateFilter,
} from "mongodb";
import type { Assignment } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { AccountStore } from "../ports/accounts.ts";
import type {
  Activation,
  NewActivation,
  TariffVersion,
  TariffVersionPage,
} from "../ports/tariffs.ts";
import { decodeListCursor, encodeListCursor } from "../sort-keys.ts";
import { DUPLICATE_KEY } from "./cdrs/cdrs.ts";
import { ownedBy } from "./cdrs/filter.ts";
import { isSameStored } from "./connection/own-write.ts";
import type {
  ActivationDocument,
  AssignmentDocument,
  StoreCollections,
  TariffDocument,
} from "./schema.ts";

/** Half of what one document may hold. */
const CHUNK_BYTES = 8 * 1024 * 1024;
const MOST_ACTIVATION_RETRIES = 100;

/**
 * False when the key is there already.
 * @param isAgain an earlier attempt may have written it: the same document counts as written now
 */
export async function insertNew<T extends { _id: string | number }>(
  collection: Collection<T>,
  document: Parameters<Collection<T>["insertOne"]>[0],
  isAgain = false,
): Promise<boolean> {
  try {
    await collection.insertOne(document);
    return true;
  } catch (error) {
    if (!(error instanceof MongoServerError && error.code === DUPLICATE_KEY)) throw error;
  }
  if (!isAgain) return false;
  const { _id } = document as { _id: T["_id"] };
  return isSameStored(await collection.findOne({ _id } as Filter<T>), document);
}

/** One command for all: those whose key is there already, by their places. */
async function insertTogether<T extends { _id: string }>(
  collection: Collection<T>,
  documents: Parameters<Collection<T>["insertMany"]>[0],
): Promise<Set<number>> {
  try {
    await collection.insertMany(documents, { ordered: false });
    return new Set();
  } catch (error) {
    if (!(error instanceof MongoBulkWriteError)) throw error;
    const errors = [error.writeErrors].flat();
    if (errors.length === 0 || errors.some(({ code }) => code !== DUPLICATE_KEY)) throw error;
    return new Set(errors.map(({ index }) => index));
  }
}

/**
 * Replaces these members of a document that is still at the version seen; false where it is not.
 * @param how.isAgain an earlier attempt may have done it: its members say whether it was this one
 */
export async function replaceSeen<T extends { _id: string; version: number }>(
  collection: Collection<T>,
  { _id, ...next }: Partial<T> & { _id: string },
  { expectedVersion, isAgain }: { expectedVersion: number; isAgain: boolean },
): Promise<boolean> {
  const seen = { _id, version: expectedVersion } as unknown as Filter<T>;
  const change = { $set: next } as unknown as UpdateFilter<T>;
  const { matchedCount } = await collection.updateOne(seen, change);
  if (matchedCount === 1 || !isAgain) return matchedCount === 1;
  return (await collection.findOne({ _id, ...next } as unknown as Filter<T>)) !== null;
}

/** Tariff versions; a file's bytes are kept once, in chunks, however many versions have it. */
export function tariffCollection({ tariffs, tariffChunks }: StoreCollections) {
  async function putFile(name: string, text: string): Promise<TariffDocument["files"][number]> {
    const bytes = Buffer.from(text, "utf8");
    const hash = createHash("sha256").update(bytes).digest("hex");
    let chunks = 0;
    for (let start = 0; start < bytes.length; start += CHUNK_BYTES) {
      const part = new Binary(bytes.subarray(start, start + CHUNK_BYTES));
      await insertNew(tariffChunks, { _id: `${hash}:${chunks}`, bytes: part });
      chunks += 1;
    }
    return { name, hash, chunks };
  }

  async function getFile(file: TariffDocument["files"][number]): Promise<string> {
    const parts: Uint8Array[] = [];
    for (let number = 0; number < file.chunks; number += 1) {
      const chunk = await tariffChunks.findOne({ _id: `${file.hash}:${number}` });
      if (chunk !== null) parts.push(chunk.bytes.value());
    }
    const bytes = Buffer.concat(parts);
    if (createHash("sha256").update(bytes).digest("hex") !== file.hash) {
      throw engineError("store-unavailable", `The tariff file ${file.name} is damaged.`, {
        hint: "Restore the collection tariffChunks, or load the tariff folder again.",
      });
    }
    return bytes.toString("utf8");
  }

  return {
    async put(version: TariffVersion, files: Record<string, string>, onto?: string): Promise<void> {
      const base = onto === undefined ? null : await tariffs.findOne({ _id: onto });
      const stored: TariffDocument["files"] = [...(base?.files ?? [])];
      for (const [name, text] of Object.entries(files)) stored.push(await putFile(name, text));
      await insertNew(tariffs, {
        _id: version.version,
        loadedAt: new Date(version.loadedAtMs),
        description: JSON.stringify(version),
        files: stored,
      });
    },
    get: async (version: string): Promise<TariffVersion | null> => {
      const found = await tariffs.findOne({ _id: version });
      return found === null ? null : (JSON.parse(found.description) as TariffVersion);
    },
    getFiles: async (version: string): Promise<Record<string, string> | null> => {
      const found = await tariffs.findOne({ _id: version });
      if (found === null) return null;
      const entries: [string, string][] = [];
      for (const file of found.files) entries.push([file.name, await getFile(file)]);
      return Object.fromEntries(entries);
    },
    textsOf: async (name: string): Promise<string[]> => {
      const literal = name.replace(/[^\w-]/g, "\\$&");
      const files = await tariffs
        .aggregate<{ _id: string; file: TariffDocument["files"][number] }>([
          { $unwind: "$files" },
          { $match: { "files.name": new RegExp(`(^|/)${literal}$`) } },
          { $group: { _id: "$files.hash", file: { $first: "$files" } } },
        ])
        .toArray();
      const texts: string[] = [];
      for (const { file } of files) texts.push(await getFile(file));
      return texts;
    },
    /** Latest loaded first. */
    list: async (limit: number, cursor?: string): Promise<TariffVersionPage> => {
      const filter: Document = {};
      if (cursor !== undefined) {
        const [ms, version] = decodeListCursor(cursor, 1);
        const time = new Date(Number(ms));
        filter["$or"] = [{ loadedAt: { $lt: time } }, { loadedAt: time, _id: { $lt: version } }];
      }
      const documents = await tariffs
        .find(filter)
        .sort({ loadedAt: -1, _id: -1 })
        .limit(limit + 1)
        .toArray();
      const versions = documents
        .slice(0, limit)
        .map((document) => JSON.parse(document.description) as TariffVersion);
      const last = versions.at(-1);
      if (documents.length <= limit || last === undefined) return { versions };
      return { versions, nextCursor: encodeListCursor(last.loadedAtMs, [last.version]) };
    },
  };
}

export function toActivation(document: ActivationDocument): Activation {
  return {
    tenant: document.tenant,
    version: document.version,
    fromMs: document.from.getTime(),
    activatedAtMs: document.activatedAt.getTime(),
    sequence: document.sequence,
  };
}

export function activationDocument(entry: Activation): ActivationDocument {
  const { tenant, sequence, version, fromMs, activatedAtMs } = entry;
  return {
    _id: JSON.stringify([tenant, sequence]),
    tenant,
    sequence,
    version,
    from: new Date(fromMs),
    activatedAt: new Date(activatedAtMs),
  };
}

/** The activation time line: entries are only ever added, numbered per tenant. */
export function activationCollection({ activations }: StoreCollections) {
  async function nextSequence(tenant: string): Promise<number> {
    const latest = await activations
      .find({ tenant }, { readConcern: { level: "local" } })
      .sort({ sequence: -1 })
      .limit(1)
      .next();
    return (latest?.sequence ?? 0) + 1;
  }

  /** Of one tenant one after the other. */
  async function nextSequences(tenants: string[]): Promise<number[]> {
    const next = new Map<string, number>();
    for (const tenant of new Set(tenants)) next.set(tenant, await nextSequence(tenant));
    return tenants.map((tenant) => {
      const sequence = next.get(tenant) ?? 1;
      next.set(tenant, sequence + 1);
      return sequence;
    });
  }

  async function findSame(entry: NewActivation): Promise<Activation | null> {
    const { tenant, version, fromMs, activatedAtMs } = entry;
    const times = { from: new Date(fromMs), activatedAt: new Date(activatedAtMs) };
    const found = await activations.findOne({ tenant, version, ...times });
    return found === null ? null : toActivation(found);
  }

  return {
    /** `isAgain`: an earlier attempt may have written entries, which are then the answer. */
    activate: async (entries: NewActivation[], isAgain: boolean): Promise<Activation[]> => {
      const done = isAgain ? await Promise.all(entries.map(findSame)) : entries.map(() => null);
      for (let attempt = 0; attempt < MOST_ACTIVATION_RETRIES; attempt += 1) {
        const left = entries.flatMap((entry, index) =>
          done[index] === null ? [{ entry, index }] : [],
        );
        if (left.length === 0) return done.flatMap((entry) => entry ?? []);
        const next = await nextSequences(left.map(({ entry }) => entry.tenant));
        const added = left.map(({ entry }, position) => ({
          ...entry,
          sequence: next[position] ?? 0,
        }));
        const taken = await insertTogether(activations, added.map(activationDocument));
        for (const [position, { index }] of left.entries()) {
          if (!taken.has(position)) done[index] = added[position] ?? null;
        }
      }
      throw engineError("conflict", "Too many activations of one tenant at the same time.");
    },
    all: async (): Promise<Activation[]> => {
      const documents = await activations
        .find()
        .sort({ tenant: 1, from: 1, sequence: 1 })
        .toArray();
      return documents.map(toActivation);
    },
    /** Entries are never changed, so their number is enough. */
    stamp: async (): Promise<string> => String(await activations.countDocuments()),
  };
}

export function toAssignment(document: AssignmentDocument): Assignment {
  return {
    tenant: document.tenant,
    account: document.account,
    voipPlan: document.voipPlan,
    ...(document.numbering !== undefined && { numbering: document.numbering }),
    fromMs: document.from.getTime(),
  };
}

type AssignmentKey = Pick<Assignment, "tenant" | "account" | "fromMs">;

function assignmentId({ tenant, account, fromMs }: AssignmentKey): string {
  return JSON.stringify([tenant, account, fromMs]);
}

export function assignmentDocument(assignment: Assignment, atMs: number): AssignmentDocument {
  const { tenant, account, voipPlan, numbering, fromMs } = assignment;
  return {
    _id: assignmentId(assignment),
    tenant,
    account,
    from: new Date(fromMs),
    voipPlan,
    ...(numbering !== undefined && { numbering }),
    setAt: new Date(atMs),
  };
}

/** Dated assignments of accounts to VoIP plans. */
export function assignmentCollection({ assignments }: StoreCollections) {
  async function set(assignment: Assignment, atMs: number): Promise<void> {
    const document = assignmentDocument(assignment, atMs);
    const isNew = await insertNew(assignments, document);
    const { _id, ...members } = document;
    if (!isNew) await assignments.replaceOne({ _id }, members);
  }

  async function find(query: Parameters<AccountStore["find"]>[0]) {
    const conditions: Document[] = [];
    if (query.tenants !== undefined) conditions.push({ tenant: { $in: query.tenants } });
    if (query.accounts !== undefined) conditions.push(ownedBy(query.accounts, "account"));
    if (query.cursor !== undefined) {
      const [ms, tenant, account] = decodeListCursor(query.cursor, 2);
      const later = { from: { $gt: new Date(Number(ms)) } };
      conditions.push({
        $or: [
          { tenant: { $gt: tenant } },
          { tenant, account: { $gt: account } },
          { tenant, account, ...later },
        ],
      });
    }
    const documents = await assignments
      .find(conditions.length === 0 ? {} : { $and: conditions })
      .sort({ tenant: 1, account: 1, from: 1 })
      .limit(query.limit + 1)
      .toArray();
    const found = documents.slice(0, query.limit).map(toAssignment);
    const last = found.at(-1);
    if (documents.length <= query.limit || last === undefined) return { assignments: found };
    const nextCursor = encodeListCursor(last.fromMs, [last.tenant, last.account]);
    return { assignments: found, nextCursor };
  }

  return {
    set,
    find,
    async setMs(key: AssignmentKey): Promise<number | null> {
      const found = await assignments.findOne({ _id: assignmentId(key) });
      return found?.setAt.getTime() ?? null;
    },
    getFor: async (keys: { tenant: string; account: string }[]): Promise<Assignment[]> => {
      if (keys.length === 0) return [];
      const wanted = keys.map(({ tenant, account }) => ({ tenant, account }));
      const documents = await assignments
        .find({ $or: wanted })
        .sort({ from: 1, tenant: 1, account: 1 })
        .toArray();
      return documents.map(toAssignment);
    },
  };
}
