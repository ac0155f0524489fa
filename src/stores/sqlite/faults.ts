// Faults of the SQLite file and its driver as errors that say what to do about them.
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
  return engineError("store-unavailable", `The store cannot be used: ${reason}.`, {
    place: path,
    cause,
    hint: "Check that the disk has room, that the file can be written, and who else has it open.",
  });
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
