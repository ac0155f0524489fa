// Schema 21: numbers may be masked, and what was masked is marked.
import type { MongoStep } from "../../step.ts";

export const MASKING_STEP = 21;

/** Alone: a build before it would price a masked number as if it had been dialled. Until then none is. */
export const masking: MongoStep = {
  number: MASKING_STEP,
  title: "numbers may be masked",
  runs: "alone",
  canWait: true,
};
