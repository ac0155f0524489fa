// Schema 1: the indexes of release 0.1.0. MongoDB makes collections when they are first written to.
import { makeIndexes } from "./indexes.ts";
import type { MongoStep } from "./step.ts";

export const firstRelease: MongoStep = {
  number: 1,
  title: "the indexes of release 0.1.0",
  runs: "beside",
  async run({ cdrs, suspense, tariffs, activations, jobs, assignments }) {
    const tail = [
      ["keys.callTime", 1],
      ["_id", 1],
    ] as const;
    const index = (name: string, fields: readonly string[]) => ({
      name,
      key: new Map<string, 1>([...fields.map((field) => [field, 1] as const), ...tail]),
    });
    await makeIndexes(cdrs, [
      index("time", []),
      index("tenant", ["tenant"]),
      index("account", ["tenant", "primary.account"]),
      index("leadingDigits", ["tenant", "keys.leadingDigits"]),
      index("outcome", ["tenant", "rating.outcome"]),
      index("batch", ["tenant", "batchId"]),
    ]);
    await makeIndexes(suspense, [
      { name: "time", key: { receivedAt: 1, _id: 1 } },
      { name: "tenant", key: { tenant: 1, receivedAt: 1, _id: 1 } },
    ]);
    await makeIndexes(tariffs, [{ name: "time", key: { loadedAt: 1, _id: 1 } }]);
    await makeIndexes(activations, [
      { name: "timeLine", key: { tenant: 1, from: 1, sequence: 1 } },
      { name: "sequence", key: { tenant: 1, sequence: 1 } },
    ]);
    await makeIndexes(jobs, [{ name: "time", key: { createdAt: 1, _id: 1 } }]);
    await makeIndexes(assignments, [{ name: "account", key: { tenant: 1, account: 1, from: 1 } }]);
  },
};
