// Opening a file: the connection that brings its schema forward and writes, and those that only read.
import { mkdirSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { type Identity, type OpenOptions, refuseMissing } from "../../migration.ts";
import type { CallParts } from "../calls.ts";
import { registerFilterFunctions } from "../cdrs/filter.ts";
import { unavailable } from "../faults.ts";
import { type SqliteSchema, type SqliteStep, sqliteSchema } from "../migrations/runner.ts";
import { SQLITE_STEPS } from "../migrations/steps.ts";
import { setPragmas } from "../schema.ts";
import { createLockLine } from "./lock-line.ts";

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

export const WAIT_MS = 10_000;

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
 * Opens the file, creating folder, file and tables where they are missing.
 * Throws `store-unavailable` when the file cannot be used or was written by a newer build, and when
 * it was written by an older one and is not to be migrated.
 */
export async function openFile(
  options: SqliteStoreOptions,
  identity: Identity,
): Promise<CallParts> {
  const { path, waitMs = WAIT_MS, mostPages, mustExist = false } = options;
  if (mustExist && !isThere(path)) throw refuseMissing(path);
  const parts = connect(options, identity);
  const { database, schema } = parts;
  try {
    const line = createLockLine({ path, waitMs });
    await line.run(() => {
      setPragmas(database);
      if (mostPages !== undefined) database.pragma(`max_page_count = ${mostPages}`);
      schema.enter();
    });
    await migrate(schema, options, line.run);
    registerFilterFunctions(database);
    return parts;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A second connection to a file that is open already, for reads alone. */
export async function openForReads(
  options: SqliteStoreOptions,
  identity: Identity,
): Promise<CallParts> {
  const { path, waitMs = WAIT_MS } = options;
  const parts = connect(options, identity);
  const { database } = parts;
  try {
    const line = createLockLine({ path, waitMs });
    await line.run(() => {
      setPragmas(database);
      database.pragma("query_only = ON");
    });
    registerFilterFunctions(database);
    return parts;
  } catch (error) {
    database.close();
    throw error;
  }
}

function connect(options: SqliteStoreOptions, identity: Identity): CallParts {
  const { path, indexedExtraFields = [], steps = SQLITE_STEPS, migrates = false } = options;
  const database = openDatabase(path);
  const schema = sqliteSchema(database, { steps, identity, indexedExtraFields, migrates, path });
  return { database, indexedExtraFields, identity, schema };
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
