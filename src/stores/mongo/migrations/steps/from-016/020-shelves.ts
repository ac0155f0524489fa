// Schema 20: kept sums of several keys stand in one document; those in documents of their own are made anew.
import type { MongoStep } from "../../step.ts";

const ALONE = [
  ...["source", "direction", "cause", "carrier", "country"],
  ...["unrated", "rate", "account"],
];

/** They are of another edition too: a build before this one makes its own, should it still work. */
export const shelves: MongoStep = {
  number: 20,
  title: "kept sums of few rows stand together",
  runs: "beside",
  async run({ rollupPieces }) {
    await rollupPieces.deleteMany({ rollup: { $in: ALONE } });
  },
};
