// Schema 13: halves of calls that wait for the other one.
import type { SqliteStep } from "../runner.ts";

const TABLE = `
CREATE TABLE call_half (
  id TEXT PRIMARY KEY,
  feed TEXT NOT NULL,
  side TEXT NOT NULL,
  bytes BLOB NOT NULL,
  since_ms INTEGER NOT NULL,
  is_paired INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX call_half_by_age ON call_half (feed, is_paired, since_ms, id);
`;

export const callHalves: SqliteStep = {
  number: 13,
  title: "halves of calls have a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
