// Reads a call record of a Yeastar PBX: the events NewCdr and 30012, whose spellings differ by model.
import type { JsonObject } from "../cdr/json.ts";
import type { FieldMap } from "../cdr/primary-fields.ts";
import { splitFields } from "./field-split.ts";
import type { Format, FormatInput, FormatResult } from "./format.ts";
import { readJson } from "./json-text.ts";
import { NOT_UTF8 } from "./limits.ts";
import { decodeRecord } from "./utf8-text.ts";

/** Names without case and signs; `callduraction` is what one model writes. */
const FIELDS: Readonly<Record<string, string>> = {
  callid: "originId",
  sn: "originHost",
  timestart: "setupTime",
  callfrom: "callerNumber",
  callto: "destination",
  talkduration: "usage",
  talkduraction: "usage",
  status: "disconnectCause",
};

/** `broken-json`, `not-a-cdr`, `over-limit` (bytes that are not UTF-8). */
function readYeastar({ body }: FormatInput, fieldMap?: FieldMap): FormatResult {
  const text = decodeRecord(body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const outer = readJson(text);
  const event = outer.ok ? objectOf(outer.value) : {};
  const sent = outer.ok ? event?.["msg"] : unescapedMessage(text);
  const recordText = typeof sent === "string" ? sent : null;
  if (recordText === null && !outer.ok) return outer;
  const record = recordText === null ? event : recordOf(recordText);
  if (record === null || event === null) {
    return { ok: false, reason: "not-a-cdr", detail: "The record is no JSON object." };
  }
  const [, serial] = /"sn"\s*:\s*"([^"]*)"/.exec(text) ?? [];
  const all = serial === undefined ? record : { ...record, sn: serial };
  const fields = Object.entries(all).flatMap(([name, value]): [string, JsonObject[string]][] => {
    const own = FIELDS[name.toLowerCase().replaceAll(/[^a-z]/g, "")] ?? name;
    const plain = typeof value === "string" ? value.trim() : value;
    return plain === "" ? [] : [[own, plain]];
  });
  if (!fields.some(([name]) => name === "originId")) {
    return { ok: false, reason: "id-missing", detail: "The record has no call id." };
  }
  return { ok: true, raw: splitFields(fields, fieldMap) };
}

/**
 * The P-series sends the record as a text in the event, with quotes that nothing escapes: it is from the
 * first brace of `msg` to the last one but the event's own. Null: it is not written so.
 */
function unescapedMessage(text: string): string | null {
  const begun = /"msg"\s*:\s*"\s*\{/.exec(text);
  if (begun === null) return null;
  const last = lastSign(text, text.length, "}");
  const quote = last === null ? null : lastSign(text, last, '"');
  const end = quote === null ? null : lastSign(text, quote, "}");
  const start = begun.index + begun[0].length - 1;
  return end === null || end <= start ? null : text.slice(start, end + 1);
}

/** Where the last sign before `before` is, if it is this one; blanks do not count. */
function lastSign(text: string, before: number, sign: string): number | null {
  let at = before - 1;
  while (at >= 0 && text[at]?.trim() === "") at -= 1;
  return text[at] === sign ? at : null;
}

function objectOf(value: unknown): JsonObject | null {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? (value as JsonObject) : null;
}

function recordOf(text: string): JsonObject | null {
  const read = readJson(text);
  return read.ok ? objectOf(read.value) : null;
}

export const YEASTAR: Format = { paths: [], queryIsRecord: false, byRpc: true, read: readYeastar };
