// Bounds of a record, so that no post can grow a document or an index without end.
import { type Json, type JsonObject, memberTextsOf } from "../cdr/json.ts";
import type { RawCdr } from "../formats/format.ts";
import { FORMAT_LIMITS } from "../formats/limits.ts";

export const LIMITS = {
  extraFields: 2_000,
  nameLength: 256,
  primaryTextLength: 1_024,
  extraTextLength: 262_144,
  nesting: FORMAT_LIMITS.nesting,
};

interface LimitFault {
  field: string;
  detail: string;
}

/** The first bound that a record is over, or null; the detail completes "FIELD is over a limit:". */
export function limitFault(raw: RawCdr, extraNames = Object.keys(raw.extra)): LimitFault | null {
  const count = extraNames.length;
  if (count > LIMITS.extraFields) {
    return { field: "extra", detail: `${count} extra fields; the limit is ${LIMITS.extraFields}` };
  }
  for (const name of Object.keys(raw.primary)) {
    const value = raw.primary[name];
    if (typeof value === "string" && value.length > LIMITS.primaryTextLength) {
      const detail = `${value.length} characters; the limit is ${LIMITS.primaryTextLength}`;
      return { field: name, detail };
    }
  }
  return nestedFault(raw.primary, 1) ?? membersFault(raw.extra, extraNames, 1);
}

const NO_TEXT = "";

/** `field` is the path from the value down; it is built only where there is a fault. */
function nestedFault(value: Json, depth: number): LimitFault | null {
  if (typeof value === "string") return textFault(value);
  if (typeof value !== "object" || value === null) return null;
  if (depth > LIMITS.nesting) {
    return { field: "", detail: `nested deeper than ${LIMITS.nesting}` };
  }
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      const fault = nestedFault(item, depth + 1);
      if (fault !== null) return under(index, fault);
    }
    return null;
  }
  return membersFault(value, Object.keys(value), depth);
}

function membersFault(fields: JsonObject, names: string[], depth: number): LimitFault | null {
  const texts = memberTextsOf(fields);
  for (const [at, name] of names.entries()) {
    // Where its whole text is short, so are name and value.
    const { length } = texts[at] ?? NO_TEXT;
    if (length > 0 && length <= LIMITS.nameLength) continue;
    const member = fields[name] ?? null;
    // Nearly every member is a short text: a record may have hundreds.
    const isShort = typeof member === "string" && member.length <= LIMITS.extraTextLength;
    if (isShort && name.length <= LIMITS.nameLength) continue;
    const fault = nameFault(name) ?? nestedFault(member, depth + 1);
    if (fault !== null) return under(name, fault);
  }
  return null;
}

function under(name: string | number, { field, detail }: LimitFault): LimitFault {
  return { field: field === "" ? `${name}` : `${name}.${field}`, detail };
}

function textFault(text: string): LimitFault | null {
  if (text.length <= LIMITS.extraTextLength) return null;
  return {
    field: "",
    detail: `${text.length} characters; the limit is ${LIMITS.extraTextLength}`,
  };
}

function nameFault(name: string): LimitFault | null {
  if (name.length <= LIMITS.nameLength) {
    return null;
  }
  const detail = `a name of ${name.length} characters; the limit is ${LIMITS.nameLength}`;
  return { field: "", detail };
}
