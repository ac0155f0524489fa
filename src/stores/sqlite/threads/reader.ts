// The store in one SQLite file, for reads alone: beside whoever writes it.
import { identityOf } from "../../migration.ts";
import type { Store } from "../../store.ts";
import { asked, type FileAsk, fileReads } from "../calls.ts";
import { openForReads, type SqliteStoreOptions, WAIT_MS } from "../file/opening.ts";
import { sharedFile } from "../file/shared.ts";
import { sqlitePort } from "../port.ts";

/**
 * Opens a file that another thread of this process has open as a store: it is no process of its own, and
 * what writes throws. @throws EngineError `store-unavailable` when the file cannot be used
 */
export async function openSqliteReader(options: SqliteStoreOptions): Promise<Store> {
  const { path, waitMs = WAIT_MS } = options;
  const parts = await openForReads(options, identityOf(options));
  const file = sharedFile(parts.database, { path, waitMs });
  const reads = asked(fileReads(parts), (_name, call) => file.read(call));
  const ask = new Proxy(reads as FileAsk, {
    get: (known, name, receiver) =>
      Reflect.get(known, name, receiver) ??
      (async () => {
        throw new Error(`${String(name)} writes, and this store is only read`);
      }),
  });
  return sqlitePort(ask, () => file.close(() => undefined));
}
