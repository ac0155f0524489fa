// Schema 9: what happened in the queues of switches.
import { makeIndexes } from "./indexes.ts";
import type { MongoStep } from "./step.ts";

export const queueEvents: MongoStep = {
  number: 9,
  title: "queue events have a collection",
  runs: "beside",
  run: async ({ queueEvents: events }) => {
    const key = new Map([
      ["at", 1 as const],
      ["_id", 1 as const],
    ]);
    await makeIndexes(events, [{ name: "at", key }]);
  },
};
