// Schema 22: what is said of accounts, carriers, gateways and causes while the service runs.
import { index } from "../../../indexes/wanted.ts";
import type { MongoStep } from "../../step.ts";

export const master: MongoStep = {
  number: 22,
  title: "master data has a collection",
  runs: "beside",
  indexes: [
    {
      collection: "masterEntries",
      wanted: [
        index("masterId", "kind", "tenant", "id"),
        index("masterLabel", "kind", "tenant", "label", "id"),
      ],
    },
  ],
};
