// Schema 11: what happened in the queues of switches.
import type { SqliteStep } from "../runner.ts";

const TABLE = `
CREATE TABLE queue_event (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  event TEXT NOT NULL,
  queue TEXT NOT NULL,
  agent TEXT,
  unique_id TEXT NOT NULL,
  linked_id TEXT,
  account TEXT,
  facts TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX queue_event_by_time ON queue_event (at_ms, id);
`;

export const queueEvents: SqliteStep = {
  number: 11,
  title: "queue events have a table",
  runs: "beside",
  run: (database) => database.exec(TABLE),
};
