// Schema 18: statements of closed periods, and what they say of each CDR.
import type { SqliteStep } from "../../runner.ts";

const TABLES = `
CREATE TABLE period (
  sequence INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  tenant TEXT NOT NULL,
  number TEXT NOT NULL,
  kind TEXT NOT NULL,
  side TEXT NOT NULL,
  party TEXT NOT NULL,
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  closing TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  hash TEXT NOT NULL,
  head TEXT NOT NULL,
  lines TEXT NOT NULL,
  UNIQUE (tenant, number)
) STRICT;
CREATE INDEX period_by_party ON period (tenant, side, party);
CREATE INDEX period_by_closing ON period (closing);
CREATE TABLE period_cdr (
  statement TEXT NOT NULL,
  cdr TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (statement, cdr)
) STRICT, WITHOUT ROWID;
`;

export const periods: SqliteStep = {
  number: 18,
  title: "statements of closed periods have tables",
  runs: "beside",
  run: (database) => database.exec(TABLES),
};
