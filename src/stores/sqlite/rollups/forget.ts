// Marks quarter hours of an SQLite file so that their sums are made anew, also those that have lost
// their mark, or never had one.
import type { Database } from "better-sqlite3";
import { SHELVES } from "../../../rollups/shelves.ts";

/** Quarter hours of one transaction: some milliseconds. */
const MOST_AT_ONCE = 1000;

export interface Forgotten {
  marked: number;
  /** The quarter hour to go on with; null: there is none. */
  next: number | null;
}

/** The first quarter hour from `least` on that has a CDR or a mark. */
function nextFrom(least: string): string {
  return `SELECT min(quarter) FROM (
    SELECT min(call_ms) / 900000 AS quarter FROM cdr INDEXED BY cdr_by_time
      WHERE call_ms >= ${least} * 900000
    UNION ALL SELECT min(quarter) FROM rollup_quarter WHERE quarter >= ${least})`;
}

export function quarterForgetter(database: Database): (first: number, end: number) => Forgotten {
  const select = database
    .prepare<{ first: number; end: number; limit: number }, number>(
      `WITH RECURSIVE found (quarter) AS (
         ${nextFrom("@first")}
         UNION ALL
         SELECT (${nextFrom("(found.quarter + 1)")}) FROM found WHERE found.quarter < @end)
       SELECT quarter FROM found WHERE quarter < @end LIMIT @limit`,
    )
    .pluck();
  const mark = database.prepare("UPDATE rollup_quarter SET marked = marked + 1 WHERE quarter = ?");
  // Higher than any sums that were made of it or over it: none of these is taken for a later one.
  const insert = database.prepare<{ quarter: number }>(
    `INSERT INTO rollup_quarter (quarter, marked, built, edition)
     SELECT @quarter, coalesce(max(version), 0) + 1, 0, '' FROM rollup_piece
     WHERE rollup = '${SHELVES[0]?.name}' AND level IN (1, 4, 96)
     AND quarter IN (@quarter, @quarter - @quarter % 4, @quarter - @quarter % 96)`,
  );
  return database.transaction((first: number, end: number): Forgotten => {
    const found = select.all({ first, end, limit: MOST_AT_ONCE });
    for (const quarter of found) {
      if (mark.run(quarter).changes === 0) insert.run({ quarter });
    }
    const last = found.length < MOST_AT_ONCE ? undefined : found.at(-1);
    return { marked: found.length, next: last === undefined ? null : last + 1 };
  }).immediate;
}
