// The log of a file holds pages as they were: what was masked is there until the log begins anew.
import type { Database } from "better-sqlite3";

/** Brings the log into the file and empties it; in no transaction. False: a reader still needs it. */
export function purgeLog(database: Database): boolean {
  const [found] = database.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
  return found?.busy === 0;
}
