// Schema 2: processes and steps are written down, and a CDR is unique by tenant and id.
import type { Database } from "better-sqlite3";
import type { SqliteStep } from "../runner.ts";

const TABLES = `
CREATE TABLE process (
  id TEXT PRIMARY KEY,
  build TEXT NOT NULL,
  schema INTEGER NOT NULL,
  started_ms INTEGER NOT NULL,
  seen_ms INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE migration (
  step INTEGER PRIMARY KEY,
  title TEXT NOT NULL,
  build TEXT NOT NULL,
  ran_ms INTEGER NOT NULL,
  place TEXT, done INTEGER NOT NULL, total INTEGER NOT NULL,
  is_done INTEGER NOT NULL
) STRICT;

CREATE TABLE suspense_owner (
  id TEXT NOT NULL REFERENCES suspense (id),
  tenant TEXT NOT NULL,
  PRIMARY KEY (id, tenant)
) STRICT, WITHOUT ROWID;
`;

/** The id first: it is also what a CDR is looked for by where the tenant is not said. */
const KEY = `
CREATE UNIQUE INDEX cdr_by_key ON cdr (id, tenant);
DROP INDEX cdr_by_time;
CREATE INDEX cdr_by_time ON cdr (call_ms, id, tenant);
`;

const INLINE_KEY = "id BLOB NOT NULL UNIQUE";
const INLINE_INDEX = "sqlite_autoindex_cdr_1";

/**
 * Takes the uniqueness of the id alone out of the table. SQLite has no statement for that; writing
 * the table anew would take as long as all CDRs are large. The index of an inline UNIQUE is an
 * ordinary one in the file: it gets a name of its own, the table loses the word, and the index is
 * dropped as any other.
 */
function dropInlineKey(database: Database): void {
  database.unsafeMode(true);
  try {
    database.pragma("writable_schema = ON");
    const table = database
      .prepare(
        "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'cdr' AND sql LIKE ?",
      )
      .run(INLINE_KEY, "id BLOB NOT NULL", `%${INLINE_KEY}%`);
    const index = database
      .prepare("UPDATE sqlite_schema SET name = 'cdr_by_id', sql = ? WHERE name = ?")
      .run("CREATE UNIQUE INDEX cdr_by_id ON cdr (id)", INLINE_INDEX);
    if (table.changes !== 1 || index.changes !== 1) {
      throw new Error("the table cdr is not that of schema 1");
    }
    database.pragma("writable_schema = RESET");
  } finally {
    database.unsafeMode(false);
  }
  database.exec("DROP INDEX cdr_by_id");
}

export const processesAndKey: SqliteStep = {
  number: 2,
  title: "a CDR is unique by tenant and id, broken records have owners, processes are written down",
  runs: "alone",
  run(database) {
    database.exec(TABLES);
    dropInlineKey(database);
    database.exec(KEY);
  },
};
