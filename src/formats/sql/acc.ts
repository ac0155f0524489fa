// The tables that the modules acc of Kamailio and OpenSIPS write: a row for the INVITE that was answered
// and a row for the BYE that ended the call; or one row a call, where the module knows its end.

import type { Json } from "../../cdr/json.ts";
import type { FieldMap } from "../../cdr/primary-fields.ts";
import type { Format, FormatInput, FormatResult, RawCdr } from "../format.ts";
import { readJson } from "../json-text.ts";
import { NOT_UTF8 } from "../limits.ts";
import { decodeRecord } from "../utf8-text.ts";
import { type Columns, columnsOf, inLowerCase, type ReadColumns } from "./columns.ts";
import {
  type CompiledMap,
  compileMap,
  hostOf,
  type MapTexts,
  mapRow,
  rawOf,
  withId,
} from "./map.ts";

/** What a row is of its call. */
export type RowPart =
  | { kind: "whole" }
  /** `call`: what both rows of a call say alike. */
  | { kind: "begin" | "end"; call: string }
  /** Of no call: a MESSAGE, a re-INVITE that was refused. */
  | { kind: "other" };

export interface AccMap {
  fields: MapTexts;
  /** A column that only a row has which tells the whole call. */
  wholeBy?: string;
}

/** Both rows of a call as one record. */
export function pairBytes(begin: Uint8Array, end: Uint8Array): Uint8Array {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString("utf8");
  return Buffer.from(`{"begin":${text(begin)},"end":${text(end)}}`, "utf8");
}

/** The tags are the other way round where the called side hung up. */
export function partOf(columns: Columns, { wholeBy }: AccMap): RowPart {
  const row = inLowerCase(columns);
  const value = (name: string) => row.get(name)?.trim() ?? "";
  const method = value("method").toUpperCase();
  const call = JSON.stringify([value("callid"), ...[value("from_tag"), value("to_tag")].sort()]);
  if (method === "BYE") return { kind: "end", call };
  if (method !== "INVITE" && method !== "") return { kind: "other" };
  if (wholeBy !== undefined && value(wholeBy) !== "") return { kind: "whole" };
  return isAnswered(value("sip_code")) ? { kind: "begin", call } : { kind: "whole" };
}

function isAnswered(code: string): boolean {
  return /^2\d\d$/.test(code);
}

export function accFormat(acc: AccMap): Format {
  const map = compileMap(acc.fields);
  return {
    paths: [],
    queryIsRecord: false,
    byRpc: false,
    duplicatesBy: "billed-facts",
    read: (input, fieldMap) => readAcc(input, { acc, map, fieldMap }),
  };
}

interface Reading {
  acc: AccMap;
  map: CompiledMap;
  fieldMap: FieldMap | undefined;
}

/** `call-unfinished`: half a call; a retry gives the other half. `broken-json`, `not-a-cdr`, `id-missing`. */
function readAcc({ body, rules, corrected }: FormatInput, reading: Reading): FormatResult {
  const text = decodeRecord(body);
  if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
  const parsed = readJson(text);
  if (!parsed.ok) return parsed;
  const pair = pairOf(parsed.value);
  const begin = columnsOf(pair?.begin ?? parsed.value);
  if (!begin.ok) return begin;
  const raw = rawOf(mapRow(reading.map, begin.columns, reading.fieldMap), begin, hostOf(rules));
  if (pair !== null) {
    const end = columnsOf(pair.end);
    return end.ok ? withEnd(raw, end) : end;
  }
  const { kind } = partOf(begin.columns, reading.acc);
  if (kind === "whole") return withId(wholeCall(raw, begin, reading.acc));
  const detail = HALVES[kind];
  if (corrected === undefined || kind === "other") return { ok: false, ...detail };
  return withId(kind === "begin" ? answeredAt(raw) : { ...raw, partial: detail });
}

const HALVES = {
  begin: {
    reason: "call-unfinished",
    detail: "The INVITE was answered, and no BYE of its call came.",
  },
  end: { reason: "call-unfinished", detail: "The BYE is of a call whose INVITE did not come." },
  other: { reason: "not-a-cdr", detail: "The row is neither an INVITE nor a BYE." },
} as const;

function pairOf(value: Json): { begin: Json; end: Json } | null {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return null;
  const { begin, end } = value;
  const isRow = (one: Json | undefined) => typeof one === "object" && one !== null;
  return isRow(begin) && isRow(end) ? { begin: begin ?? null, end: end ?? null } : null;
}

/** The time of an INVITE's row is that of its last answer; it knows no length. */
function answeredAt(raw: RawCdr): RawCdr {
  const { setupTime, usage: _none, ...primary } = raw.primary;
  return { ...raw, primary: { answerTime: setupTime ?? "", ...primary } };
}

/** Only what the end alone tells is taken of its row: when it was. */
function withEnd(raw: RawCdr, { columns }: ReadColumns): FormatResult {
  const answered = answeredAt(raw);
  const endTime = inLowerCase(columns).get("time") ?? "";
  return withId({ ...answered, primary: { ...answered.primary, endTime } });
}

/** Nobody answered, unless the row tells the whole call. */
function wholeCall(raw: RawCdr, { columns }: ReadColumns, { wholeBy }: AccMap): RawCdr {
  const row = inLowerCase(columns);
  const isTold = wholeBy !== undefined && (row.get(wholeBy) ?? "") !== "";
  if (isTold && isAnswered(row.get("sip_code")?.trim() ?? "")) return raw;
  const { answerTime: _none, endTime: _end, ...primary } = raw.primary;
  return { ...raw, primary: { ...primary, usage: "0s" } };
}
