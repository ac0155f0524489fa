// The store in one SQLite file: opening, and the port itself.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { type Identity, identityOf, type OpenOptions, refuseMissing } from "../migration.ts";
import type { CdrStore } from "../ports/cdrs.ts";
import { scanPages } from "../scan-pages.ts";
import type { Store } from "../store.ts";
import { cdrReader, cdrWriter } from "./cdrs/cdrs.ts";
import { cdrChanges } from "./cdrs/changes.ts";
import { registerFilterFunctions } from "./cdrs/filter.ts";
import { cdrKeys, keyFaultPages } from "./cdrs/keys.ts";
import { summarizeCdrs } from "./cdrs/summary.ts";
import { factTable } from "./facts.ts";
import { unavailable } from "./faults.ts";
import { feedTable } from "./feeds.ts";
import { createLockLine } from "./file/lock-line.ts";
import { type SharedFile, sharedFile } from "./file/shared.ts";
import { batchTable } from "./imports/batches.ts";
import { dialectTable } from "./imports/dialects.ts";
import { uploadTable } from "./imports/uploads.ts";
import { jobTable } from "./jobs.ts";
import { notedTimelines, noteTimeline, signOut } from "./migrations/processes.ts";
import { type SqliteSchema, type SqliteStep, sqliteSchema } from "./migrations/runner.ts";
import { SQLITE_STEPS } from "./migrations/steps.ts";
import { activationTable, assignmentTable, tariffTable } from "./records.ts";
import { setPragmas } from "./schema.ts";
import { suspenseTable } from "./suspense.ts";

export interface SqliteStoreOptions extends OpenOptions {
  /** File to open or create, with its folder; `:memory:` keeps nothing. */
  path: string;
  /** How long one call waits for another process that has the file locked; 10 s when not said. */
  waitMs?: number;
  /** Most pages of 4 KB that the file may have; as many as the disk holds when not said. */
  mostPages?: number;
  /** Other steps of the schema than those of this build: for tests of the road itself. */
  steps?: readonly SqliteStep[];
}

/** An empty file is one that nobody has made a store of. */
function isThere(path: string): boolean {
  if (path === ":memory:") return true;
  const file = statSync(path, { throwIfNoEntry: false });
  return file !== undefined && file.size > 0;
}

function openDatabase(path: string): Database {
  try {
    if (path !== ":memory:") mkdirSync(dirname(resolve(path)), { recursive: true });
    // The driver would hold the event loop while it waits: the waiting is done here.
    return new Sqlite(path, { timeout: 0 });
  } catch (error) {
    throw unavailable(path, error);
  }
}

/**
 * Opens the store, creating folder, file and tables where they are missing.
 * Throws `store-unavailable` when the file cannot be used or was written by a newer build, and when
 * it was written by an older one and is not to be migrated.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  if (options.mustExist === true && !isThere(options.path)) throw refuseMissing(options.path);
  const { path, indexedExtraFields = [], waitMs = 10_000, steps = SQLITE_STEPS } = options;
  const database = openDatabase(path);
  const identity = identityOf(options);
  const schema = sqliteSchema(database, {
    steps,
    identity,
    indexedExtraFields,
    migrates: options.migrates ?? false,
    path,
  });
  try {
    const line = createLockLine({ path, waitMs });
    await line.run(() => {
      setPragmas(database);
      if (options.mostPages !== undefined) database.pragma(`max_page_count = ${options.mostPages}`);
      schema.enter();
    });
    await migrate(schema, options, line.run);
    registerFilterFunctions(database);
    return createStore(database, { path, indexedExtraFields, waitMs, identity, schema });
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Every step that may run now, each by itself, after a copy of the file. */
async function migrate(
  schema: SqliteSchema,
  { migrates = false, report = () => undefined }: OpenOptions,
  retried: <T>(run: () => T) => Promise<T>,
): Promise<void> {
  if (migrates) {
    const copied = await retried(schema.copy);
    if (copied !== null) report(copied);
    for (;;) {
      const event = await retried(schema.step);
      if (event === null) break;
      report(event);
    }
  }
  await retried(schema.finish);
}

interface StoreParts {
  path: string;
  indexedExtraFields: string[];
  waitMs: number;
  identity: Identity;
  schema: SqliteSchema;
}

function cdrStore(
  database: Database,
  indexedExtraFields: string[],
  { read, write }: Pick<SharedFile, "read" | "write">,
): CdrStore {
  const writer = cdrWriter(database);
  const reader = cdrReader(database, indexedExtraFields);
  const keys = cdrKeys(database);
  const changes = cdrChanges(database);
  const find: CdrStore["find"] = (query, options) => read(() => reader.find(query, options));
  return {
    insert: (cdrs) => write(() => writer.insert(cdrs)),
    revise: (revisions) => write(() => writer.revise(revisions)),
    get: (key) => read(() => writer.get(key)),
    find,
    scan: (filter, pageSize, options) => scanPages(find, filter, pageSize, options),
    changes: (query, options) => read(() => changes(query, options)),
    count: (filter, options) => read(() => reader.count(filter, options?.signal)),
    summarize: (query, options) =>
      read(() => summarizeCdrs(database, indexedExtraFields, { ...query, ...options })),
    keyFaults: (filter, options) =>
      keyFaultPages((after) => read(() => keys.page(filter, after, options?.signal))),
    tenants: () => read(keys.tenants),
  };
}

function importStores(database: Database, { read, write }: Pick<SharedFile, "read" | "write">) {
  const dialects = dialectTable(database);
  const uploads = uploadTable(database);
  const batches = batchTable(database);
  return {
    dialects: {
      set: (dialect) => write(() => dialects.set(dialect)),
      get: (name) => read(() => dialects.get(name)),
      list: (page) => read(() => dialects.list(page)),
    },
    uploads: {
      put: (upload) => write(() => uploads.put(upload)),
      get: (id) => read(() => uploads.get(id)),
      update: (upload) => write(() => uploads.update(upload)),
      putPart: (id, number, bytes) => write(() => uploads.putPart(id, number, bytes)),
      getPart: (id, number) => read(() => uploads.getPart(id, number)),
      partNumbers: (id) => read(() => uploads.partNumbers(id)),
      drop: (id) => write(() => uploads.drop(id)),
      expired: (beforeMs) => read(() => uploads.expired(beforeMs)),
      totalBytes: () => read(() => uploads.totalBytes()),
    },
    batches: {
      put: (batch) => write(() => batches.put(batch)),
      get: (id) => read(() => batches.get(id)),
      update: (batch, expectedVersion) => write(() => batches.update(batch, expectedVersion)),
      list: (query) => read(() => batches.list(query)),
    },
  } satisfies Pick<Store, "dialects" | "uploads" | "batches">;
}

function createStore(database: Database, parts: StoreParts): Store {
  const { path, indexedExtraFields, waitMs, identity, schema } = parts;
  const { read, write, close } = sharedFile(database, { path, waitMs });
  const suspense = suspenseTable(database);
  const tariffs = tariffTable(database);
  const activations = activationTable(database);
  const assignments = assignmentTable(database);
  const facts = factTable(database);
  const jobs = jobTable(database);
  const feeds = feedTable(database);

  return {
    kind: "sqlite",
    cdrs: cdrStore(database, indexedExtraFields, { read, write }),
    suspense: {
      add: (record) => write(() => suspense.add(record)),
      get: (id) => read(() => suspense.get(id)),
      close: (id, closing) => write(() => suspense.close(id, closing)),
      find: (query) => read(() => suspense.find(query)),
      openByTenant: () => read(() => suspense.openByTenant()),
    },
    tariffs: {
      put: (version, files) => write(() => tariffs.put(version, files)),
      get: (version) => read(() => tariffs.get(version)),
      getFiles: (version) => read(() => tariffs.getFiles(version)),
      list: (limit, cursor) => read(() => tariffs.list(limit, cursor)),
      activate: (entry) => write(() => activations.activate(entry)),
      activations: () => read(activations.all),
      activationStamp: () => read(activations.stamp),
      follow: (stamp) => write(() => noteTimeline(database, identity, stamp)),
      followed: () => read(() => notedTimelines(database, identity)),
    },
    accounts: {
      set: (assignment, atMs) => write(() => assignments.set(assignment, atMs)),
      getFor: (keys) => read(() => assignments.getFor(keys)),
      setMs: (key) => read(() => assignments.setMs(key)),
      find: (query) => read(() => assignments.find(query)),
    },
    facts: {
      keepFirst: (name, fact) => write(() => facts.keepFirst(name, fact)),
      get: (name) => read(() => facts.getFact(name)),
    },
    jobs: {
      put: (job) => write(() => jobs.put(job)),
      get: (id) => read(() => jobs.get(id)),
      update: (job, expectedVersion) => write(() => jobs.update(job, expectedVersion)),
      list: (query) => read(() => jobs.list(query)),
      appendLines: (job, list, lines) => write(() => jobs.appendLines(job, list, lines)),
      pageLines: (job, list, page) => read(() => jobs.pageLines(job, list, page)),
    },
    feeds: {
      put: (feed) => write(() => feeds.put(feed)),
      getFor: (names) => read(() => feeds.getFor(names)),
      update: (feed, expectedVersion) => write(() => feeds.update(feed, expectedVersion)),
    },
    ...importStores(database, { read, write }),
    ping: () =>
      write(() => {
        database.prepare("UPDATE heartbeat SET beats = beats + 1").run();
      }),
    schemaState: () => read(schema.state),
    async tend() {
      await write(schema.signOfLife);
      await write(schema.step);
      await write(schema.rewrite);
      return read(schema.state);
    },
    // Where it cannot be written any more, the row counts as that of an ended process soon.
    close: () => close(() => signOut(database, identity)),
  };
}
