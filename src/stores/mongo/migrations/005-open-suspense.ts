// Schema 5: the open records of suspense are counted without a walk over all of them.
import { makeIndexes } from "./indexes.ts";
import type { MongoStep } from "./step.ts";

export const openSuspense: MongoStep = {
  number: 5,
  title: "open records of suspense have an index",
  runs: "beside",
  async run({ suspense }) {
    await makeIndexes(suspense, [{ name: "state", key: { state: 1, tenant: 1 } }]);
  },
};
