// Schema 7: dialects, uploads and batches.
import { makeIndexes } from "./indexes.ts";
import type { MongoStep } from "./step.ts";

export const imports: MongoStep = {
  number: 7,
  title: "dialects, uploads and batches have collections",
  runs: "beside",
  run: async ({ uploads, batches }) => {
    await makeIndexes(uploads, [{ name: "expiresAt", key: { expiresAt: 1 } }]);
    await makeIndexes(batches, [
      {
        name: "createdAt",
        key: new Map([
          ["createdAt", 1 as const],
          ["_id", 1 as const],
        ]),
      },
      {
        name: "hash",
        key: new Map([
          ["hash", 1 as const],
          ["createdAt", 1 as const],
          ["_id", 1 as const],
        ]),
      },
    ]);
  },
};
