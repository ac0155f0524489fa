// The store in one SQLite file, open in this thread.
import { identityOf } from "../migration.ts";
import type { Store } from "../store.ts";
import { asked, fileReads, fileWrites } from "./calls.ts";
import { openFile, type SqliteStoreOptions, WAIT_MS } from "./file/opening.ts";
import { sharedFile } from "./file/shared.ts";
import { signOut } from "./migrations/processes.ts";
import { sqlitePort } from "./port.ts";

export type { SqliteStoreOptions } from "./file/opening.ts";

/**
 * Opens the store in this thread: for commands, and for what is in memory only. A service opens it
 * in threads of its own (threads/store.ts).
 * @throws EngineError `store-unavailable` when the file cannot be used, or is of another schema
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const { path, waitMs = WAIT_MS } = options;
  const identity = identityOf(options);
  const parts = await openFile(options, identity);
  const { database } = parts;
  const file = sharedFile(database, { path, waitMs });
  const ask = {
    ...asked(fileWrites(parts), (_name, call) => file.write(call)),
    ...asked(fileReads(parts), (_name, call) => file.read(call)),
  };
  // Where it cannot be written any more, the row counts as that of an ended process soon.
  return sqlitePort(ask, () => file.close(() => signOut(database, identity)));
}
