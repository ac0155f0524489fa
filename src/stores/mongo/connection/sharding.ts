// A sharded cluster: by which key its collections are sharded, and whether each shard takes writes.
import { type Collection, type Db, type Document, MongoServerError, Timestamp } from "mongodb";
import { type EngineError, engineError } from "../../../errors.ts";
import type { CdrKeying } from "../cdrs/key.ts";
import { type CdrDocument, SERVER_TIME } from "../documents.ts";
import { UNAUTHORIZED } from "../faults.ts";
import type { IndexHints } from "../indexes/hints.ts";
import type { StoreCollections } from "../schema.ts";

/** Collections that are sharded; empty: no cluster, or everything on one shard. */
export type ShardedCollections = ReadonlySet<string>;

/** Collections that a router of MongoDB 8 follows although they are on one shard. */
const isSplit = ({ unsplittable, dropped }: Document) => unsplittable !== true && dropped !== true;

async function isRouter(database: Db): Promise<boolean> {
  try {
    return (await database.admin().command({ hello: 1 }))["msg"] === "isdbgrid";
  } catch (error) {
    // A server that does not know the command is no router.
    if (error instanceof MongoServerError) return false;
    throw error;
  }
}

/** Null: the user may not read how the cluster is sharded. */
async function keysOf(
  database: Db,
  names: readonly string[],
): Promise<Map<string, Document> | null> {
  const places = names.map((name) => `${database.databaseName}.${name}`);
  try {
    const found = await database.client
      .db("config")
      .collection<{ _id: string; key: Document }>("collections")
      .find({ _id: { $in: places } })
      .toArray();
    const prefix = database.databaseName.length + 1;
    return new Map(found.filter(isSplit).map(({ _id, key }) => [_id.slice(prefix), key]));
  } catch (error) {
    if (error instanceof MongoServerError && error.code === UNAUTHORIZED) return null;
    throw error;
  }
}

async function isSharded(database: Db, name: string): Promise<boolean> {
  try {
    return (await database.command({ collStats: name }))["sharded"] === true;
  } catch (error) {
    // Without the collection, or the right to ask: config would have said so, or refuses us below.
    if (error instanceof MongoServerError && error.code !== UNAUTHORIZED) return false;
    throw error;
  }
}

/**
 * A key under which two documents of one `_id` always meet on one shard, where they are found to be
 * one: `_id` itself, or, as the `_id` of a CDR has its tenant in it, the tenant and `_id`.
 */
function keepsUnique(collection: string, key: Document, keying: CdrKeying): boolean {
  const fields = Object.keys(key).join(" ");
  if (fields === "_id") return true;
  return fields === "tenant _id" && collection === "cdrs" && keying !== "id";
}

function wrongKey(place: string, collection: string, key: Document): EngineError {
  const wanted = collection === "cdrs" ? "{ tenant: 1, _id: 1 }" : '{ _id: "hashed" }';
  return engineError(
    "store-unavailable",
    `The collection ${collection} is sharded by ${JSON.stringify(key)}: its documents would be unique on each shard alone, and a record sent twice could be stored twice.`,
    { hint: `Stop the services, then reshard it: sh.reshardCollection("${place}", ${wanted}).` },
  );
}

/** @throws `store-unavailable` for a collection that is sharded by a key that does not keep it unique */
export async function requireShardKeys(
  database: Db,
  { collections, keying }: { collections: StoreCollections; keying: CdrKeying },
): Promise<ShardedCollections> {
  if (!(await isRouter(database))) return new Set();
  const names = Object.keys(collections);
  const keys = await keysOf(database, names);
  if (keys === null) {
    for (const name of names) {
      if (await isSharded(database, name)) throw unseenKey(name);
    }
    return new Set();
  }
  for (const [name, key] of keys) {
    const place = `${database.databaseName}.${name}`;
    if (!keepsUnique(name, key, keying)) throw wrongKey(place, name, key);
  }
  return new Set(keys.keys());
}

function unseenKey(name: string): EngineError {
  return engineError(
    "store-unavailable",
    `The collection ${name} is sharded, and the user may not see by which key.`,
    {
      hint: 'Give the user the role { role: "read", db: "config" }: by another key than the one of docs/mongodb.md a record could be stored twice.',
    },
  );
}

/** Later than any write. */
const NEVER = new Timestamp({ t: 0xff_ff_ff_fe, i: 0 });

/**
 * A write without a shard key, which goes to every shard that holds CDRs and finds nothing there: each
 * must have a primary that takes it, and a majority that has what was written before.
 */
export async function proveShards(cdrs: Collection<CdrDocument>, hints: IndexHints): Promise<void> {
  const change = { $currentDate: { changedAt: SERVER_TIME } };
  await hints.through({ collection: "cdrs", index: "changed" }, ({ hint }) =>
    hint === undefined
      ? // Without the index it must not walk over all CDRs.
        cdrs.updateMany({ changedAt: NEVER, _id: { $lt: "" } }, change)
      : cdrs.updateMany({ changedAt: NEVER }, change, { hint }),
  );
}
