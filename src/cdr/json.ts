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

/** Texts of members as they were read: most stand in the record as the hash and the store write them. */
const sent = new WeakMap<JsonObject, readonly (string | null)[]>();

/**
 * `texts` are `"name":value` of the members in the order of their names, each as JSON.stringify would
 * write it; null, or beyond their end: it has none. Nobody changes the object after that.
 */
export function keepMemberTexts(fields: JsonObject, texts: readonly (string | null)[]): void {
  sent.set(fields, texts);
}

/** None where nobody kept any. */
export function memberTextsOf(fields: JsonObject): readonly (string | null)[] {
  return sent.get(fields) ?? NO_TEXTS;
}

const NO_TEXTS: readonly null[] = [];

/** As JSON.stringify writes them. */
export function jsonOf(fields: JsonObject): string {
  return kept.get(fields) ?? JSON.stringify(fields);
}
