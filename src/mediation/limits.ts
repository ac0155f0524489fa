// Bounds of a record, so that no post can grow a document or an index without end.
import type { Json } from "../cdr/json.ts";
import type { RawCdr } from "../formats/format.ts";

const LIMITS = {
  extraFields: 2_000,
  nameLength: 256,
  primaryTextLength: 1_024,
  extraTextLength: 262_144,
  nesting: 32,
};

interface LimitFault {
  field: string;
  detail: string;
}

/** The first bound that a record is over, or null. */
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
  return nestedFault(raw.extra, "", 1);
}

function nestedFault(value: Json, path: string, depth: number): LimitFault | null {
  if (typeof value === "string" && value.length > LIMITS.extraTextLength) {
    const detail = `${value.length} characters; the limit is ${LIMITS.extraTextLength}`;
    return { field: path, detail };
  }
  if (typeof value !== "object" || value === null) {
    return null;
  }
  if (depth > LIMITS.nesting) {
    return { field: path, detail: `nested deeper than ${LIMITS.nesting}` };
  }
  for (const [name, member] of Object.entries(value)) {
    if (name.length > LIMITS.nameLength) {
      const start = name.slice(0, 40);
      return {
        field: start,
        detail: `a name of ${name.length} characters; the limit is ${LIMITS.nameLength}`,
      };
    }
    const fault = nestedFault(member, path === "" ? name : `${path}.${name}`, depth + 1);
    if (fault !== null) {
      return fault;
    }
  }
  return null;
}
