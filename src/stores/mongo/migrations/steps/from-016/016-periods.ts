// Schema 16: statements of closed periods, and what they say of each CDR.
import { index } from "../../../indexes/wanted.ts";
import type { MongoStep } from "../../step.ts";

export const periods: MongoStep = {
  number: 16,
  title: "statements of closed periods have collections",
  runs: "beside",
  indexes: [
    {
      collection: "periods",
      wanted: [
        index("id", "id"),
        index("number", "tenant", "number"),
        index("party", "tenant", "side", "party"),
        index("closing", "closing"),
      ],
    },
  ],
};
