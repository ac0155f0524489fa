// Schema 8: the time that each side was billed for is a column, so that sums need not read ratings.
import type { Database } from "better-sqlite3";
import { billedMsOfRating } from "../../schema.ts";
import type { SqliteStep } from "../runner.ts";

/** Rows of one slice: some 20 ms, with ratings of a few kilobytes. */
const SLICE_ROWS = 250;

/** The rows after `place` that have no value yet; those of this build have one from the start. */
function slice(database: Database, place: string | null) {
  const last = database
    .prepare<[number, number], number | null>(
      `SELECT max(seq) FROM (SELECT seq FROM cdr WHERE seq > ? ORDER BY seq LIMIT ?)`,
    )
    .pluck()
    .get(Number(place ?? 0), SLICE_ROWS);
  if (last === null || last === undefined) return null;
  const { changes } = database
    .prepare<[number, number]>(
      `UPDATE cdr SET billed_ms = ${billedMsOfRating("sell")},
         buy_billed_ms = ${billedMsOfRating("buy")}
       WHERE seq > ? AND seq <= ? AND billed_ms IS NULL`,
    )
    .run(Number(place ?? 0), last);
  return { place: String(last), done: changes };
}

/** Alone: a revision by an older build would leave the billed time of the rating before it. */
export const billedTime: SqliteStep = {
  number: 8,
  title: "the billed time of each side is a column",
  runs: "alone",
  run: (database) =>
    database.exec(
      "ALTER TABLE cdr ADD COLUMN billed_ms INTEGER; ALTER TABLE cdr ADD COLUMN buy_billed_ms INTEGER",
    ),
  behind: {
    total: (database) =>
      database.prepare("SELECT count(*) FROM cdr WHERE billed_ms IS NULL").pluck().get() as number,
    slice,
  },
};
