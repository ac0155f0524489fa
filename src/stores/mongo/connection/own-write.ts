// Recognises in a stored document what this process wrote: the answer of an earlier attempt was lost.
import { isDeepStrictEqual } from "node:util";
import { BSON, type Document } from "mongodb";

/** Whether two values are the same once both are as the server keeps them; order of members apart. */
export function isSameStored(stored: unknown, written: unknown): boolean {
  const asKept = (value: unknown) => BSON.deserialize(BSON.serialize({ value } as Document));
  return isDeepStrictEqual(asKept(stored), asKept(written));
}
