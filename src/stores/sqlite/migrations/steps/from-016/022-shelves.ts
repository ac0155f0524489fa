// Schema 22: kept sums of several keys stand in one row; those in rows of their own are made anew.
import type { SqliteStep } from "../../runner.ts";

/** They are of another edition too: a build before this one makes its own, should it still work. */
export const shelves: SqliteStep = {
  number: 22,
  title: "kept sums of few rows stand together",
  runs: "beside",
  run: (database) => database.exec("DELETE FROM rollup_piece"),
};
