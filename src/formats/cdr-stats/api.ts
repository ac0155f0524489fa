// Reads the call that clients of CDR-Stats 2 post to its interface, as a form or as JSON.
import type { FieldMap } from "../../cdr/primary-fields.ts";
import { readCgrForm } from "../cgr-form.ts";
import { splitFields } from "../field-split.ts";
import type { Format, FormatInput, FormatResult, RawCdr } from "../format.ts";
import { readJson } from "../json-text.ts";
import { decodeRecord } from "../utf8-text.ts";

const FIELDS: FieldMap = {
  originId: ["uuid"],
  originHost: ["switch_id"],
  account: ["accountcode"],
  callerNumber: ["caller_id_number"],
  callerName: ["caller_id_name"],
  destination: ["destination_number"],
  setupTime: ["start_uepoch"],
  answerTime: ["answer_uepoch"],
  endTime: ["end_uepoch"],
  usage: ["billsec"],
  disconnectCause: ["hangup_cause_q850"],
  callDirection: ["direction"],
  // It says which way the call went, and not whether it is rated.
  direction: [],
};

const WAYS: Readonly<Record<string, string>> = { "1": "inbound", "2": "outbound" };

/** `broken-form`, `broken-json`, `not-a-cdr`, `over-limit`. */
function readApi(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text =
    decodeRecord(input.body)
      ?.replace(/^\uFEFF/, "")
      .trim() ?? "";
  const map = { ...FIELDS, ...fieldMap };
  const result = text.startsWith("{") ? readObject(text, map) : readCgrForm(input, map);
  if (result.ok) finish(result.raw, fieldMap);
  return result;
}

function readObject(text: string, map: FieldMap): FormatResult {
  const parsed = readJson(text);
  if (!parsed.ok) return parsed;
  const { value, warnings } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "not-a-cdr", detail: "The record is not a JSON object." };
  }
  const raw = splitFields(Object.entries(value), map);
  raw.warnings.push(...warnings);
  return { ok: true, raw };
}

/** Milliseconds are exact where the seconds are cut; the way is a number. */
function finish(raw: RawCdr, fieldMap: FieldMap | undefined): void {
  const exact = String(raw.extra["billmsec"] ?? "").trim();
  if (/^\d{1,15}$/.test(exact) && fieldMap?.usage === undefined)
    raw.primary["usage"] = `${exact}ms`;
  const { descriptive } = raw;
  const way = WAYS[String(descriptive?.["callDirection"] ?? "").trim()];
  if (descriptive !== undefined && way !== undefined) descriptive["callDirection"] = way;
}

export const CDR_STATS_API: Format = {
  paths: ["/api/v1/cdr", "/api/v1/cdr/"],
  queryIsRecord: false,
  byRpc: true,
  read: readApi,
};
