// Reads what is certain of a broken JSON document, for a retry with corrected fields: members whose
// value is whole. What is cut, escaped wrongly or holds a quote of its own is left out and named.
import type { Json, JsonObject } from "../cdr/json.ts";
import { FORMAT_LIMITS, shownName } from "./limits.ts";
import { stringEnd } from "./lines/json-string.ts";

export interface Salvage {
  value: JsonObject;
  /** Paths of members that could not be read, the first few. */
  unread: string[];
}

interface Walk {
  text: string;
  at: number;
  values: number;
  unread: string[];
}

/** Null where the text is no object at all. */
export function salvageJson(text: string): Salvage | null {
  const walk: Walk = { text, at: 0, values: 0, unread: [] };
  skipBlank(walk);
  if (text[walk.at] !== "{") return null;
  const value = salvageObject(walk, "", 1);
  return { value, unread: walk.unread };
}

const BLANK = /\s*/y;
const SCALAR = /[^\s,\]}"]+/y;
/** What follows a value that is whole. */
const AFTER_VALUE = /\s*(?:,\s*["{[\d-]|,\s*(?:true|false|null)|[}\]]|$)/y;
const MEMBER = /,\s*"[^"\\]{1,256}"\s*:/y;
const END = /[}\]]\s*(?:[,}\]]|$)/y;
const SEPARATORS = /[,}\]]/g;

function isAt(pattern: RegExp, { text }: Walk, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function skipBlank(walk: Walk): void {
  BLANK.lastIndex = walk.at;
  BLANK.test(walk.text);
  walk.at = BLANK.lastIndex;
}

/** The JSON value of a string at the place, and the place after it. */
function takeString(walk: Walk): Json | undefined {
  const start = walk.at;
  walk.at = stringEnd(walk.text, start);
  return parsed(walk.text.slice(start, walk.at));
}

function takeScalar(walk: Walk): Json | undefined {
  SCALAR.lastIndex = walk.at;
  const literal = SCALAR.exec(walk.text)?.[0] ?? "";
  walk.at += literal.length;
  return parsed(literal);
}

/** Where the next member begins or the object ends, from a place on; the end of the text else. */
function nextMember(walk: Walk, from: number): number {
  SEPARATORS.lastIndex = from;
  for (let found = SEPARATORS.exec(walk.text); found; found = SEPARATORS.exec(walk.text)) {
    if (isAt(found[0] === "," ? MEMBER : END, walk, found.index)) return found.index;
  }
  return walk.text.length;
}

/** A name that comes twice may have come out of another's value: neither is certain. */
function salvageObject(walk: Walk, path: string, depth: number): JsonObject {
  const entries = new Map<string, Json>();
  const twice = new Set<string>();
  walk.at += 1;
  while (!isOver(walk)) {
    const name = takeName(walk);
    const member = joined(path, name ?? "");
    const value = name === undefined ? undefined : salvageValue(walk, member, depth);
    if (name !== undefined && entries.has(name)) twice.add(name);
    if (name !== undefined && value !== undefined) entries.set(name, value);
    else skipBroken(walk, member);
  }
  for (const name of twice) {
    entries.delete(name);
    note(walk, joined(path, name));
  }
  return Object.fromEntries(entries);
}

/** Passes over blanks, commas and the closing bracket; true after that, and at the end. */
function isOver(walk: Walk): boolean {
  for (;;) {
    skipBlank(walk);
    const sign = walk.text[walk.at];
    if (sign === undefined) return true;
    if (sign !== "," && sign !== "}" && sign !== "]") return false;
    walk.at += 1;
    if (sign !== ",") return true;
  }
}

/** The name of a member, with its colon; undefined where there is none. */
function takeName(walk: Walk): string | undefined {
  const name = walk.text[walk.at] === '"' ? takeString(walk) : undefined;
  skipBlank(walk);
  if (typeof name !== "string" || walk.text[walk.at] !== ":") return undefined;
  walk.at += 1;
  return name;
}

function joined(path: string, name: string): string {
  return path === "" || name === "" ? path + name : `${path}.${name}`;
}

function note({ unread }: Walk, path: string): void {
  if (unread.length < FORMAT_LIMITS.warnings) unread.push(shownName(path));
}

/** Notes what is left out and goes on at the next member. */
function skipBroken(walk: Walk, path: string): void {
  note(walk, path);
  walk.at = nextMember(walk, walk.at);
}

function salvageValue(walk: Walk, path: string, depth: number): Json | undefined {
  skipBlank(walk);
  walk.values += 1;
  if (depth >= FORMAT_LIMITS.nesting || walk.values > FORMAT_LIMITS.documentValues)
    return undefined;
  const sign = walk.text[walk.at];
  if (sign === "{") return salvageObject(walk, path, depth + 1);
  if (sign === "[") return salvageArray(walk, path, depth + 1);
  const value = sign === '"' ? takeString(walk) : takeScalar(walk);
  return value !== undefined && isAt(AFTER_VALUE, walk, walk.at) ? value : undefined;
}

/** An array of which an item cannot be read ends there. */
function salvageArray(walk: Walk, path: string, depth: number): Json[] {
  const items: Json[] = [];
  walk.at += 1;
  while (!isOver(walk)) {
    const item = salvageValue(walk, path, depth);
    if (item === undefined) {
      skipBroken(walk, `${path}[${items.length}]`);
      return items;
    }
    items.push(item);
  }
  return items;
}

function parsed(text: string | null): Json | undefined {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not certain: the member is left out and named.
    return undefined;
  }
}
