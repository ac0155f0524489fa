// A row with what a map of the settings made of it: the map's own text is not needed to read it again.
import type { Json } from "../../cdr/json.ts";
import type { Format, FormatResult } from "../format.ts";
import { readJson } from "../json-text.ts";
import { NOT_UTF8 } from "../limits.ts";
import { decodeRecord } from "../utf8-text.ts";
import { type Columns, columnsOf } from "./columns.ts";
import {
  type CompiledMap,
  hostOf,
  MAPPED_FIELDS,
  type MappedField,
  mapRow,
  rawOf,
  withId,
} from "./map.ts";

/** The fields that the map makes, and the columns. */
export function ownRowBytes(map: CompiledMap, columns: Columns): Uint8Array {
  const { fields, taken } = mapRow(map, columns);
  const left = [...columns].filter(([name]) => !taken.has(name.toLowerCase()));
  const record = { fields: Object.fromEntries(fields), columns: Object.fromEntries(left) };
  return Buffer.from(JSON.stringify(record), "utf8");
}

export const OWN_ROW: Format = {
  paths: [],
  queryIsRecord: false,
  byRpc: false,
  duplicatesBy: "billed-facts",
  /** `broken-json`, `not-a-cdr`, `id-missing`, `over-limit`. */
  read({ body, rules }): FormatResult {
    const text = decodeRecord(body);
    if (text === null) return { ok: false, reason: "over-limit", detail: NOT_UTF8 };
    const parsed = readJson(text);
    if (!parsed.ok) return parsed;
    const fields = columnsOf(memberOf(parsed.value, "fields"));
    if (!fields.ok) return fields;
    const columns = columnsOf(memberOf(parsed.value, "columns"));
    const left = columns.ok ? columns : { ...fields, columns: new Map<string, string>() };
    const mapped = new Map([...fields.columns].filter(isMapped));
    return withId(rawOf({ fields: mapped, taken: new Set() }, left, hostOf(rules)));
  },
};

function memberOf(value: Json, name: string): Json | undefined {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? value[name] : undefined;
}

function isMapped(entry: [string, string]): entry is [MappedField, string] {
  return (MAPPED_FIELDS as readonly string[]).includes(entry[0]);
}
