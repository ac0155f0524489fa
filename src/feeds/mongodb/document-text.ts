// A document of MongoDB as the JSON text that mod_json_cdr would have written: numbers as they are, large
// ones, dates and ids as texts.
import type { Document } from "mongodb";
import type { Json } from "../../cdr/json.ts";

/** No document of a switch is so deep. */
const DEEPEST = 64;
/** The flag that CDR-Stats sets is no part of the record. */
const FLAG = "import_cdr";

/** Without its `_id` and without flags. */
export function documentText(document: Document, flag: string | undefined): string {
  const { _id, ...members } = document;
  const own = Object.entries(members).filter(([name]) => name !== FLAG && name !== flag);
  return JSON.stringify(toJson(Object.fromEntries(own), 0));
}

function toJson(value: unknown, depth: number): Json {
  if (value === undefined || value === null || depth > DEEPEST) return null;
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value === "bigint") return String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (Array.isArray(value)) return value.map((item) => toJson(item, depth + 1));
  if (typeof value !== "object") return String(value);
  // Types of BSON: Long, Decimal128, ObjectId, Binary and the like write themselves.
  if ("_bsontype" in value) return String(value);
  const entries = Object.entries(value).map(([name, member]): [string, Json] => [
    name,
    toJson(member, depth + 1),
  ]);
  return Object.fromEntries(entries);
}
