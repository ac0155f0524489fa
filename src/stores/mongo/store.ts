// The store in MongoDB: connecting with durable concerns, and the port itself.
import type { MongoClient } from "mongodb";
import { identityOf, type OpenOptions, refuseMissing, type SchemaState } from "../migration.ts";
import type { AccountStore } from "../ports/accounts.ts";
import type { CdrStore } from "../ports/cdrs.ts";
import type { TariffStore } from "../ports/tariffs.ts";
import { scanPages } from "../scan-pages.ts";
import type { Store } from "../store.ts";
import { logThrough } from "./admin/log.ts";
import { loginsThrough } from "./admin/logins.ts";
import { masterThrough } from "./admin/master.ts";
import { overlaysThrough } from "./admin/overlays.ts";
import { planObjectsThrough } from "./admin/plan-objects.ts";
import { deskThrough } from "./billing/desk.ts";
import { periodsThrough } from "./billing/periods.ts";
import { callHalvesThrough } from "./call-halves.ts";
import { cdrBounds } from "./cdrs/bounds.ts";
import { cdrCollection, countsThrough } from "./cdrs/cdrs.ts";
import { changeTimes } from "./cdrs/change-time.ts";
import { cdrChanges, SAFETY_LAG_SECONDS } from "./cdrs/changes.ts";
import { type CdrKeying, keyingOf } from "./cdrs/key.ts";
import { cdrKeys } from "./cdrs/keys.ts";
import { cdrSummary } from "./cdrs/summary.ts";
import { cdrTalks } from "./cdrs/talks.ts";
import { type Calls, createCalls, type Timing } from "./connection/calls.ts";
import { clientLimits, durable, patientConnection, READ_MS, WAIT_MS } from "./connection/client.ts";
import { databaseCondition } from "./connection/condition.ts";
import { proveShards, requireShardKeys, type ShardedCollections } from "./connection/sharding.ts";
import { refuseStrangers } from "./connection/strangers.ts";
import { createClient, databaseName, openingFault } from "./connection/url.ts";
import { erasuresThrough } from "./erasures/through-calls.ts";
import { feedsThrough } from "./feeds.ts";
import { importsThrough } from "./imports/through-calls.ts";
import { type MongoIndexes, mongoIndexes } from "./indexes/indexes.ts";
import { jobsThrough } from "./jobs.ts";
import { requireStep, stepHasRun } from "./migrations/has-run.ts";
import { makeCollections } from "./migrations/new-collections.ts";
import { type MongoSchema, mongoSchema } from "./migrations/runner.ts";
import type { MongoStep } from "./migrations/step.ts";
import { ROLLUP_STEP } from "./migrations/steps/015-rollups.ts";
import { ERASURE_STEP } from "./migrations/steps/from-016/019-erasures.ts";
import { MASKING_STEP } from "./migrations/steps/from-016/021-masking.ts";
import { MONGO_STEPS } from "./migrations/steps.ts";
import { queueEventsThrough } from "./queue-events.ts";
import { activationCollection, assignmentCollection, tariffCollection } from "./records.ts";
import { rollupMarks } from "./rollups/marks.ts";
import { rollupsThrough } from "./rollups/rollups.ts";
import { type StoreCollections, storeCollections } from "./schema.ts";
import { suspenseThrough } from "./suspense.ts";

export interface MongoStoreOptions extends OpenOptions {
  /** `mongodb://…` or `mongodb+srv://…`; its path names the data base, `cdrate` when it has none. */
  url: string;
  /** Other steps of the schema than those of this build: for tests of the road itself. */
  steps?: readonly MongoStep[];
  /** How long each call waits for a primary, and a write for its majority; 3 s when not said. */
  waitMs?: number;
  /** After so long the server ends a read; 60 s when not said. */
  readMs?: number;
  /** A connection on which nothing comes is given up so long after both; 5 s when not said. */
  silenceMarginMs?: number;
  /** How calls tell the time and wait; as the machine does when not said. */
  timing?: Timing;
  /** After so many seconds a write is surely seen by every reader of changes; 10 when not said. */
  changesLagSeconds?: number;
  /** Groups that one sum may have; 100,000 when not said. */
  mostGroups?: number;
  /** Told what an operator should know: an index that lacks, a build that does not succeed. */
  warn?: (message: string) => void;
}

/**
 * Connects, brings the schema forward where that is allowed, and makes the indexes that are missing:
 * those of many documents behind, while the store is used.
 * Throws `store-unavailable` when no primary answers in the time allowed, a newer build wrote the
 * data, an older one did and they are not to be migrated, or an index differs.
 */
export async function openMongoStore(options: MongoStoreOptions): Promise<Store> {
  const { url, indexedExtraFields = [], migrates = false, steps = MONGO_STEPS } = options;
  const { waitMs = WAIT_MS, readMs = READ_MS } = options;
  const client = createClient(url, clientLimits(waitMs, readMs, options.silenceMarginMs));
  const database = client.db(databaseName(url), durable(waitMs));
  const collections = storeCollections(database);
  const identity = identityOf(options);
  const { continuesCopy = false } = options;
  const schema = mongoSchema(collections, {
    ...{ steps, identity, indexedExtraFields, migrates, continuesCopy },
    makeCollections: () => makeCollections(database),
  });
  const indexes = mongoIndexes({
    database,
    collections,
    wanted: schema.indexes,
    openPatient: () => patientConnection(url),
    warn: options.warn ?? (() => undefined),
    report: options.report ?? (() => undefined),
  });
  try {
    await client.connect();
    await refuseStrangers(collections, databaseName(url));
    if (options.mustExist === true && !(await isThere(collections))) {
      throw refuseMissing(`the data base ${databaseName(url)}`);
    }
    const { isNew } = await schema.enter();
    const keying = keyingOf(await schema.state());
    const sharded = await requireShardKeys(database, { collections, keying });
    await bringForward({ schema, indexes, isNew }, options);
    const { changesLagSeconds, mostGroups } = options;
    const limits = { waitMs, readMs, changesLagSeconds, mostGroups };
    const { timing } = options;
    const parts = {
      indexedExtraFields,
      schema,
      indexes,
      keying,
      sharded,
      limits,
      migrates,
      timing,
    };
    return createStore(client, collections, parts);
  } catch (error) {
    await indexes.close();
    // Where it cannot be written any more, the row counts as that of an ended process soon.
    await schema.signOut().catch(() => {});
    await client.close();
    throw openingFault(error, url);
  }
}

async function bringForward(
  { schema, indexes, isNew }: { schema: MongoSchema; indexes: MongoIndexes; isNew: boolean },
  { migrates = false, mendsIndexes: mends = false, report }: MongoStoreOptions,
): Promise<void> {
  while (migrates) {
    const event = await schema.step();
    if (event === null) break;
    report?.(event);
  }
  await indexes.open({ builds: isNew || migrates, mends });
  if (isNew) await schema.made();
}

interface StoreParts {
  limits: { waitMs: number; readMs: number } & {
    [limit in "changesLagSeconds" | "mostGroups"]: number | undefined;
  };
  indexedExtraFields: string[];
  schema: MongoSchema;
  indexes: MongoIndexes;
  keying: CdrKeying;
  sharded: ShardedCollections;
  /** Whether this process builds what lacks. */
  migrates: boolean;
  timing: Timing | undefined;
}

/** One of the first release has CDRs or tariffs and may have no note of its schema. */
async function isThere({ meta, cdrs, tariffs }: StoreCollections): Promise<boolean> {
  for (const collection of [meta, cdrs, tariffs]) {
    if ((await collection.findOne({}, { projection: { _id: 1 } })) !== null) return true;
  }
  return false;
}

/** A durable write that changes nothing of interest, and one that reaches each shard with CDRs. */
async function beat(
  { meta, cdrs }: StoreCollections,
  { sharded, indexes }: Pick<StoreParts, "sharded" | "indexes">,
): Promise<void> {
  if (sharded.has("cdrs")) await proveShards(cdrs, indexes.hints);
  await meta.updateOne({ _id: "heartbeat" }, { $inc: { beats: 1 } }, { upsert: true });
}

function accountsThrough(
  { read, write }: Calls,
  assignments: ReturnType<typeof assignmentCollection>,
): AccountStore {
  return {
    set: (assignment, atMs) => write(() => assignments.set(assignment, atMs)),
    getFor: (keys) => read(() => assignments.getFor(keys)),
    setMs: (key) => read(() => assignments.setMs(key)),
    find: (query) => read(() => assignments.find(query)),
  };
}

/** Each step of an iteration through `run`, so that a fault in any of them is named as one. */
async function* eachThrough<T>(
  run: Calls["once"],
  work: () => AsyncIterable<T>,
): AsyncGenerator<T, void> {
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
  { read, write }: Calls,
  { collections, schema }: { collections: StoreCollections; schema: MongoSchema },
): TariffStore {
  const tariffs = tariffCollection(collections);
  const activations = activationCollection(collections);
  return {
    put: (version, files, onto) => write(() => tariffs.put(version, files, onto)),
    get: (version) => read(() => tariffs.get(version)),
    getFiles: (version) => read(() => tariffs.getFiles(version)),
    textsOf: (name) => read(() => tariffs.textsOf(name)),
    list: (limit, cursor) => read(() => tariffs.list(limit, cursor)),
    activate: (entries) => write((isAgain) => activations.activate(entries, isAgain)),
    activations: () => read(activations.all),
    activationStamp: () => read(activations.stamp),
    follow: (stamp) => write(() => schema.follow(stamp)),
    followed: () => read(schema.followed),
  };
}

async function withIndexes(state: SchemaState, indexes: MongoIndexes): Promise<SchemaState> {
  const missing = await indexes.state();
  return { ...state, ...(missing !== undefined && { indexes: missing }) };
}

/** A step that has just run may want further indexes. */
async function tend({
  schema,
  indexes,
  migrates,
}: Pick<StoreParts, "schema" | "indexes" | "migrates">): Promise<SchemaState> {
  const state = await schema.tend();
  await indexes.tend({ builds: migrates });
  return withIndexes(state, indexes);
}

/** Reads over many CDRs, in parts. */
function longReads(
  collections: StoreCollections,
  options: Parameters<typeof cdrChanges>[1] &
    Parameters<typeof cdrKeys>[1] &
    Parameters<typeof cdrSummary>[1],
) {
  return {
    keyFaults: cdrKeys(collections.cdrs, options),
    changes: cdrChanges(collections, options),
    summarize: cdrSummary(collections, options),
    talks: cdrTalks(collections.cdrs, options),
  };
}

function adminThrough(
  calls: Calls,
  { adminActs, overlays, planObjects, logins, deskEntries, masterEntries }: StoreCollections,
): Pick<Store, "log" | "overlays" | "planObjects" | "logins" | "desk" | "master"> {
  return {
    log: logThrough(calls, adminActs),
    overlays: overlaysThrough(calls, overlays),
    planObjects: planObjectsThrough(calls, planObjects),
    logins: loginsThrough(calls, logins),
    desk: deskThrough(calls, deskEntries),
    master: masterThrough(calls, masterEntries),
  };
}

function createStore(client: MongoClient, collections: StoreCollections, parts: StoreParts): Store {
  const { indexedExtraFields, schema, indexes, keying, limits, timing } = parts;
  const { waitMs, readMs: maxTimeMS, changesLagSeconds: lagSeconds, mostGroups } = limits;
  const { hints } = indexes;
  const bounds = cdrBounds(collections.cdrs, { keying, hints, indexedExtraFields, maxTimeMS });
  const marks = rollupMarks(collections);
  const cdrs = cdrCollection(collections.cdrs, {
    bounds,
    keying,
    times: changeTimes(collections),
    ...{ marks, erased: collections.erased, maxTimeMS },
    majorityWaitMs: waitMs,
  });
  const reading = { keying, bounds, hints, maxTimeMS, lagSeconds, mostGroups };
  const { keyFaults, changes, summarize, talks } = longReads(collections, reading);
  let isClosed = false;
  const calls = createCalls({ waitMs, isClosed: () => isClosed, timing });
  const { read, sum, write, once } = calls;
  const find: CdrStore["find"] = (query, options) => read(() => cdrs.find(query, options));
  const scan: CdrStore["scan"] = async function* (filter, pageSize, options) {
    const { signal } = options ?? {};
    const bounded = await sum(() => cdrs.withCallTimes(filter, signal && { signal }));
    if (bounded !== null) yield* scanPages(find, bounded, pageSize, options);
  };
  return {
    kind: "mongo",
    cdrs: {
      insert: (batch) => write((isAgain) => cdrs.insert(batch, isAgain)),
      revise: (revisions) =>
        write((isAgain, writeId) => cdrs.revise(revisions, { isAgain, writeId })),
      mask: (masked) =>
        write(async (isAgain) => {
          await requireStep(schema, MASKING_STEP);
          return cdrs.mask(masked, isAgain);
        }),
      get: (key) => read(() => cdrs.get(key)),
      find,
      scan,
      changes: (query, options) => read(() => changes(query, options)),
      ...countsThrough(sum, cdrs),
      summarize: (query, options) => sum(() => summarize(query, options)),
      talks: (query, options) => eachThrough(once, () => talks(query, options)),
      keyFaults: (filter, options) => eachThrough(once, () => keyFaults(filter, options)),
      tenants: () => read(bounds.tenants),
    },
    rollups: rollupsThrough(calls, {
      ...{ collections, scan, maxTimeMS, lagSeconds: lagSeconds ?? SAFETY_LAG_SECONDS },
      isMarked: stepHasRun(schema, ROLLUP_STEP),
      source: {
        sums: (query, options, parts) => summarize(query, options, parts),
        calls: (query, options, callIds) => summarize.calls(query, options, callIds),
      },
    }),
    erasures: erasuresThrough(calls, {
      ...{ collections, keying, maxTimeMS, marks },
      isKnown: stepHasRun(schema, ERASURE_STEP),
    }),
    suspense: suspenseThrough(calls, collections.suspense, { hints, maxTimeMS }),
    tariffs: tariffStore(calls, { collections, schema }),
    accounts: accountsThrough(calls, assignmentCollection(collections)),
    ...jobsThrough(calls, collections),
    feeds: feedsThrough(calls, collections.feeds),
    queueEvents: queueEventsThrough(calls, collections.queueEvents),
    callHalves: callHalvesThrough(calls, collections.callHalves),
    ...importsThrough(calls, collections),
    ...adminThrough(calls, collections),
    periods: periodsThrough(calls, collections),
    condition: () => read(() => databaseCondition(client.db(collections.meta.dbName))),
    ping: () => write(() => beat(collections, parts)),
    schemaState: () => read(async () => withIndexes(await schema.state(), indexes)),
    tend: () => write(() => tend(parts)),
    close: async () => {
      // Where it cannot be written any more, the row counts as that of an ended process soon.
      if (!isClosed) await schema.signOut().catch(() => {});
      isClosed = true;
      await indexes.close();
      await client.close();
    },
  };
}
