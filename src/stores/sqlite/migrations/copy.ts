// A whole copy of the file beside it, before a migration changes it.
import { rmSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import type { Database } from "better-sqlite3";
import type { MigrationEvent } from "../../migration.ts";
import { codeOf } from "../faults.ts";
import { keepWhole, partOf, removeDeadParts } from "../file/whole.ts";

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
  const copy = copyPath(path, version);
  removeDeadParts(`${path}.schema-`);
  const needed = fileBytes(database) * SPACE_FACTOR;
  const { bavail, bsize } = statfsSync(dirname(path));
  if (bavail * bsize < needed) {
    return { kind: "not-copied", why: `the disk has less than ${needed} bytes free` };
  }
  const part = partOf(copy);
  try {
    database.prepare("VACUUM INTO ?").run(part);
    keepWhole(part, copy);
    return { kind: "copied", path: copy };
  } catch (error) {
    rmSync(part, { force: true });
    if (codeOf(error) !== "SQLITE_FULL") throw error;
    return { kind: "not-copied", why: "the disk was full before the copy was whole" };
  }
}
