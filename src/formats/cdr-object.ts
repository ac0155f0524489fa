// Reads the fields of one CDR from an object (RPC, imports); values keep their JSON type.
import type { JsonObject } from "../cdr/json.ts";
import type { FieldMap } from "../cdr/primary-fields.ts";
import { splitFields } from "./field-split.ts";
import type { Format, FormatInput, FormatResult } from "./format.ts";
import { readJson } from "./json-text.ts";
import { NOT_UTF8 } from "./limits.ts";
import { memberPlace } from "./lines/places.ts";
import { decodeRecord } from "./utf8-text.ts";

/** Same spellings as the form. `not-a-cdr`: the object has no member. */
export function readCdrObject(fields: JsonObject, fieldMap?: FieldMap): FormatResult {
  const entries = Object.entries(fields);
  if (entries.length === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The object has no field." };
  }
  return { ok: true, raw: splitFields(entries, fieldMap) };
}

function read({ body }: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(body);
  if (text === null) {
    return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  }
  const parsed = readJson(text.replace(/^\uFEFF/, ""));
  if (!parsed.ok) {
    return parsed;
  }
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "not-a-cdr", detail: "The record is not a JSON object." };
  }
  const result = readCdrObject(value, fieldMap);
  if (result.ok) {
    result.raw.warnings.push(...parsed.warnings);
  }
  return result;
}

export const CDR_OBJECT: Format = {
  paths: [],
  queryIsRecord: false,
  byRpc: true,
  placeOf: memberPlace,
  read,
};
