// The store in one SQLite file: opening, retry while another process writes, and the port itself.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite, { type Database } from "better-sqlite3";
import { type Identity, identityOf, type OpenOptions } from "../migration.ts";
import type { CdrStore } from "../ports/cdrs.ts";
import { scanPages } from "../scan-pages.ts";
import type { Store } from "../store.ts";
import { cdrReader, cdrWriter } from "./cdrs.ts";
import { factTable } from "./facts.ts";
import { codeOf, translate, unavailable } from "./faults.ts";
import { registerFilterFunctions } from "./filter.ts";
import { jobTable } from "./jobs.ts";
import { cdrKeys, keyFaultPages } from "./keys.ts";
import { signOut } from "./migrations/processes.ts";
import { type SqliteSchema, type SqliteStep, sqliteSchema } from "./migrations/runner.ts";
import { SQLITE_STEPS } from "./migrations/steps.ts";
import { activationTable, assignmentTable, tariffTable } from "./records.ts";
import { setPragmas } from "./schema.ts";
import { summarizeCdrs } from "./summary.ts";
import { suspenseTable } from "./suspense.ts";

export interface SqliteStoreOptions extends OpenOptions {
  /** File to open or create, with its folder; `:memory:` keeps nothing. */
  path: string;
  /** How long a write waits for another process; 10 s when not said. */
  busyTimeoutMs?: number;
  /** Most pages of 4 KB that the file may have; as many as the disk holds when not said. */
  mostPages?: number;
  /** Other steps of the schema than those of this build: for tests of the road itself. */
  steps?: readonly SqliteStep[];
}

/** The driver blocks the event loop while it waits, so it waits this long and we try again. */
const DRIVER_WAIT_MS = 5;
const RETRY_PAUSE_MS = 15;

/** Runs work again while another process holds the file, without holding the event loop. */
async function withRetry<T>(path: string, waitMs: number, run: () => T | Promise<T>): Promise<T> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      const isBusy = codeOf(error).startsWith("SQLITE_BUSY");
      if (!isBusy || performance.now() > deadline) throw translate(path, error);
      await pause(RETRY_PAUSE_MS);
    }
  }
}

function openDatabase(path: string): Database {
  try {
    if (path !== ":memory:") mkdirSync(dirname(resolve(path)), { recursive: true });
    return new Sqlite(path, { timeout: DRIVER_WAIT_MS });
  } catch (error) {
    throw unavailable(path, error);
  }
}

/** Throws when the file was removed or replaced: writes would go to a file that nobody finds. */
function fileCheck(path: string): () => void {
  if (path === ":memory:") return () => undefined;
  const opened = statSync(path);
  return () => {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.ino !== opened.ino || found.dev !== opened.dev) {
      throw unavailable(path, new Error("the file was removed or replaced while it was open"));
    }
  };
}

/**
 * Opens the store, creating folder, file and tables where they are missing.
 * Throws `store-unavailable` when the file cannot be used or was written by a newer build, and when
 * it was written by an older one and is not to be migrated.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, indexedExtraFields = [], busyTimeoutMs = 10_000, steps = SQLITE_STEPS } = options;
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
    await withRetry(path, busyTimeoutMs, () => {
      setPragmas(database);
      if (options.mostPages !== undefined) database.pragma(`max_page_count = ${options.mostPages}`);
      schema.enter();
    });
    await migrate(schema, options, (run) => withRetry(path, busyTimeoutMs, run));
    registerFilterFunctions(database);
    return createStore(database, { path, indexedExtraFields, busyTimeoutMs, identity, schema });
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
  busyTimeoutMs: number;
  identity: Identity;
  schema: SqliteSchema;
}

/** How a read and a write reach the file: again while it is busy, and only while it is there. */
interface Road {
  read<T>(run: () => T | Promise<T>): Promise<T>;
  write<T>(run: () => T): Promise<T>;
}

function cdrStore(
  database: Database,
  indexedExtraFields: string[],
  { read, write }: Road,
): CdrStore {
  const writer = cdrWriter(database);
  const reader = cdrReader(database, indexedExtraFields);
  const keys = cdrKeys(database);
  const find: CdrStore["find"] = (query, options) => read(() => reader.find(query, options));
  return {
    insert: (cdrs) => write(() => writer.insert(cdrs)),
    revise: (revisions) => write(() => writer.revise(revisions)),
    get: (id) => read(() => writer.get(id)),
    find,
    scan: (filter, pageSize, options) => scanPages(find, filter, pageSize, options),
    count: (filter, options) => read(() => reader.count(filter, options?.signal)),
    summarize: (query, options) =>
      read(() => summarizeCdrs(database, indexedExtraFields, { ...query, ...options })),
    keyFaults: (filter, options) =>
      keyFaultPages((after) => read(() => keys.page(filter, after, options?.signal))),
    tenants: () => read(keys.tenants),
  };
}

function createStore(database: Database, parts: StoreParts): Store {
  const { path, indexedExtraFields, busyTimeoutMs, identity, schema } = parts;
  const checkFile = fileCheck(path);
  const suspense = suspenseTable(database);
  const tariffs = tariffTable(database);
  const activations = activationTable(database);
  const assignments = assignmentTable(database);
  const facts = factTable(database);
  const jobs = jobTable(database);

  function read<T>(run: () => T | Promise<T>): Promise<T> {
    return withRetry(path, busyTimeoutMs, async () => {
      try {
        return await run();
      } catch (error) {
        throw database.open ? error : unavailable(path, new Error("it was closed"));
      }
    });
  }
  function write<T>(run: () => T): Promise<T> {
    return read(() => {
      checkFile();
      return run();
    });
  }

  return {
    kind: "sqlite",
    cdrs: cdrStore(database, indexedExtraFields, { read, write }),
    suspense: {
      add: (record) => write(() => suspense.add(record)),
      get: (id) => read(() => suspense.get(id)),
      close: (id, state) => write(() => suspense.close(id, state)),
      find: (query) => read(() => suspense.find(query)),
    },
    tariffs: {
      put: (version, files) => write(() => tariffs.put(version, files)),
      get: (version) => read(() => tariffs.get(version)),
      getFiles: (version) => read(() => tariffs.getFiles(version)),
      list: (limit, cursor) => read(() => tariffs.list(limit, cursor)),
      activate: (entry) => write(() => activations.activate(entry)),
      activations: () => read(activations.all),
      activationStamp: () => read(activations.stamp),
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
    close: async () => {
      // Where it cannot be written any more, the row counts as that of an ended process soon.
      if (database.open)
        await withRetry(path, 0, () => signOut(database, identity)).catch(() => {});
      database.close();
    },
  };
}
