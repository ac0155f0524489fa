// One hash for JSON values that are the same, whichever store they come from.
import { createHash } from "node:crypto";
import type { Json } from "../cdr/json.ts";

function sortMembers(value: Json): Json {
  // The hash is that of what is read back: MongoDB keeps text as UTF-8, without lone surrogates.
  if (typeof value === "string") return Buffer.from(value).toString();
  if (Array.isArray(value)) return value.map(sortMembers);
  if (value === null || typeof value !== "object") return value;
  const sorted = Object.entries(value)
    .map(([name, member]): [string, Json] => [Buffer.from(name).toString(), sortMembers(member)])
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return Object.fromEntries(sorted);
}

/** Equal for arrays and objects that are the same JSON value, in whatever order of members. */
export function jsonHash(value: Json): string {
  return createHash("sha256")
    .update(JSON.stringify(sortMembers(value)))
    .digest("hex");
}
