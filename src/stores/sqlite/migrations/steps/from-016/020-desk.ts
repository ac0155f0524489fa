// Schema 20: schedules, deliveries and saved searches.
import type { SqliteStep } from "../../runner.ts";

const TABLE = `
CREATE TABLE desk_entry (
  kind TEXT NOT NULL,
  id TEXT NOT NULL,
  version INTEGER NOT NULL,
  due_ms INTEGER,
  body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX desk_entry_by_due ON desk_entry (kind, due_ms, id) WHERE due_ms IS NOT NULL;
`;

export const desk: SqliteStep = {
  number: 20,
  title: "schedules, deliveries and saved searches have a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
