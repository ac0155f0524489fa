// Bounds of a record, so that no post can grow a document or an index without end.
import type { Json } from "../cdr/json.ts";
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
export function limitFault(raw: RawCdr): LimitFault | null {
  const count = Object.keys(raw.extra).length;
  if (count > LIMITS.extraFields) {
    return { field: "extra", detail: `${count} extra fields; the limit is ${LIMITS.extraFields}` };
  }
  for (const [name, value] of Object.entries(raw.primary)) {
    if (typeof value === "string" && value.length > LIMITS.primaryTextLength) {
      const detail = `${value.length} characters; the limit is ${LIMITS.primaryTextLength}`;
      return { field: name, detail };
    }
  }
  return nestedFault(raw.primary, 1) ?? nestedFault(raw.extra, 1);
}

/** `field` is the path from the value down; it is built only where there is a fault. */
function nestedFault(value: Json, depth: number): LimitFault | null {
  if (typeof value === "string" && value.length > LIMITS.extraTextLength) {
    const detail = `${value.length} characters; the limit is ${LIMITS.extraTextLength}`;
    return { field: "", detail };
  }
  if (typeof value !== "object" || value === null) {
    return null;
  }
  if (depth > LIMITS.nesting) {
    return { field: "", detail: `nested deeper than ${LIMITS.nesting}` };
  }
  const members: Iterable<[number | string, Json]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value);
  for (const [name, member] of members) {
    const fault = nameFault(name) ?? nestedFault(member, depth + 1);
    if (fault !== null) {
      return { ...fault, field: fault.field === "" ? `${name}` : `${name}.${fault.field}` };
    }
  }
  return null;
}

function nameFault(name: number | string): LimitFault | null {
  if (typeof name === "number" || name.length <= LIMITS.nameLength) {
    return null;
  }
  const detail = `a name of ${name.length} characters; the limit is ${LIMITS.nameLength}`;
  return { field: "", detail };
}
