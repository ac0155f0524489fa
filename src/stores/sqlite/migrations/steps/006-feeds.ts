// Schema 6: feeds, who runs them and how far they came.
import type { SqliteStep } from "../runner.ts";

const FEEDS = `
CREATE TABLE feed (
  name TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  owner TEXT,
  lease_until_ms INTEGER NOT NULL,
  is_stopped INTEGER NOT NULL,
  position TEXT,
  state TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

export const feeds: SqliteStep = {
  number: 6,
  title: "feeds have a table",
  runs: "beside",
  run: (database) => database.exec(FEEDS),
};
