// Steps as later builds may have them, after those of this build.
import type { SqliteStep } from "../../../src/stores/sqlite/migrations/runner.ts";
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";

export const LATEST = SQLITE_STEPS.at(-1)?.number ?? 0;

/** Changes what older builds write: they have to end first. */
export function noteStep(facts: { canWait?: boolean }): SqliteStep {
  return {
    number: LATEST + 1,
    title: "notes",
    runs: "alone",
    ...facts,
    run: (database) => database.exec("CREATE TABLE note (text TEXT) STRICT"),
  };
}

const SLICE = 10;

/** Counts how often each CDR was rewritten. */
export function rewriteStep(): SqliteStep {
  return {
    number: LATEST + 1,
    title: "counts rewrites",
    runs: "beside",
    run: (database) =>
      database.exec("CREATE TABLE rewritten (seq INTEGER PRIMARY KEY, times INTEGER) STRICT"),
    behind: {
      total: (database) => database.prepare("SELECT count(*) FROM cdr").pluck().get() as number,
      slice(database, place) {
        const rows = database
          .prepare<[number, number], number>(
            "SELECT seq FROM cdr WHERE seq > ? ORDER BY seq LIMIT ?",
          )
          .pluck()
          .all(Number(place ?? 0), SLICE);
        const last = rows.at(-1);
        if (last === undefined) return null;
        const note = database.prepare(
          `INSERT INTO rewritten (seq, times) VALUES (?, 1)
           ON CONFLICT (seq) DO UPDATE SET times = times + 1`,
        );
        for (const seq of rows) note.run(seq);
        return { place: String(last), done: rows.length };
      },
    },
  };
}
