// Schema 15: calls of a day and more have an index, so that they are found from any day that they are in.
import type { SqliteStep } from "../runner.ts";

/** Nearly no call is so long: the index holds next to nothing. */
const INDEX =
  "CREATE INDEX cdr_by_long_call ON cdr (call_ms, id) WHERE is_timed = 1 AND usage >= 86400000";

export const longCalls: SqliteStep = {
  number: 15,
  title: "calls of a day and more have an index",
  runs: "beside",
  run: (database) => database.exec(INDEX),
};
