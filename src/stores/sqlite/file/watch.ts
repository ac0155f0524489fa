// Whether the files of an open store are still the ones that others find by their names. SQLite
// goes on writing to a file that was removed or replaced, and what it writes there is lost.
import { realpathSync, statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import type { EngineError } from "../../../errors.ts";
import { engineError } from "../../../errors.ts";
import { unavailable } from "../faults.ts";

export interface FileWatch {
  /** Looks at the files. @throws `store-unavailable`, from then on for ever, when one is not ours */
  check(): void;
  close(): void;
}

interface WatchedFile {
  name: string;
  what: "file" | "log" | "index of the log";
  /** Device and inode. While the file is open its inode is not given to another one. */
  identity: string;
}

/** How often it is looked at where nobody writes. */
const LOOK_EVERY_MS = 500;

/**
 * Watches the file, its log and the index of the log; `:memory:` has none of them. `onLost` is told
 * once, after the log is saved where it can be.
 */
export function watchFiles(path: string, database: Database, onLost?: () => void): FileWatch {
  if (path === ":memory:") return { check: () => undefined, close: () => undefined };
  const files = watchedFiles(path, database);
  let fault: EngineError | undefined;

  function check(): void {
    if (fault !== undefined) throw fault;
    const gone = findGone();
    if (gone === undefined) return;
    fault = lost(path, gone);
    if (gone.what !== "file") saveLog(database);
    onLost?.();
    throw fault;
  }

  /** Where the folder cannot be looked into for now, nothing is certain, and nothing is lost. */
  function findGone(): WatchedFile | undefined {
    try {
      return files.find(({ name, identity }) => identityOf(name) !== identity);
    } catch (error) {
      throw unavailable(path, error);
    }
  }

  const timer = setInterval(() => {
    try {
      check();
    } catch {
      // Whoever asks next is told, by a look of its own.
      if (fault !== undefined) clearInterval(timer);
    }
  }, LOOK_EVERY_MS);
  timer.unref();
  return { check, close: () => clearInterval(timer) };
}

/** SQLite keeps the log beside the file that a symbolic link leads to. */
function watchedFiles(path: string, database: Database): WatchedFile[] {
  // The first read opens the log.
  database.prepare("SELECT count(*) FROM sqlite_schema").get();
  const real = realpathSync(path);
  return [
    watchedFile(path, "file"),
    watchedFile(`${real}-wal`, "log"),
    watchedFile(`${real}-shm`, "index of the log"),
  ];
}

function watchedFile(name: string, what: WatchedFile["what"]): WatchedFile {
  const identity = identityOf(name);
  if (identity === null) throw new Error(`${name} was removed while the store was opened`);
  return { name, what, identity };
}

function identityOf(name: string): string | null {
  const found = statSync(name, { bigint: true, throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}

/**
 * Our handle still has the log that was removed. Closing it writes what the log holds into the
 * file, where that is safe: SQLite does so only while no other process has the file open.
 */
function saveLog(database: Database): void {
  database.close();
}

function lost(path: string, { what }: WatchedFile): EngineError {
  return engineError(
    "store-unavailable",
    `The store cannot be used: its ${what} was removed or replaced while it was open.`,
    {
      place: path,
      hint:
        what === "file"
          ? "Put the file back under its name with its log (-wal), then start the service again."
          : "Start the service again; do not remove the files beside the store while it runs.",
    },
  );
}
