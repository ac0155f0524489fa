// Schema 3: what became of suspended records. Members that older documents do not have.
import type { MongoStep } from "../step.ts";

// Documents take new members without a change; a record without them was never opened again.
export const suspenseClosings: MongoStep = {
  number: 3,
  title: "what became of suspended records is kept",
  runs: "beside",
};
