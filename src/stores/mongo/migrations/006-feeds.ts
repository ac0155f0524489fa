// Schema 6: feeds, who runs them and how far they came.
import type { MongoStep } from "./step.ts";

export const feeds: MongoStep = {
  number: 6,
  title: "feeds have a collection",
  runs: "beside",
  // It is made by its first document, and found by its key alone.
  run: async () => {},
};
