// One open file that other processes may lock, or take away.
import type { Database } from "better-sqlite3";
import { EngineError } from "../../../errors.ts";
import { translate, unavailable } from "../faults.ts";
import { createLockLine, isLocked } from "./lock-line.ts";
import { watchFiles } from "./watch.ts";
import { createWriteGroups } from "./write-groups.ts";

/** Every call throws `store-unavailable` while the file cannot be used. */
export interface SharedFile {
  read<T>(run: () => T | Promise<T>): Promise<T>;
  /**
   * `run` is one transaction: where the file is locked it is run again. Where writes are grouped it
   * may be a part of a larger one, unless it is to be `alone`.
   */
  write<T>(run: () => T, options?: { alone?: boolean }): Promise<T>;
  /** Looks at the files now: they may be gone. */
  look(): void;
  /** Closes it after a last write, which is left out where it cannot be made at once. */
  close(last: () => unknown): Promise<void>;
}

export interface SharedFileOptions {
  /** The store, as its setting names it. */
  path: string;
  /** Milliseconds that one call may wait. */
  waitMs: number;
  /** Writes that wait share a transaction; else each is one of its own, at once where it can. */
  isGrouped?: boolean;
  /** Told once when the files are not ours any more. */
  onLost?(): void;
}

export function sharedFile(
  database: Database,
  { path, waitMs, isGrouped = false, onLost }: SharedFileOptions,
): SharedFile {
  const files = watchFiles(path, database, onLost);
  const { check } = files;
  const writes = createLockLine({ path, waitMs });
  const groups = isGrouped ? createWriteGroups(database, { path, waitMs, check }) : null;
  const reads = createLockLine({ path, waitMs });
  const probe = database.prepare("SELECT count(*) FROM heartbeat");

  /** What is wrong once the file was closed: by us, or because it was taken away. */
  function whenClosed(error: unknown): unknown {
    if (database.open) return error;
    files.check();
    return unavailable(path, new Error("it was closed"));
  }

  return {
    // Writers of other processes keep no reader waiting; who brings the log in order does.
    async read(run) {
      try {
        files.check();
        for (;;) {
          try {
            return await run();
          } catch (error) {
            if (!isLocked(error)) throw translate(path, error);
            await reads.run(() => probe.get());
          }
        }
      } catch (error) {
        throw whenClosed(error);
      }
    },
    async write(run, options) {
      try {
        if (groups !== null) return await groups.run(run, options);
        return await writes.run(() => {
          check();
          const answer = run();
          // What was written to files that are not ours any more is found by nobody.
          check();
          return answer;
        });
      } catch (error) {
        throw whenClosed(error);
      }
    },
    look() {
      try {
        check();
      } catch {
        // Whoever asks next is told, by a look of its own.
      }
    },
    async close(last) {
      await groups?.idle();
      files.close();
      try {
        if (database.open) {
          files.check();
          last();
        }
      } catch (error) {
        // Locked, full or gone: what is not a fault of the file is one of the program.
        if (translate(path, error) === error && !(error instanceof EngineError)) throw error;
      } finally {
        database.close();
      }
    },
  };
}
