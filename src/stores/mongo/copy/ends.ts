// A MongoDB data base as the source of a copy, and as its target: no process uses one that is half full.
import type { MongoClient } from "mongodb";
import { identityOf, UNFINISHED_SCHEMA } from "../../migration.ts";
import type { CopyEnd, CopyNote, CopyTarget } from "../../ports/copy.ts";
import type { Store } from "../../store.ts";
import { keyingOf } from "../cdrs/key.ts";
import { durable } from "../connection/client.ts";
import { createClient, databaseName } from "../connection/url.ts";
import { processCollection } from "../migrations/processes.ts";
import { type StoreCollections, storeCollections } from "../schema.ts";
import { type MongoStoreOptions, openMongoStore } from "../store.ts";
import { mongoCopyTables } from "./tables.ts";

const WAIT_MS = 10_000;

interface Opened {
  store: Store;
  client: MongoClient;
  collections: StoreCollections;
}

/** The store signs in and keeps the schema; the collections have a connection of their own. */
async function open(options: MongoStoreOptions): Promise<Opened> {
  const store = await openMongoStore(options);
  const client = createClient(options.url, {
    serverSelectionTimeoutMS: WAIT_MS,
    appName: "cdrate store copy",
  });
  const database = client.db(databaseName(options.url), durable(WAIT_MS));
  return { store, client, collections: storeCollections(database) };
}

async function endOf(
  { store, client, collections }: Opened,
  options: MongoStoreOptions,
): Promise<CopyEnd> {
  const keying = keyingOf(await store.schemaState());
  const hosts = client.options.hosts.map(String).join(",");
  return {
    name: `mongodb://${hosts}/${databaseName(options.url)}`,
    tables: mongoCopyTables(collections, keying),
    processes: processCollection(collections.processes, identityOf(options), 0).all,
    tend: store.tend,
    async close() {
      await client.close();
      await store.close();
    },
  };
}

/** @throws `store-unavailable` where there is no store, or one of another schema */
export async function mongoCopySource(options: MongoStoreOptions): Promise<CopyEnd> {
  const opened = await open({ ...options, mustExist: true });
  // Of CDRs that are half erased either the sums or the CDRs are to be copied.
  await opened.store.erasures.release();
  return endOf(opened, options);
}

/** Makes the data base where it is not there. */
export async function mongoCopyTarget(options: MongoStoreOptions): Promise<CopyTarget> {
  const opened = await open({ ...options, migrates: true, continuesCopy: true });
  const { meta } = opened.collections;
  return {
    ...(await endOf(opened, options)),
    async unfinished() {
      const found = await meta.findOne({ _id: "schema" });
      return found?.copy === undefined ? null : (JSON.parse(found.copy) as CopyNote);
    },
    async note(note) {
      // Builds that know nothing of copies take it for the schema of a newer one.
      const set = { copy: JSON.stringify(note), announced: UNFINISHED_SCHEMA };
      await meta.updateOne({ _id: "schema" }, { $set: set });
    },
    async finish() {
      await meta.updateOne({ _id: "schema" }, { $unset: { copy: "", announced: "" } });
    },
  };
}
