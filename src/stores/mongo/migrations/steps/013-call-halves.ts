// Schema 13: halves of calls that wait for the other one.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const callHalves: MongoStep = {
  number: 13,
  title: "halves of calls have a collection",
  runs: "beside",
  indexes: [
    { collection: "callHalves", wanted: [index("age", "feed", "isPaired", "since", "_id")] },
  ],
};
