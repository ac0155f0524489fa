// Schema 1: the indexes of release 0.1.0. MongoDB makes collections when they are first written to.
import { index, indexByCallTime } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const firstRelease: MongoStep = {
  number: 1,
  title: "the indexes of release 0.1.0",
  runs: "beside",
  indexes: [
    {
      collection: "cdrs",
      wanted: [
        indexByCallTime("time"),
        indexByCallTime("tenant", "tenant"),
        indexByCallTime("account", "tenant", "primary.account"),
        indexByCallTime("leadingDigits", "tenant", "keys.leadingDigits"),
        indexByCallTime("outcome", "tenant", "rating.outcome"),
        indexByCallTime("batch", "tenant", "batchId"),
      ],
    },
    {
      collection: "suspense",
      wanted: [index("time", "receivedAt", "_id"), index("tenant", "tenant", "receivedAt", "_id")],
    },
    { collection: "tariffs", wanted: [index("time", "loadedAt", "_id")] },
    {
      collection: "activations",
      wanted: [
        index("timeLine", "tenant", "from", "sequence"),
        index("sequence", "tenant", "sequence"),
      ],
    },
    { collection: "jobs", wanted: [index("time", "createdAt", "_id")] },
    { collection: "assignments", wanted: [index("account", "tenant", "account", "from")] },
  ],
};
