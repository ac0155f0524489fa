// JSON values as types: extra fields and rating bases are kept as they came.

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/**
 * JSON of extra fields, where reading the record has made it already: a switch sends hundreds of them, and
 * the store would write the same text once more. By the object itself, which nobody changes: with other
 * fields a record has another object.
 */
const kept = new WeakMap<JsonObject, string>();

/** `text` is what JSON.stringify would write of them. */
export function keepJson(fields: JsonObject, text: string): void {
  kept.set(fields, text);
}

/** As JSON.stringify writes them. */
export function jsonOf(fields: JsonObject): string {
  return kept.get(fields) ?? JSON.stringify(fields);
}
