// How far the rows of one table were read, as it is kept.
import type { Json, JsonObject } from "../../cdr/json.ts";

export interface Position {
  /** Place of the last row that was read; null: none was. */
  key: string | null;
  /** Where the next look for late rows begins; null: at the first row. */
  from: string | null;
  /** Some rows that were read, by place and hash: none of them is there when the table was begun anew. */
  checks: [key: string, hash: string][];
  /** Rows before a place when they were last counted: more of them came late. */
  counted: { before: string; rows: number } | null;
}

export const BEGINNING: Position = { key: null, from: null, checks: [], counted: null };

export function positionJson(position: Position): JsonObject {
  const { counted, checks, ...same } = position;
  return {
    ...same,
    checks: checks.map((check) => [...check]),
    counted: counted === null ? null : { ...counted },
  };
}

/** One of another shape is the beginning: what is read again is known by its id. */
export function positionFrom(kept: Json | undefined): Position {
  if (typeof kept !== "object" || kept === null || Array.isArray(kept)) return BEGINNING;
  const { key, from, checks, counted } = kept;
  if (typeof key !== "string") return BEGINNING;
  return {
    key,
    from: typeof from === "string" ? from : null,
    checks: (Array.isArray(checks) ? checks : []).flatMap((check) =>
      Array.isArray(check) && typeof check[0] === "string" && typeof check[1] === "string"
        ? [[check[0], check[1]] as [string, string]]
        : [],
    ),
    counted: countedFrom(counted),
  };
}

function countedFrom(counted: Json | undefined): Position["counted"] {
  if (typeof counted !== "object" || counted === null || Array.isArray(counted)) return null;
  const { before, rows } = counted;
  return typeof before === "string" && typeof rows === "number" ? { before, rows } : null;
}
