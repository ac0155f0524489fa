// The way back from a backup: a new file in the place of a store that is not there.
import { copyFileSync, existsSync, readFileSync, statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { engineError } from "../../../errors.ts";
import { codeOf } from "../faults.ts";
import { madeWhole } from "../file/whole.ts";
import { knowSteps } from "../migrations/guards.ts";
import { requireOurs } from "../migrations/runner.ts";
import { SQLITE_STEPS } from "../migrations/steps.ts";
import { damaged, hashPath, requireIntegrity, sha256Of } from "./backup.ts";
import { type BackupNote, readNote, removeNote } from "./note.ts";

export interface RestoredFacts {
  /** The file of the store. */
  path: string;
  sha256: string;
  /** Whether the hash beside the backup was there to compare with. */
  isHashKnown: boolean;
  cdrs: number;
  note: BackupNote;
}

/**
 * Copies a backup to the place of a store and proves the copy: by the hash beside the backup, where
 * there is one, and by SQLite's own check. An older schema is brought forward by whoever starts on it.
 * @throws `invalid-params` for what is no backup, `conflict` where a store is already or the hash
 *   differs, `store-unavailable` where the file is damaged or cannot be written
 */
export async function restore({ from, to }: { from: string; to: string }): Promise<RestoredFacts> {
  refuseTaken(to);
  if (!existsSync(from)) {
    throw engineError("invalid-params", "There is no such file.", { path: "FILE", place: from });
  }
  return await madeWhole(to, async (part) => {
    copyFileSync(from, part);
    const sha256 = await sha256Of(part);
    const isHashKnown = compareHash(from, sha256);
    const { note, cdrs } = madeStore(part, from);
    refuseTaken(to);
    return { path: to, sha256, isHashKnown, cdrs, note };
  });
}

/** The log of a store that was taken away would be read into the new one. */
function refuseTaken(to: string): void {
  for (const path of [to, `${to}-wal`, `${to}-journal`]) {
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) continue;
    throw engineError("conflict", "There is a store already where the backup is to go.", {
      place: path,
      hint: "Move it away, with its files -wal and -shm, or name another path with --store.",
    });
  }
}

function compareHash(from: string, sha256: string): boolean {
  if (!existsSync(hashPath(from))) return false;
  const [expected] = readFileSync(hashPath(from), "utf8").split(" ");
  if (expected === sha256) return true;
  throw engineError("conflict", "The backup is not what was written: its hash differs.", {
    place: from,
    hint: `${hashPath(from)} says ${expected}, the file has ${sha256}. Restore another backup.`,
  });
}

function madeStore(part: string, from: string): { note: BackupNote; cdrs: number } {
  const database = new Sqlite(part, { fileMustExist: true });
  try {
    const note = noteOf(database, from);
    requireOurs(database, SQLITE_STEPS);
    requireIntegrity(database, from);
    knowSteps(database, SQLITE_STEPS);
    removeNote(database);
    return {
      note,
      cdrs: database.prepare<[], number>("SELECT count(*) FROM cdr").pluck().get() ?? 0,
    };
  } finally {
    database.close();
  }
}

/** The first read tells whether it is a database at all. */
function noteOf(database: Sqlite.Database, from: string): BackupNote {
  let note: BackupNote | null;
  try {
    note = readNote(database);
  } catch (cause) {
    if (codeOf(cause) === "SQLITE_NOTADB") throw noBackup(from, cause);
    throw damaged(from, cause instanceof Error ? cause.message : String(cause));
  }
  if (note === null) throw noBackup(from);
  return note;
}

function noBackup(from: string, cause?: unknown) {
  return engineError("invalid-params", "The file is no backup of `cdrate store backup`.", {
    path: "FILE",
    place: from,
    cause,
    hint: "To use a copy that was made otherwise, name it in the store setting.",
  });
}
