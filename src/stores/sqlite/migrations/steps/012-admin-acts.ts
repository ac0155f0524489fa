// Schema 12: the log of admin acts, and what they changed of the sources of the settings.
import type { SqliteStep } from "../runner.ts";

const TABLES = `
CREATE TABLE admin_act (
  id TEXT PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  "by" TEXT NOT NULL,
  act TEXT NOT NULL,
  subject TEXT NOT NULL,
  tenant TEXT,
  "before" TEXT NOT NULL,
  "after" TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX admin_act_at ON admin_act (at_ms, id);
CREATE TABLE source_overlay (
  source TEXT PRIMARY KEY,
  version INTEGER NOT NULL,
  members TEXT
) STRICT, WITHOUT ROWID;
`;

export const adminActs: SqliteStep = {
  number: 12,
  title: "admin acts have a log; sources may be changed while the service runs",
  runs: "beside",
  run: (database) => database.exec(TABLES),
};
