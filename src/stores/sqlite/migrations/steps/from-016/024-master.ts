// Schema 24: what is said of accounts, carriers, gateways and causes while the service runs.
import type { SqliteStep } from "../../runner.ts";

const TABLE = `
CREATE TABLE master_entry (
  kind TEXT NOT NULL,
  tenant TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  label TEXT NOT NULL,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, tenant, id)
) STRICT, WITHOUT ROWID;
CREATE INDEX master_entry_by_label ON master_entry (kind, tenant, label, id);
`;

export const master: SqliteStep = {
  number: 24,
  title: "master data has a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
