// Schema 7: dialects, uploads and batches.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const imports: MongoStep = {
  number: 7,
  title: "dialects, uploads and batches have collections",
  runs: "beside",
  indexes: [
    { collection: "uploads", wanted: [index("expiresAt", "expiresAt")] },
    {
      collection: "batches",
      wanted: [index("createdAt", "createdAt", "_id"), index("hash", "hash", "createdAt", "_id")],
    },
  ],
};
