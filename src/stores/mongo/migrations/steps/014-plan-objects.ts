// Schema 14: objects of tariff plans that are stored beside the versions.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const planObjects: MongoStep = {
  number: 14,
  title: "objects of stored tariff plans have a collection",
  runs: "beside",
  indexes: [{ collection: "planObjects", wanted: [index("plan", "plan", "kind", "name")] }],
};
