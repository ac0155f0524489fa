// Schema 19: CDRs may be erased; their keys stay, and their sums by quarter hours.
import { index } from "../../../indexes/wanted.ts";
import type { MongoStep } from "../../step.ts";

export const ERASURE_STEP = 19;

/** Alone: a build before it would take an erased CDR again. Until then none is erased. */
export const erasures: MongoStep = {
  number: ERASURE_STEP,
  title: "keys and sums of erased CDRs are kept",
  runs: "alone",
  canWait: true,
  indexes: [
    { collection: "erasedLines", wanted: [index("lines", "batchId")] },
    { collection: "seals", wanted: [index("quarter", "quarter")] },
  ],
};
