// Schema 14: the attempts of a call are found by its callId.
import type { SqliteStep } from "../runner.ts";

/** A record without one is a call by itself, and costs nothing here. */
const INDEX = "CREATE INDEX cdr_by_call ON cdr (call_id, call_ms) WHERE call_id IS NOT NULL";

export const calls: SqliteStep = {
  number: 14,
  title: "the attempts of a call are found by its callId",
  runs: "beside",
  run: (database) => database.exec(INDEX),
};
