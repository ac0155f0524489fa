// Schema 17: sums by pieces of time are kept, and every write of a CDR marks those that it changes.
import type { SqliteStep } from "../../runner.ts";

const TABLES = `
CREATE TABLE rollup_quarter (
  quarter INTEGER PRIMARY KEY,
  marked INTEGER NOT NULL,
  built INTEGER NOT NULL,
  edition TEXT NOT NULL
) STRICT;
CREATE TABLE rollup_piece (
  rollup TEXT NOT NULL,
  level INTEGER NOT NULL,
  quarter INTEGER NOT NULL,
  version INTEGER NOT NULL,
  edition TEXT NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (rollup, level, quarter)
) STRICT;
CREATE TABLE rollup_crossing (
  quarter INTEGER NOT NULL,
  call_id TEXT NOT NULL,
  PRIMARY KEY (quarter, call_id)
) STRICT, WITHOUT ROWID;
`;

const mark = (row: "OLD" | "NEW", where = "TRUE") =>
  `INSERT INTO rollup_quarter (quarter, marked, built, edition)
     SELECT ${row}.call_ms / 900000, 1, 0, '' WHERE ${where}
     ON CONFLICT (quarter) DO UPDATE SET marked = marked + 1;`;

/** In the file itself: writes of builds before this one mark as well. */
const TRIGGERS = `
CREATE TRIGGER rollup_insert AFTER INSERT ON cdr BEGIN ${mark("NEW")} END;
CREATE TRIGGER rollup_delete AFTER DELETE ON cdr BEGIN ${mark("OLD")} END;
CREATE TRIGGER rollup_update AFTER UPDATE ON cdr BEGIN
  ${mark("OLD")}
  ${mark("NEW", "NEW.call_ms / 900000 <> OLD.call_ms / 900000")}
END;
`;

/** From each quarter hour with a CDR to the next one in the index, whatever lies between. */
const THOSE_THERE = `
INSERT INTO rollup_quarter (quarter, marked, built, edition)
  WITH RECURSIVE found (quarter) AS (
    SELECT min(call_ms) / 900000 FROM cdr WHERE call_ms >= 0
    UNION ALL
    SELECT (SELECT min(call_ms) FROM cdr WHERE call_ms >= (found.quarter + 1) * 900000) / 900000
    FROM found WHERE found.quarter IS NOT NULL
  ) SELECT quarter, 1, 0, '' FROM found WHERE quarter IS NOT NULL;
`;

export const rollups: SqliteStep = {
  number: 17,
  title: "sums by quarter hours are kept",
  runs: "beside",
  run: (database) => database.exec(TABLES + TRIGGERS + THOSE_THERE),
};
