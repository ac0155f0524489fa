// Schema 9: what happened in the queues of switches.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const queueEvents: MongoStep = {
  number: 9,
  title: "queue events have a collection",
  runs: "beside",
  indexes: [{ collection: "queueEvents", wanted: [index("at", "at", "_id")] }],
};
