// Reads the form post of `/cgr`: an urlencoded body, a query, or both, into a raw CDR.

import type { Json } from "../cdr/json.ts";
import type { FieldMap } from "../cdr/primary-fields.ts";
import { splitFields } from "./field-split.ts";
import type { Format, FormatInput, FormatResult } from "./format.ts";
import { boundedWarnings, FORMAT_LIMITS, NOT_UTF8, shownName } from "./limits.ts";
import { formDecode, hasBadEscape } from "./percent-text.ts";
import { brokenUnits, decodeRecord, readableText } from "./utf8-text.ts";

/**
 * Body values come before those of the query and only the first of a repeated name counts
 * (CGRateS reads forms so); values are text. `broken-form`: the body is JSON or multipart.
 * `not-a-cdr`: no field at all. `over-limit`: too many pairs, or bytes that are not UTF-8.
 */
export function readCgrForm(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(input.body);
  if (text === null) {
    return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  }
  const body = text.replace(/^\uFEFF/, "").trim();
  const fault = notAForm(body, input.contentType);
  if (fault !== null) {
    return { ok: false, reason: "broken-form", detail: fault };
  }
  const reading: Reading = {
    fields: new Map(),
    rawValues: [],
    warnings: [],
    pairs: 0,
    broken: 0,
  };
  const over = readPairs(body, reading) ?? readPairs(input.query, reading);
  if (over !== null) {
    return { ok: false, reason: "over-limit", detail: over };
  }
  if (reading.fields.size === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The request has no form field." };
  }
  const raw = splitFields(reading.fields, fieldMap);
  if (reading.rawValues.length > 0) {
    raw.extra["rawValues"] = Object.fromEntries(reading.rawValues);
  }
  raw.warnings.push(...boundedWarnings(reading.warnings));
  return { ok: true, raw };
}

export const CGR_FORM: Format = {
  kind: "form",
  paths: ["/cgr", "/cdr_http"],
  queryIsRecord: true,
  byRpc: false,
  read: readCgrForm,
};

function notAForm(body: string, contentType: string | null): string | null {
  if (body.startsWith("{") || body.startsWith("[")) {
    return "The body is JSON; this route takes a form. Post JSON to /freeswitch_json or /jsonrpc.";
  }
  const type = contentType?.trim().toLowerCase() ?? "";
  if (type.startsWith("multipart/") || /^--.*\r?\ncontent-disposition:/i.test(body)) {
    return "The body is multipart; this route takes application/x-www-form-urlencoded.";
  }
  if (/[^&]/.test(body) && !body.includes("=")) {
    return "The body has no name=value pair.";
  }
  return null;
}

interface Reading {
  fields: Map<string, string>;
  rawValues: [string, Json][];
  warnings: string[];
  pairs: number;
  /** Bytes so far that are not UTF-8. */
  broken: number;
}

/** Reads the pairs of a text one by one; answers the limit that they are over, else null. */
function readPairs(text: string, reading: Reading): string | null {
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("&", start);
    const end = found < 0 ? text.length : found;
    if (end > start) {
      reading.pairs += 1;
      if (reading.pairs > FORMAT_LIMITS.formPairs) {
        return `The form has over ${FORMAT_LIMITS.formPairs} name=value pairs.`;
      }
      const over = readPair(text.slice(start, end), reading);
      if (over !== null) return over;
    }
    start = end + 1;
  }
  return null;
}

function readPair(pair: string, reading: Reading): string | null {
  const { fields, warnings } = reading;
  const equals = pair.indexOf("=");
  const sentName = formDecode(equals < 0 ? pair : pair.slice(0, equals));
  const sentValue = formDecode(equals < 0 ? "" : pair.slice(equals + 1));
  reading.broken += brokenUnits(sentName) + brokenUnits(sentValue);
  if (reading.broken > FORMAT_LIMITS.brokenBytes) {
    return NOT_UTF8;
  }
  const name = readableText(sentName).text;
  if (hasBadEscape(pair)) {
    warnings.push(`${shownName(name)} has a % without two hexadecimal digits; it is kept as sent.`);
  }
  if (fields.has(name)) {
    warnings.push(`${shownName(name)} is sent more than once; the first value counts.`);
    return null;
  }
  const { text, raw } = readableText(sentValue);
  fields.set(name, text);
  if (raw !== null) {
    reading.rawValues.push([name, raw]);
    warnings.push(`${shownName(name)} is not UTF-8 throughout; the exact value is in rawValues.`);
  }
  return null;
}
