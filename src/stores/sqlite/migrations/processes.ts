// The processes that have the file open, each by its last sign of life.
import type { Database } from "better-sqlite3";
import { type Identity, living, PROCESS_KEPT_MS, type StoreProcess } from "../../migration.ts";

export function hasTable(database: Database, name: string): boolean {
  return (
    database.prepare("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?").get(name) !==
    undefined
  );
}

/** Writes down that this process lives; the first time it stands in for its start. */
export function signOfLife(
  database: Database,
  { id, build, clock }: Identity,
  schema: number,
): void {
  const now = clock();
  database
    .prepare(
      `INSERT INTO process (id, build, schema, started_ms, seen_ms) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET seen_ms = excluded.seen_ms`,
    )
    .run(id, build, schema, now, now);
  database.prepare("DELETE FROM process WHERE seen_ms < ?").run(now - PROCESS_KEPT_MS);
}

export function signOut(database: Database, { id }: Identity): void {
  database.prepare("DELETE FROM process WHERE id = ?").run(id);
}

/** None before the step that made the table: those of release 0.1.0 cannot be seen. */
export function storeProcesses(database: Database): StoreProcess[] {
  if (!hasTable(database, "process")) return [];
  return database
    .prepare<[], StoreProcess>(
      `SELECT id, build, schema, started_ms AS startedAtMs, seen_ms AS seenAtMs FROM process
       ORDER BY started_ms, id`,
    )
    .all();
}

/** Notes the stamp of the time line that this process prices by. */
export function noteTimeline(database: Database, { id }: Identity, stamp: string): void {
  database.prepare("UPDATE process SET timeline = ? WHERE id = ?").run(stamp, id);
}

/** What the living processes noted last; those that never noted one are left out. */
export function notedTimelines(database: Database, { clock }: Identity): string[] {
  const found = database
    .prepare<[], { timeline: string; seenAtMs: number }>(
      "SELECT timeline, seen_ms AS seenAtMs FROM process WHERE timeline IS NOT NULL",
    )
    .all();
  return living(found, clock()).map(({ timeline }) => timeline);
}
