// A dialect as an answer carries it.
import type { JsonObject } from "../cdr/json.ts";
import type { Dialect } from "../tables/dialect.ts";

export function asJsonObject(dialect: Dialect): JsonObject {
  return JSON.parse(JSON.stringify(dialect)) as JsonObject;
}
