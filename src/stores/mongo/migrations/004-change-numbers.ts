// Schema 4: every write of a CDR notes the time of the server, which readers of changes go by.
import { makeIndexes } from "./indexes.ts";
import type { MongoStep } from "./step.ts";

export const changeNumbers: MongoStep = {
  number: 4,
  title: "writes of CDRs note the time of the server",
  runs: "alone",
  async run({ cdrs }) {
    await makeIndexes(cdrs, [{ name: "changed", key: { changedAt: 1, _id: 1 } }]);
  },
};
