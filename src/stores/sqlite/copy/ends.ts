// An SQLite file as the source of a copy, and as its target: made beside its place, moved there whole.
import { existsSync, realpathSync, renameSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import Sqlite, { type Database } from "better-sqlite3";
import { engineError } from "../../../errors.ts";
import type { OpenOptions } from "../../migration.ts";
import type { CopyEnd, CopyNote, CopyTarget } from "../../ports/copy.ts";
import { syncFolder } from "../file/whole.ts";
import { knowSteps } from "../migrations/guards.ts";
import { storeProcesses } from "../migrations/processes.ts";
import { SQLITE_STEPS } from "../migrations/steps.ts";
import { setPragmas } from "../schema.ts";
import { openSqliteStore } from "../store.ts";
import { sqliteCopyTables } from "./tables.ts";

const WAIT_MS = 10_000;
/** What a file is called until it is a whole copy. */
const PART = ".copying";

/** The place of a file, whatever leads to it. */
function wholePath(path: string): string {
  if (path === ":memory:") {
    throw engineError("invalid-params", "A store in memory is gone with its process.", {
      hint: "Name a file: sqlite:PATH.",
    });
  }
  const folder = dirname(resolve(path));
  return join(existsSync(folder) ? realpathSync(folder) : folder, basename(path));
}

/** The tables have a connection of their own, beside that of the store. */
function openTables(path: string): Database {
  const database = new Sqlite(path, { timeout: WAIT_MS, fileMustExist: true });
  setPragmas(database);
  knowSteps(database, SQLITE_STEPS);
  return database;
}

/** @throws `store-unavailable` where there is no store, or one of another schema */
export async function sqliteCopySource(path: string, options: OpenOptions): Promise<CopyEnd> {
  const place = wholePath(path);
  const store = await openSqliteStore({ ...options, path: place, mustExist: true });
  const database = openTables(place);
  return {
    name: `sqlite:${place}`,
    tables: sqliteCopyTables(database),
    processes: async () => storeProcesses(database),
    tend: store.tend,
    async close() {
      database.close();
      await store.close();
    },
  };
}

/** @throws `conflict` where a file is already; one that is empty is none */
export async function sqliteCopyTarget(path: string, options: OpenOptions): Promise<CopyTarget> {
  const place = wholePath(path);
  const refuseFile = (): void => {
    if ((statSync(place, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
    throw engineError("conflict", "There is a file already where the copy is to be.", {
      place,
      hint: "Name a path that is free; a store is never copied into another one.",
    });
  };
  refuseFile();
  const part = `${place}${PART}`;
  const store = await openSqliteStore({ ...options, path: part, migrates: true });
  const database = openTables(part);
  const tables = sqliteCopyTables(database);
  let isClosed = false;

  async function close(): Promise<void> {
    if (isClosed) return;
    isClosed = true;
    await store.close();
    database.close();
  }

  return {
    name: `sqlite:${place}`,
    tables,
    processes: async () => storeProcesses(database),
    tend: store.tend,
    close,
    unfinished: async () => readNote(database),
    note: async (note) => writeNote(database, note, (options.clock ?? Date.now)()),
    async finish() {
      refuseFile();
      database.exec("DROP TABLE IF EXISTS store_copy; DELETE FROM process;");
      await close();
      if (existsSync(`${part}-wal`)) {
        throw engineError("conflict", "Another process has the unfinished copy open.", {
          place: part,
          hint: "Stop it, then run the copy again.",
        });
      }
      renameSync(part, place);
      syncFolder(dirname(place));
    },
  };
}

/** In a table that only an unfinished copy has. */
const NOTE = `CREATE TABLE IF NOT EXISTS store_copy
  (only INTEGER PRIMARY KEY CHECK (only = 1), note TEXT NOT NULL) STRICT`;

function readNote(database: Database): CopyNote | null {
  database.exec(NOTE);
  const text = database.prepare<[], string>("SELECT note FROM store_copy").pluck().get();
  return text === undefined ? null : (JSON.parse(text) as CopyNote);
}

/**
 * The first time the counter of changes begins behind every number that another store can have
 * given: a reader of `cdr.changes` with a place of that store sees every CDR once more.
 */
function writeNote(database: Database, note: CopyNote, nowMs: number): void {
  const write = database.transaction(() => {
    const { changes } = database
      .prepare("UPDATE store_copy SET note = ?")
      .run(JSON.stringify(note));
    if (changes === 1) return;
    database.prepare("INSERT INTO store_copy VALUES (1, ?)").run(JSON.stringify(note));
    database.prepare("UPDATE change_counter SET last = max(last, ?)").run(Math.floor(nowMs));
  });
  write.immediate();
}
