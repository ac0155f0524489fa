// Schema 4: every write of a CDR has the next number, in its own transaction; a CDR has its warnings.
import type { SqliteStep } from "../runner.ts";

/**
 * A CDR that was last written before this step has no number: it comes before all that have one, in
 * the order in which it was inserted.
 */
const CHANGES = `
ALTER TABLE cdr ADD COLUMN warnings TEXT;
ALTER TABLE cdr ADD COLUMN change INTEGER;
CREATE UNIQUE INDEX cdr_by_change ON cdr (change) WHERE change IS NOT NULL;
CREATE TABLE change_counter (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  last INTEGER NOT NULL,
  unnumbered_seq INTEGER NOT NULL
) STRICT;
INSERT INTO change_counter SELECT 1, 0, coalesce(max(seq), 0) FROM cdr;
`;

export const changeNumbers: SqliteStep = {
  number: 4,
  title: "writes of CDRs are numbered",
  runs: "alone",
  run: (database) => database.exec(CHANGES),
};
