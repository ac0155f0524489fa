// Schema 5: the open records of suspense are counted without a walk over all of them.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const openSuspense: MongoStep = {
  number: 5,
  title: "open records of suspense have an index",
  runs: "beside",
  indexes: [{ collection: "suspense", wanted: [index("state", "state", "tenant")] }],
};
