// Schema 10: what no query reads of a CDR is written in few bytes.
import type { MongoStep } from "../step.ts";

/** Alone: a build before it cannot read what is written from then on. Old documents stay as they are. */
export const leanRatings: MongoStep = {
  number: 10,
  title: "what no query reads of a CDR is written in few bytes",
  runs: "alone",
};
