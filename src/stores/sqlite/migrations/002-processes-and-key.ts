// Schema 2: processes and steps are written down.
import type { SqliteStep } from "./runner.ts";

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
`;

export const processesAndKey: SqliteStep = {
  number: 2,
  title: "processes and steps are written down",
  runs: "alone",
  run: (database) => database.exec(TABLES),
};
