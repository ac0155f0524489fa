// Reads the form post of `/cgr`: an urlencoded body, a query, or both, into a raw CDR.

import type { Json } from "../cdr/json.ts";
import type { FieldMap } from "../cdr/primary-fields.ts";
import { splitFields } from "./field-split.ts";
import type { FormatInput, FormatResult } from "./format.ts";
import { hasBadEscape, percentDecode } from "./percent-text.ts";
import { decodeUtf8, readableText } from "./utf8-text.ts";

/**
 * Body values come before those of the query and only the first of a repeated name counts
 * (CGRateS reads forms so); values are text. `broken-form`: the body is JSON or multipart.
 * `not-a-cdr`: no field at all.
 */
export function readCgrForm(input: FormatInput, fieldMap?: FieldMap): FormatResult {
  const body = decodeUtf8(input.body)
    .text.replace(/^\uFEFF/, "")
    .trim();
  const fault = notAForm(body, input.contentType);
  if (fault !== null) {
    return { ok: false, reason: "broken-form", detail: fault };
  }
  const warnings: string[] = [];
  const fields = new Map<string, string>();
  const rawValues: [string, Json][] = [];
  for (const pair of [...body.split("&"), ...input.query.split("&")]) {
    if (pair === "") {
      continue;
    }
    const field = readPair(pair, warnings);
    if (fields.has(field.name)) {
      warnings.push(`${field.name} is sent more than once; the first value counts.`);
      continue;
    }
    fields.set(field.name, field.value);
    if (field.raw !== null) {
      rawValues.push([field.name, field.raw]);
      warnings.push(`${field.name} is not UTF-8 throughout; the exact value is in rawValues.`);
    }
  }
  if (fields.size === 0) {
    return { ok: false, reason: "not-a-cdr", detail: "The request has no form field." };
  }
  const raw = splitFields(fields, fieldMap);
  if (rawValues.length > 0) {
    raw.extra["rawValues"] = Object.fromEntries(rawValues);
  }
  raw.warnings.push(...warnings);
  return { ok: true, raw };
}

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

interface FormField {
  name: string;
  value: string;
  raw: string | null;
}

function readPair(pair: string, warnings: string[]): FormField {
  const equals = pair.indexOf("=");
  const name = formDecode(equals < 0 ? pair : pair.slice(0, equals));
  const { text, raw } = readableText(formDecode(equals < 0 ? "" : pair.slice(equals + 1)));
  const readableName = readableText(name).text;
  if (hasBadEscape(pair)) {
    warnings.push(`${readableName} has a % without two hexadecimal digits; it is kept as sent.`);
  }
  return { name: readableName, value: text, raw };
}

function formDecode(text: string): string {
  return percentDecode(text.replaceAll("+", " "));
}
