// Schema 7: each service notes which time line of tariffs it prices by.
import type { SqliteStep } from "../runner.ts";

export const followedTimeLine: SqliteStep = {
  number: 7,
  title: "services note the time line that they price by",
  runs: "beside",
  run: (database) => database.exec("ALTER TABLE process ADD COLUMN timeline TEXT"),
};
