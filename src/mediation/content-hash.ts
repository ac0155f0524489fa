// The hashes of a call record: its identity, its content as sent, and its facts.
import { createHash, hash } from "node:crypto";
import type { CdrContent } from "../cdr/cdr.ts";
import { type Json, type JsonObject, keepJson, memberTextsOf } from "../cdr/json.ts";
import type { RawCdr } from "../formats/format.ts";
import { splitDescription } from "./description/fields.ts";

/** sha1 hex of originId + originHost: CGRateS's CGRID. */
export function cdrId(originId: string, originHost: string): string {
  return hash("sha1", `${originId}${originHost}`);
}

/** sha256 hex of a text as UTF-16, in which lone surrogates stay apart: they stand for broken bytes. */
export function textHash(text: string): string {
  return createHash("sha256").update(text, "utf16le").digest("hex");
}

/**
 * sha256 hex of the canonical JSON of the primary and extra fields as they were sent and decoded,
 * so that every spelling of one record, over any transport, has one hash. A form has only texts:
 * a field that came as a JSON number is hashed as the text that a form would have sent.
 */
export function contentHashOf(raw: RawCdr, extraNames = Object.keys(raw.extra)): string {
  const { heads, places } = orderOf(extraNames);
  const { members, asSent } = membersOf(raw.extra, extraNames, heads);
  // Put together as lists: a switch sends hundreds, and so many additions to one text cost twice as much.
  const extra = places.map((place) => members[place]).join(",");
  if (members.length >= MANY_NAMES) keepJson(raw.extra, `{${asSent.join(",")}}`);
  return hash("sha256", `{"extra":{${extra}},"primary":${fieldsJson(raw.primary)}}`);
}

/** So many fields are quoted once, for the hash and for the store, which keeps them as they came. */
const MANY_NAMES = 32;

/** `"name":value` of each field: as it is hashed, and as JSON.stringify writes it. */
function membersOf(extra: JsonObject, names: string[], heads: string[]) {
  const sent = memberTextsOf(extra);
  const members: string[] = [];
  const asSent: string[] = [];
  for (let at = 0; at < names.length; at += 1) {
    const text = sent[at];
    if (text != null) {
      members.push(text);
      asSent.push(text);
      continue;
    }
    const value = extra[names[at] as string] ?? null;
    const member = `${heads[at]}${fieldJson(value)}`;
    members.push(member);
    asSent.push(typeof value === "string" ? member : `${heads[at]}${JSON.stringify(value)}`);
  }
  return { members, asSent };
}

/**
 * sha256 hex of facts after mediation, never equal to the hash of a record as it was sent. Facts
 * that a correction made have it, and so does every record that says the same as they do.
 */
export function factsHashOf({ primary, extra }: Pick<CdrContent, "primary" | "extra">): string {
  // What describes the call was no part of facts that older builds hashed; its fields are extra ones.
  const { sentCost: _prices, sentUsageNs: _exact, ...billed } = splitDescription(primary).facts;
  const facts = canonicalJson({ ...billed } as unknown as JsonObject);
  return hash("sha256", `{"extra":${fieldsJson(extra)},"facts":${facts}}`);
}

/** Fields as canonical JSON. */
function fieldsJson(fields: JsonObject): string {
  return membersJson(fields, fieldJson);
}

/** A field as canonical JSON, a number as a text. */
function fieldJson(value: Json): string {
  return typeof value === "number" ? `"${value}"` : canonicalJson(value);
}

/** Text in which JSON escapes nothing: it is quoted as it is, which is faster. */
const PLAIN = /^[ !#-[\]-\ud7ff\ue000-\uffff]*$/;

/** Members sorted by name at every level, no blanks. */
function canonicalJson(value: Json): string {
  if (typeof value === "string") {
    return quoted(value);
  }
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) {
    return `[${value.map(canonicalJson).join(",")}]`;
  }
  return membersJson(value, canonicalJson);
}

function membersJson(fields: JsonObject, textOf: (value: Json) => string): string {
  const { names, heads, places } = orderOf(Object.keys(fields));
  let members = "";
  for (const [at, place] of places.entries()) {
    const value = fields[names[place] as string] ?? null;
    members += `${at === 0 ? "" : ","}${heads[place]}${textOf(value)}`;
  }
  return `{${members}}`;
}

/** Names as they came, each as it begins its member, and their places sorted by name. */
interface NameOrder {
  names: string[];
  heads: string[];
  places: number[];
}

/** The last ones, by how many they were: records of one sender have the same again and again. */
const orders = new Map<number, NameOrder>();
/** What is kept of them, whatever is sent. */
const MOST_ORDERS = 16;
const MOST_NAMES = 512;

function orderOf(names: string[]): NameOrder {
  const { length } = names;
  const known = orders.get(length);
  if (known?.names.every((name, index) => name === names[index])) return known;
  const heads = names.map((name) => `${quoted(name)}:`);
  const places = [...names.keys()].sort((left, right) =>
    (names[left] as string) < (names[right] as string) ? -1 : 1,
  );
  const order = { names, heads, places };
  if (length <= MOST_NAMES) {
    if (known === undefined && orders.size >= MOST_ORDERS) orders.clear();
    orders.set(length, order);
  }
  return order;
}

function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
