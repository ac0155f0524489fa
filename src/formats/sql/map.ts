// A map says what the columns of a switch's table are: one expression a field. A row that is read by it
// becomes a raw CDR; columns that no field is are extra fields under their own names.

import type { Json } from "../../cdr/json.ts";
import {
  DESCRIPTIVE_FIELD_NAMES,
  type DescriptiveFieldName,
  type FieldMap,
  PRIMARY_FIELD_NAMES,
  type PrimaryFieldName,
} from "../../cdr/primary-fields.ts";
import { extracted } from "../extract.ts";
import type { FormatResult, RawCdr, RecordRules } from "../format.ts";
import { boundedWarnings } from "../limits.ts";
import { type Columns, inLowerCase, type ReadColumns } from "./columns.ts";
import { type Expression, mustCompile, type Value } from "./expression.ts";

/** `callId` joins the legs of a call; `leg` is `a` or `b`. */
const OTHER_FIELDS = ["callId", "leg"] as const;
export const MAPPED_FIELDS = [
  ...PRIMARY_FIELD_NAMES,
  ...DESCRIPTIVE_FIELD_NAMES,
  ...OTHER_FIELDS,
] as const;
export type MappedField = (typeof MAPPED_FIELDS)[number];

/** Field → expression. */
export type MapTexts = Readonly<{ [field in MappedField]?: string | undefined }>;

export type CompiledMap = ReadonlyMap<MappedField, Expression>;

/** Of texts that are known to be right. */
export function compileMap(texts: MapTexts): CompiledMap {
  const compiled = new Map<MappedField, Expression>();
  for (const field of MAPPED_FIELDS) {
    const text = texts[field];
    if (text !== undefined) compiled.set(field, mustCompile(text));
  }
  return compiled;
}

/** What a map makes of a row. */
export interface MappedRow {
  fields: Map<MappedField, string>;
  /** Columns that are a field as they stand, in lower case. */
  taken: ReadonlySet<string>;
}

/** Fields that are empty are left out. The source's own `fieldMap` comes before the map's expression. */
export function mapRow(map: CompiledMap, columns: Columns, fieldMap: FieldMap = {}): MappedRow {
  const lower = inLowerCase(columns);
  const fields = new Map<MappedField, string>();
  const taken = new Set<string>();
  for (const field of MAPPED_FIELDS) {
    const value = ownValue(field, lower, fieldMap) ?? map.get(field)?.(lower);
    if (value === undefined || value.text === "") continue;
    fields.set(field, value.text);
    if (value.column !== undefined) taken.add(value.column);
  }
  return { fields, taken };
}

function ownValue(
  field: MappedField,
  lower: ReadonlyMap<string, string>,
  fieldMap: FieldMap,
): Value | undefined {
  const sources = field === "callId" || field === "leg" ? undefined : fieldMap[field];
  if (sources === undefined) return undefined;
  for (const source of sources) {
    const column = (typeof source === "string" ? source : source.from).toLowerCase();
    const sent = lower.get(column);
    if (typeof source === "string") {
      if (sent !== undefined && sent !== "") return { text: sent, column };
      continue;
    }
    const part = extracted(source.extract, sent);
    if (part !== undefined) return { text: part };
  }
  return { text: "" };
}

/** Fields, and what is left of the row, as a raw CDR. `originHost`: of a record that names none. */
export function rawOf(
  { fields, taken }: MappedRow,
  { columns, rawValues, warnings }: ReadColumns,
  originHost: string,
): RawCdr {
  const extra: Record<string, Json> = Object.fromEntries(
    [...columns].filter(([name, value]) => value !== "" && !taken.has(name.toLowerCase())),
  );
  if (rawValues.length > 0) extra["rawValues"] = Object.fromEntries(rawValues);
  const raw: RawCdr = {
    primary: { originHost, ...picked(fields, PRIMARY_FIELD_NAMES) },
    descriptive: picked(fields, DESCRIPTIVE_FIELD_NAMES),
    extra,
    warnings: boundedWarnings(warnings),
  };
  const leg = fields.get("leg");
  if (leg === "a" || leg === "b") raw.leg = leg;
  const callId = fields.get("callId");
  if (callId !== undefined) raw.callId = callId;
  return raw;
}

function picked(
  fields: ReadonlyMap<MappedField, string>,
  names: readonly (PrimaryFieldName | DescriptiveFieldName)[],
): Record<string, Json> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = fields.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** What the sender is called where its records do not say it. */
export function hostOf(rules: RecordRules | undefined): string {
  return rules?.host ?? rules?.source ?? "";
}

/** A row without an id is no call that could be told from others. */
export function withId(raw: RawCdr): FormatResult {
  if (raw.primary["originId"] !== undefined) return { ok: true, raw };
  return { ok: false, reason: "id-missing", detail: "The row has nothing that its id is made of." };
}
