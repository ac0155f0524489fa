// A consistent copy of a file that others go on using, proved before it counts.
import { createHash } from "node:crypto";
import { chmodSync, createReadStream, existsSync, statSync, writeFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import Sqlite, { type Database } from "better-sqlite3";
import { type EngineError, engineError } from "../../../errors.ts";
import { refuseMissing } from "../../migration.ts";
import { keepWhole, madeWhole, partOf } from "../file/whole.ts";
import { requireOurs } from "../migrations/runner.ts";
import { SQLITE_STEPS } from "../migrations/steps.ts";
import { type BackupNote, writeNote } from "./note.ts";

/** A checkpoint or a reader of SQLite's own may hold the file for a moment. */
const WAIT_MS = 10_000;

/** What is known of a backup once it is there. */
export interface BackupFacts {
  /** Where it is. */
  path: string;
  bytes: number;
  /** Of the file, in hex; beside it as `FILE.sha256`, as `sha256sum -c` reads it. */
  sha256: string;
  takenAtMs: number;
  /** Of the program that took it. */
  build: string;
  schema: number;
  /** CDRs in it. */
  cdrs: number;
  /** Name of the settings file that is in it; null: none was named. */
  settings: string | null;
}

export interface BackupOptions {
  /** The file of the store. */
  from: string;
  /** Where the backup is to be; nothing may be there. */
  to: string;
  note: BackupNote;
}

/** Where the hash of a backup is. */
export function hashPath(path: string): string {
  return `${path}.sha256`;
}

/**
 * Copies the store as it was committed at one moment after the call: every CDR acknowledged before
 * is in it. Nobody waits for it; the log of the file grows meanwhile. The copy is opened and checked
 * whole before it gets its name.
 * @throws `store-unavailable` where there is no store or no room, `conflict` where a file is already
 */
export async function backUp({ from, to, note }: BackupOptions): Promise<BackupFacts> {
  if (!existsSync(from)) throw refuseMissing(from);
  if (existsSync(to)) {
    throw engineError("conflict", "There is a file already where the backup is to be.", {
      place: to,
      hint: "Name a path that is free; a backup never replaces another one.",
    });
  }
  return await madeWhole(to, async (part) => {
    copyOut(from, part);
    chmodSync(part, 0o600);
    const { schema, cdrs } = completed(part, note);
    const sha256 = await sha256Of(part);
    writeHash(to, sha256);
    const { takenAtMs, build, settings } = note;
    return {
      ...{ path: to, bytes: statSync(part).size, sha256, takenAtMs, build, schema, cdrs },
      settings: settings?.name ?? null,
    };
  });
}

function copyOut(from: string, part: string): void {
  const database = new Sqlite(from, { timeout: WAIT_MS, fileMustExist: true, readonly: true });
  try {
    requireOurs(database, SQLITE_STEPS);
    database.prepare("VACUUM INTO ?").run(part);
  } finally {
    database.close();
  }
}

/** Writes the note into the copy and proves that it is whole. */
function completed(part: string, note: BackupNote): { schema: number; cdrs: number } {
  const database = new Sqlite(part, { fileMustExist: true });
  try {
    writeNote(database, note);
    requireIntegrity(database, part);
    return {
      schema: database.pragma("user_version", { simple: true }) as number,
      cdrs: database.prepare<[], number>("SELECT count(*) FROM cdr").pluck().get() ?? 0,
    };
  } finally {
    database.close();
  }
}

/** @throws `store-unavailable` with the first thing that SQLite finds wrong */
export function requireIntegrity(database: Database, path: string): void {
  const found = database.pragma("integrity_check(1)", { simple: true });
  if (found === "ok") return;
  throw damaged(path, String(found));
}

export function damaged(path: string, what: string): EngineError {
  return engineError("store-unavailable", `The file is damaged: ${what}.`, {
    place: path,
    hint: "Restore an older backup, or see `.recover` of the sqlite3 shell.",
  });
}

/** @returns hex */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return hash.digest("hex");
}

/** Before the backup has its name: a backup without its hash is never there. */
function writeHash(path: string, sha256: string): void {
  const place = hashPath(resolve(path));
  const part = partOf(place);
  writeFileSync(part, `${sha256}  ${basename(path)}\n`, { mode: 0o600 });
  keepWhole(part, place);
}
