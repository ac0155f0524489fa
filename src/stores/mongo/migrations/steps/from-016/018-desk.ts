// Schema 18: schedules, deliveries and saved searches.
import { index } from "../../../indexes/wanted.ts";
import type { MongoStep } from "../../step.ts";

export const desk: MongoStep = {
  number: 18,
  title: "schedules, deliveries and saved searches have a collection",
  runs: "beside",
  indexes: [{ collection: "deskEntries", wanted: [index("due", "kind", "due", "_id")] }],
};
