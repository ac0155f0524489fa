// Schema 6: feeds, who runs them and how far they came.
import type { MongoStep } from "../step.ts";

// The collection is made by its first document, and found by its key alone.
export const feeds: MongoStep = {
  number: 6,
  title: "feeds have a collection",
  runs: "beside",
};
