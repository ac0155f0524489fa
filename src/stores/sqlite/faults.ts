// Faults of the SQLite file and its driver as errors that say what to do about them.
import { accessSync, constants, statfsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { type EngineError, engineError } from "../../errors.ts";

/** Faults of the file, the disk or another process; any other is a fault of this program. */
const UNAVAILABLE =
  /^SQLITE_(BUSY|LOCKED|FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|PERM|AUTH|NOLFS|PROTOCOL)/;

export function codeOf(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  return typeof code === "string" ? code : "";
}

export function unavailable(path: string, cause: unknown): EngineError {
  const text = cause instanceof Error ? cause.message : String(cause);
  // Node adds the call and its path: `EACCES: permission denied, mkdir '/srv/x'`.
  const reason = text.replace(/, \w+ '.*'$/s, "");
  if (isModuleFault(cause)) return withoutModule(path, cause, reason);
  const known = isFull(path, cause) ? FULL : isForbidden(path, cause) ? FORBIDDEN : undefined;
  const { reason: said = reason, hint = HINT } = known ?? {};
  return engineError("store-unavailable", `The store cannot be used: ${said}.`, {
    place: path,
    cause,
    hint,
  });
}

/** Another process kept its lock for as long as a call may wait. */
export function lockHeld(path: string, waitMs: number): EngineError {
  const seconds = Number((waitMs / 1000).toFixed(1));
  return engineError(
    "store-unavailable",
    `The store is locked: another process has kept it for over ${seconds} s.`,
    {
      place: path,
      hint: "See who else has the file open: a backup, a long write, a shell of sqlite3.",
    },
  );
}

const HINT =
  "Check that the disk has room, that the file can be written, and who else has it open.";
const FULL = {
  reason: "the disk is full",
  hint: "Make room on the disk of the store, or name another path in the store setting.",
};
const FORBIDDEN = {
  reason: "cdrate may not write there",
  hint: "Let the user that cdrate runs as write the file and its folder, or name another path in the store setting.",
};
/** Less room than this is none: SQLite needs a page of the file, one of the log, and the index. */
const LEAST_BYTES = 65_536;

/** A full disk has several faces: the index of the log cannot grow, a file cannot be created. */
function isFull(path: string, cause: unknown): boolean {
  const code = codeOf(cause);
  if (/^(SQLITE_FULL|ENOSPC|EDQUOT)$/.test(code)) return true;
  if (!/^SQLITE_(IOERR|CANTOPEN)/.test(code) || path === ":memory:") return false;
  try {
    const { blocks, bavail, bsize } = statfsSync(dirname(resolve(path)));
    // File systems that are no disk have no blocks at all.
    return blocks > 0 && bavail * bsize < LEAST_BYTES;
  } catch {
    return false; // The folder is not there: the fault that came says so.
  }
}

function isForbidden(path: string, cause: unknown): boolean {
  const code = codeOf(cause);
  if (/^(EACCES|EPERM|EROFS|SQLITE_READONLY(?!_DBMOVED).*|SQLITE_PERM)$/.test(code)) return true;
  if (!code.startsWith("SQLITE_CANTOPEN")) return false;
  try {
    accessSync(dirname(resolve(path)), constants.W_OK);
    return false;
  } catch (error) {
    return /^(EACCES|EPERM|EROFS)$/.test(codeOf(error));
  }
}

/** The driver loads its native part when a database is first opened, and says so by its own error. */
function isModuleFault(error: unknown): boolean {
  const isNotFound = typeof error === "object" && error !== null && "tries" in error;
  return isNotFound || /^(ERR_DLOPEN_FAILED|MODULE_NOT_FOUND)$/.test(codeOf(error));
}

function withoutModule(path: string, cause: unknown, reason: string): EngineError {
  const [first] = reason.split("\n");
  return engineError(
    "store-unavailable",
    "The store cannot be used: better-sqlite3 cannot load its native module.",
    { cause, place: `${path}; ${first}`, hint: MODULE_REMEDY },
  );
}

const MODULE_REMEDY = [
  "It is not installed, or for another Node release. Either remedy will do:",
  "  1. install a C++ compiler, make and Python 3 (Debian: apt-get install build-essential python3),",
  "     then run npm rebuild better-sqlite3;",
  "  2. use a Node release that has prebuilt binaries (20, 22 or 24 on Linux, macOS or Windows)",
  "     and a network that may download them, then run npm rebuild better-sqlite3.",
].join("\n");

export function translate(path: string, error: unknown): unknown {
  return UNAVAILABLE.test(codeOf(error)) ? unavailable(path, error) : error;
}
