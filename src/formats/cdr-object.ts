// Reads the fields of one CDR from an object (RPC, imports); values keep their JSON type.
import type { JsonObject } from "../cdr/json.ts";
import type { FieldMap } from "../cdr/primary-fields.ts";
import { splitFields } from "./field-split.ts";
import type { FormatResult } from "./format.ts";

/** Same spellings as the form. `not-a-cdr`: the object has no member. */
export function readCdrObject(fields: JsonObject, fieldMap?: FieldMap): FormatResult {
  const entries = Object.entries(fields);
  if (entries.length === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The object has no field." };
  }
  return { ok: true, raw: splitFields(entries, fieldMap) };
}
