// Schema 5: the open records of suspense are counted without a walk over all of them.
import type { SqliteStep } from "../runner.ts";

export const openSuspense: SqliteStep = {
  number: 5,
  title: "open records of suspense have an index",
  runs: "beside",
  run: (database) =>
    database.exec("CREATE INDEX suspense_open ON suspense (tenant) WHERE state = 'open'"),
};
