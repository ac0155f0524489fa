// Schema 11: the log of admin acts, and what they changed of the sources of the settings.
import { index } from "../../indexes/wanted.ts";
import type { MongoStep } from "../step.ts";

export const adminActs: MongoStep = {
  number: 11,
  title: "admin acts have a log; sources may be changed while the service runs",
  runs: "beside",
  // The overlays of sources are few, and found by their key alone.
  indexes: [{ collection: "adminActs", wanted: [index("at", "at", "_id")] }],
};
