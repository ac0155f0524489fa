// Schema 3: what became of suspended records. A table of its own, so that processes that know
// nothing of it write the records as before.
import type { SqliteStep } from "../runner.ts";

const TABLES = `
CREATE TABLE suspense_closing (
  id TEXT PRIMARY KEY REFERENCES suspense (id),
  retried_tenant TEXT, retried_as TEXT,
  discarded_by TEXT, discarded_ms INTEGER,
  reopened INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
`;

export const suspenseClosings: SqliteStep = {
  number: 3,
  title: "what became of suspended records is kept",
  runs: "beside",
  run: (database) => database.exec(TABLES),
};
