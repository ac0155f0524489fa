// Schema 9: what describes a call has columns to find and add it up by.
import type { SqliteStep } from "../runner.ts";

/** CDRs of before have none of these but the calling number, which is read out of the record there. */
const COLUMNS = `
ALTER TABLE cdr ADD COLUMN caller_number TEXT;
ALTER TABLE cdr ADD COLUMN call_direction TEXT;
ALTER TABLE cdr ADD COLUMN queue TEXT;
ALTER TABLE cdr ADD COLUMN agent TEXT;
ALTER TABLE cdr ADD COLUMN trunk TEXT;
ALTER TABLE cdr ADD COLUMN duration_ms INTEGER;
`;

/** Alone: a correction by an older build would leave the values of the facts before it. */
export const descriptiveFields: SqliteStep = {
  number: 9,
  title: "what describes a call has columns",
  runs: "alone",
  run: (database) => database.exec(COLUMNS),
};
