// A whole copy of the file beside it, before a migration changes it.
import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statfsSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import type { MigrationEvent } from "../../migration.ts";
import { codeOf } from "../faults.ts";

/** The copy, the log of a step that rewrites everything, and what the file grows by. */
const SPACE_FACTOR = 3;

/** Where the copy of a file at this schema version is. */
function copyPath(path: string, version: number): string {
  return `${path}.schema-${version}`;
}

function fileBytes(database: Database): number {
  const pages = database.pragma("page_count", { simple: true }) as number;
  return pages * (database.pragma("page_size", { simple: true }) as number);
}

/**
 * Copies the file, as its last commit left it, to PATH.schema-VERSION; a copy of that version from
 * before is replaced only by a whole new one. Nothing is copied where the disk has too little room.
 */
export function copyBeside(database: Database, path: string, version: number): MigrationEvent {
  removeParts(path);
  const needed = fileBytes(database) * SPACE_FACTOR;
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize < needed) {
    return { kind: "not-copied", why: `the disk has less than ${needed} bytes free` };
  }
  const part = `${copyPath(path, version)}.part-${process.pid}`;
  try {
    database.prepare("VACUUM INTO ?").run(part);
    syncFile(part);
    renameSync(part, copyPath(path, version));
    return { kind: "copied", path: copyPath(path, version) };
  } catch (error) {
    rmSync(part, { force: true });
    if (codeOf(error) !== "SQLITE_FULL") throw error;
    return { kind: "not-copied", why: "the disk was full before the copy was whole" };
  }
}

function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Takes away what a process that was killed while it copied has left. */
function removeParts(path: string): void {
  const folder = dirname(path);
  for (const name of readdirSync(folder)) {
    if (!name.startsWith(`${basename(path)}.schema-`)) continue;
    const pid = /\.part-(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) rmSync(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}
