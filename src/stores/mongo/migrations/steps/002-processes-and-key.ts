// Schema 2: processes and steps are written down; an old data base notes by what its CDRs are keyed.
import type { MongoStep } from "../step.ts";

export const processesAndKey: MongoStep = {
  number: 2,
  title: "a new data base keys CDRs by tenant and id; processes and steps are written down",
  runs: "alone",
  async run({ meta }) {
    // A new data base was made with its own key: only one that is older gets this.
    await meta.updateOne({ _id: "schema", cdrKey: { $exists: false } }, { $set: { cdrKey: "id" } });
  },
};
