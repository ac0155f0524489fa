// Schema 21: CDRs may be erased; their keys stay, and their sums by quarter hours.
import type { SqliteStep } from "../../runner.ts";

const TABLES = `
CREATE TABLE erased (
  tenant TEXT NOT NULL,
  id BLOB NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE erased_line (
  batch_id TEXT NOT NULL,
  job TEXT NOT NULL,
  number INTEGER NOT NULL,
  lines INTEGER NOT NULL,
  PRIMARY KEY (batch_id, job, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE seal (
  quarter INTEGER NOT NULL,
  shape TEXT NOT NULL,
  cdrs INTEGER NOT NULL,
  tenants TEXT NOT NULL,
  since INTEGER NOT NULL,
  until INTEGER NOT NULL,
  hash TEXT NOT NULL,
  PRIMARY KEY (quarter, shape)
) STRICT, WITHOUT ROWID;
CREATE TABLE seal_piece (
  quarter INTEGER NOT NULL,
  shape TEXT NOT NULL,
  place INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (quarter, shape, place)
) STRICT;
`;

/** In the file itself: builds before this one cannot bring an erased CDR back either. */
const TRIGGER = `
CREATE TRIGGER erased_stays BEFORE INSERT ON cdr
  WHEN EXISTS (SELECT 1 FROM erased WHERE tenant = NEW.tenant AND id = NEW.id)
  BEGIN SELECT RAISE(IGNORE); END;
`;

export const erasures: SqliteStep = {
  number: 21,
  title: "keys and sums of erased CDRs are kept",
  runs: "beside",
  run: (database) => database.exec(TABLES + TRIGGER),
};
