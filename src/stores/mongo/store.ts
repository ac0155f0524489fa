// The store in MongoDB: connecting with durable concerns, and the port itself.
import {
  type DbOptions,
  MongoClient,
  type MongoClientOptions,
  ReadConcern,
  WriteConcern,
} from "mongodb";
import type { SummaryQuery } from "../../queries/cdr-query.ts";
import { identityOf, type OpenOptions, refuseMissing } from "../migration.ts";
import type { CdrStore, ReadOptions } from "../ports/cdrs.ts";
import type { FeedStore } from "../ports/feeds.ts";
import type { TariffStore } from "../ports/tariffs.ts";
import { scanPages } from "../scan-pages.ts";
import type { Store } from "../store.ts";
import { cdrCollection } from "./cdrs/cdrs.ts";
import { changeTimes } from "./cdrs/change-time.ts";
import { cdrChanges } from "./cdrs/changes.ts";
import type { CdrKeying } from "./cdrs/key.ts";
import { cdrKeys } from "./cdrs/keys.ts";
import { summarizeDocuments } from "./cdrs/summary.ts";
import { factCollection } from "./facts.ts";
import { isUnavailable, unavailable } from "./faults.ts";
import { feedCollection } from "./feeds.ts";
import { jobCollection } from "./jobs.ts";
import { type MongoSchema, mongoSchema } from "./migrations/runner.ts";
import type { MongoStep } from "./migrations/step.ts";
import { MONGO_STEPS } from "./migrations/steps.ts";
import { activationCollection, assignmentCollection, tariffCollection } from "./records.ts";
import { type StoreCollections, storeCollections } from "./schema.ts";
import { suspenseCollection } from "./suspense.ts";

export interface MongoStoreOptions extends OpenOptions {
  /** `mongodb://…` or `mongodb+srv://…`; its path names the data base, `cdrate` when it has none. */
  url: string;
  /** Other steps of the schema than those of this build: for tests of the road itself. */
  steps?: readonly MongoStep[];
  /** How long each call waits for a primary; 3 s when not said. */
  waitMs?: number;
  /** After so many seconds a write is surely seen by every reader of changes; 10 when not said. */
  changesLagSeconds?: number;
}

/**
 * Set on the data base, where they win over what the URL says: a write is answered when a majority
 * has it in its journal, and reads see only what a majority has. A server that refuses them is not
 * used with less.
 */
const DURABLE: DbOptions = {
  writeConcern: new WriteConcern("majority", 10_000, true),
  readConcern: new ReadConcern("majority"),
  readPreference: "primary",
};
const FIRST_WAIT_MS = 3_000;
const LIMITS: MongoClientOptions = {
  connectTimeoutMS: 3_000,
  socketTimeoutMS: 60_000,
  appName: "cdrate",
};

function databaseName(url: string): string {
  const name = /^mongodb(?:\+srv)?:\/\/[^/]*\/([^?]+)/.exec(url)?.[1];
  return name === undefined ? "cdrate" : decodeURIComponent(name);
}

/**
 * Connects and creates the indexes that are missing.
 * Throws `store-unavailable` when no primary answers in the time allowed, a newer build wrote the
 * data, or an older one did and they are not to be migrated.
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { url, indexedExtraFields = [], migrates = false, steps = MONGO_STEPS } = options;
  const client = new MongoClient(url, {
    ...LIMITS,
    serverSelectionTimeoutMS: options.waitMs ?? FIRST_WAIT_MS,
  });
  const collections = storeCollections(client.db(databaseName(url), DURABLE));
  const identity = identityOf(options);
  const schema = mongoSchema(collections, { steps, identity, indexedExtraFields, migrates });
  try {
    await client.connect();
    if (options.mustExist === true && !(await isThere(collections))) {
      throw refuseMissing(`the data base ${databaseName(url)}`);
    }
    await schema.enter();
    while (migrates) {
      const event = await schema.step();
      if (event === null) break;
      options.report?.(event);
    }
    const { cdrKey: keying } = await schema.state();
    const { changesLagSeconds } = options;
    const parts = { indexedExtraFields, schema, keying, changesLagSeconds };
    return createStore(client, collections, parts);
  } catch (error) {
    await client.close();
    throw isUnavailable(error) ? unavailable(error) : error;
  }
}

interface StoreParts {
  indexedExtraFields: string[];
  schema: MongoSchema;
  keying: CdrKeying;
  changesLagSeconds: number | undefined;
}

/** One of the first release has CDRs or tariffs and may have no note of its schema. */
async function isThere({ meta, cdrs, tariffs }: StoreCollections): Promise<boolean> {
  for (const collection of [meta, cdrs, tariffs]) {
    if ((await collection.findOne({}, { projection: { _id: 1 } })) !== null) return true;
  }
  return false;
}

/** A durable write that changes nothing of interest. */
async function beat({ meta }: StoreCollections): Promise<void> {
  await meta.updateOne({ _id: "heartbeat" }, { $inc: { beats: 1 } }, { upsert: true });
}

/** Runs one piece of work; a fault of the server becomes the error that is named for it. */
type Run = <R>(work: () => Promise<R>) => Promise<R>;

function feedsThrough(run: Run, feeds: FeedStore): FeedStore {
  return {
    put: (feed) => run(() => feeds.put(feed)),
    getFor: (names) => run(() => feeds.getFor(names)),
    update: (feed, expectedVersion) => run(() => feeds.update(feed, expectedVersion)),
  };
}

/** Each step of an iteration through `run`, so that a fault in any of them is named as one. */
async function* eachThrough<T>(run: Run, work: () => AsyncIterable<T>): AsyncGenerator<T, void> {
  const parts = work()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const part = await run(() => parts.next());
      if (part.done === true) return;
      yield part.value;
    }
  } finally {
    await parts.return?.();
  }
}

function tariffStore(
  run: Run,
  { collections, schema }: { collections: StoreCollections; schema: MongoSchema },
): TariffStore {
  const tariffs = tariffCollection(collections);
  const activations = activationCollection(collections);
  return {
    put: (version, files) => run(() => tariffs.put(version, files)),
    get: (version) => run(() => tariffs.get(version)),
    getFiles: (version) => run(() => tariffs.getFiles(version)),
    list: (limit, cursor) => run(() => tariffs.list(limit, cursor)),
    activate: (entry) => run(() => activations.activate(entry)),
    activations: () => run(activations.all),
    activationStamp: () => run(activations.stamp),
    follow: (stamp) => run(() => schema.follow(stamp)),
    followed: () => run(schema.followed),
  };
}

function createStore(
  client: MongoClient,
  collections: StoreCollections,
  { indexedExtraFields, schema, keying, changesLagSeconds }: StoreParts,
): Store {
  const cdrs = cdrCollection(collections.cdrs, {
    indexedExtraFields,
    keying,
    times: changeTimes(collections),
  });
  const keys = cdrKeys(collections.cdrs, keying);
  const changes = cdrChanges(collections, changesLagSeconds);
  const summarize = (query: SummaryQuery & ReadOptions) =>
    summarizeDocuments(collections.cdrs, indexedExtraFields, query);
  const suspense = suspenseCollection(collections.suspense);
  const facts = factCollection(collections.facts);
  const jobs = jobCollection(collections);
  const assignments = assignmentCollection(collections);
  let isClosed = false;

  async function run<T>(work: () => Promise<T>): Promise<T> {
    if (isClosed) throw unavailable(new Error("the store was closed"));
    try {
      return await work();
    } catch (error) {
      throw isClosed || isUnavailable(error) ? unavailable(error) : error;
    }
  }
  const find: CdrStore["find"] = (query, options) => run(() => cdrs.find(query, options));

  return {
    kind: "mongo",
    cdrs: {
      insert: (batch) => run(() => cdrs.insert(batch)),
      revise: (revisions) => run(() => cdrs.revise(revisions)),
      get: (key) => run(() => cdrs.get(key)),
      find,
      scan: (filter, pageSize, options) => scanPages(find, filter, pageSize, options),
      changes: (query, options) => run(() => changes(query, options)),
      count: (filter, options) => run(() => cdrs.count(filter, options)),
      summarize: (query, options) => run(() => summarize({ ...query, ...options })),
      keyFaults: (filter, options) => eachThrough(run, () => keys.keyFaults(filter, options)),
      tenants: () => run(keys.tenants),
    },
    suspense: {
      add: (record) => run(() => suspense.add(record)),
      get: (id) => run(() => suspense.get(id)),
      close: (id, closing) => run(() => suspense.close(id, closing)),
      find: (query) => run(() => suspense.find(query)),
      openByTenant: () => run(() => suspense.openByTenant()),
    },
    tariffs: tariffStore(run, { collections, schema }),
    accounts: {
      set: (assignment, atMs) => run(() => assignments.set(assignment, atMs)),
      getFor: (keys) => run(() => assignments.getFor(keys)),
      setMs: (key) => run(() => assignments.setMs(key)),
      find: (query) => run(() => assignments.find(query)),
    },
    facts: {
      keepFirst: (name, fact) => run(() => facts.keepFirst(name, fact)),
      get: (name) => run(() => facts.getFact(name)),
    },
    jobs: {
      put: (job) => run(() => jobs.put(job)),
      get: (id) => run(() => jobs.get(id)),
      update: (job, expectedVersion) => run(() => jobs.update(job, expectedVersion)),
      list: (query) => run(() => jobs.list(query)),
      appendLines: (job, list, lines) => run(() => jobs.appendLines(job, list, lines)),
      pageLines: (job, list, page) => run(() => jobs.pageLines(job, list, page)),
    },
    feeds: feedsThrough(run, feedCollection(collections.feeds)),
    ping: () => run(() => beat(collections)),
    schemaState: () => run(schema.state),
    tend: () => run(schema.tend),
    close: async () => {
      // Where it cannot be written any more, the row counts as that of an ended process soon.
      if (!isClosed) await schema.signOut().catch(() => {});
      isClosed = true;
      await client.close();
    },
  };
}
