// Schema 12: a new data base keys its CDRs by bytes.
import type { MongoStep } from "../step.ts";

export const KEYS_OF_BYTES = 12;

/**
 * What is there keeps its texts, and builds before go on with it. A build that does not know the bytes
 * refuses a data base that was made with them, by its number: a record sent again would be a second one.
 */
export const keysOfBytes: MongoStep = {
  number: KEYS_OF_BYTES,
  title: "a new data base keys its CDRs by bytes, an older one keeps its texts",
  runs: "beside",
};
