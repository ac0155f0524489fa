// Reads the JSON of a Grandstream UCM: its output in real time, the answers of its interface for CDRs,
// and the form of CDR that posts name `callId`.
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult } from "../format.ts";
import { escapeControls, readJson } from "../json-text.ts";
import { NOT_UTF8 } from "../limits.ts";
import { memberPlace } from "../lines/places.ts";
import { decodeRecord } from "../utf8-text.ts";
import { UCM_BASE } from "./base.ts";
import { readUcmFields } from "./record.ts";

/** One record, an object. `broken-json`, `over-limit`, and what `readUcmFields` says. */
function readUcmJson(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(input.body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const sent = text.replace(/^\uFEFF/, "").replaceAll("\0", " ");
  let parsed = readJson(sent);
  if (!parsed.ok && parsed.reason === "broken-json") {
    const escaped = escapeControls(sent);
    if (escaped !== null) parsed = readJson(escaped);
  }
  if (!parsed.ok) return parsed;
  const { value, warnings } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "not-a-cdr", detail: "The record is not a JSON object." };
  }
  const result = readUcmFields(Object.entries(value), input.rules, fieldMap);
  if (result.ok) result.raw.warnings.push(...warnings);
  return result;
}

export const UCM_JSON: Format = {
  ...UCM_BASE,
  paths: ["/api/cdr/https"],
  byRpc: true,
  placeOf: memberPlace,
  read: readUcmJson,
};
