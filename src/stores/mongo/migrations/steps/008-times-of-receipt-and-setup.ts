// Schema 8: reads by the time of receipt or of setup are bounded, as those by call time are.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const receiptAndSetup: MongoStep = {
  number: 8,
  title: "times of receipt and of setup have indexes",
  runs: "beside",
  indexes: [
    {
      collection: "cdrs",
      wanted: [
        index("received", "receivedAt", "_id"),
        index("tenantReceived", "tenant", "receivedAt", "_id"),
        index("setup", "keys.setupTime", "_id"),
        index("tenantSetup", "tenant", "keys.setupTime", "_id"),
      ],
    },
  ],
};
