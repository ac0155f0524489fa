// Schema 23: numbers may be masked, and what was masked is marked.
import type { SqliteStep } from "../../runner.ts";

const COLUMNS = `
ALTER TABLE cdr ADD COLUMN masked_ms INTEGER;
ALTER TABLE suspense ADD COLUMN masked_ms INTEGER;
`;

/** Alone: a build before it would price a masked number as if it had been dialled. */
export const masking: SqliteStep = {
  number: 23,
  title: "numbers may be masked",
  runs: "alone",
  run: (database) => database.exec(COLUMNS),
};
