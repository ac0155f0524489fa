// Schema 4: every write of a CDR notes the time of the server, which readers of changes go by.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const changeNumbers: MongoStep = {
  number: 4,
  title: "writes of CDRs note the time of the server",
  runs: "alone",
  indexes: [{ collection: "cdrs", wanted: [index("changed", "changedAt", "_id")] }],
};
