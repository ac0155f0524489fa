// Strict JSON reading that loses nothing: repeated members are gathered in an array in their
// order, integers beyond 2^53 stay as text, nesting and the number of values are bounded before
// anything is built.
import type { Json } from "../cdr/json.ts";
import type { Reason } from "../cdr/reasons.ts";
import type { CellPlace } from "../tables/quoted-cells.ts";
import { boundedWarnings, FORMAT_LIMITS, shownName } from "./limits.ts";
import { jsonFaultAt } from "./lines/json-fault.ts";
import { stringEnd } from "./lines/json-string.ts";
import { placeAt } from "./lines/places.ts";

export type JsonResult =
  | { ok: true; value: Json; warnings: string[] }
  | { ok: false; reason: Reason; detail: string; at?: CellPlace };

interface JsonLimits {
  /** Deepest nesting that is read; it is walked by recursion, so keep it small. */
  nesting: number;
  /** Members and items at all levels together. */
  values: number;
}

const RECORD_LIMITS: JsonLimits = {
  nesting: FORMAT_LIMITS.nesting,
  values: FORMAT_LIMITS.documentValues,
};

/** Within the limits of a record, where no others are given. */
export function readJson(text: string, limits: JsonLimits = RECORD_LIMITS): JsonResult {
  const size = sizeOf(text, limits);
  if (size.nesting > limits.nesting) {
    const detail = `Nesting is deeper than ${limits.nesting}.`;
    return { ok: false, reason: "over-limit", detail };
  }
  if (size.values > limits.values) {
    const detail = `The document has over ${limits.values} members and items.`;
    return { ok: false, reason: "over-limit", detail };
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const at = placeAt(text, jsonFaultAt(text));
    return { ok: false, reason: "broken-json", detail: String(cause), at };
  }
  // As many members as names in the text: none was repeated. Then only a long number may have lost digits,
  // which it has not where the text comes back as it was.
  const isPlain = !size.hasLongNumber && membersOf(value) === size.names;
  if (isPlain || JSON.stringify(value) === text) {
    return { ok: true, value, warnings: [] };
  }
  const walk: Walk = { text, at: 0, warnings: [] };
  return { ok: true, value: walkValue(walk), warnings: boundedWarnings(walk.warnings) };
}

const CONTROL = /\p{Cc}/gu;

/**
 * JSON whose strings hold raw control characters, which switches write now and then: they end no
 * value, so the text has one meaning only. The text with each of them escaped; null where there is
 * none, or more than a record may have.
 */
export function escapeControls(text: string): string | null {
  const parts: string[] = [];
  let copied = 0;
  let count = 0;
  for (let quote = text.indexOf('"'); quote >= 0; ) {
    const end = stringEnd(text, quote);
    const string = text.slice(quote, end);
    const found = controlsIn(string, FORMAT_LIMITS.escapes - count);
    count += found;
    if (count > FORMAT_LIMITS.escapes) return null;
    if (found > 0) {
      parts.push(text.slice(copied, quote), string.replace(/(\\.)|\p{Cc}/gsu, escaped));
      copied = end;
    }
    quote = text.indexOf('"', end);
  }
  return parts.length === 0 ? null : parts.join("") + text.slice(copied);
}

/** Counted up to one more than `most`. */
function controlsIn(text: string, most: number): number {
  let count = 0;
  CONTROL.lastIndex = 0;
  while (count <= most && CONTROL.test(text)) count += 1;
  return count;
}

/** A backslash before a control character is no escape of JSON: both stay as they are. */
function escaped(sent: string, pair?: string): string {
  return pair === undefined ? `\\u${sent.charCodeAt(0).toString(16).padStart(4, "0")}` : sent;
}

/** Deepest level of brackets outside of strings. */
export function nestingOf(text: string): number {
  return sizeOf(text, { nesting: Number.POSITIVE_INFINITY, values: Number.POSITIVE_INFINITY })
    .nesting;
}

interface JsonSize extends JsonLimits {
  /** Of members, at all levels together. */
  names: number;
  /** A number is so long that it may be more than a double has. */
  hasLongNumber: boolean;
}

/** Signs of a number that a double has every digit of; with an exponent fewer can be too many. */
const SAFE_SIGNS = 15;
const NUMBER = /[0-9.eE+-]+/y;

/** The place after the number at a place, and whether it may be more than a double has. */
function numberAt(text: string, start: number): { end: number; isLong: boolean } {
  NUMBER.lastIndex = start;
  const [number = ""] = NUMBER.exec(text) ?? [];
  return { end: start + number.length, isLong: number.length > SAFE_SIGNS || /e/i.test(number) };
}

/** Members at all levels together, of a value no deeper than its limit. */
function membersOf(value: Json): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + membersOf(item), 0);
  let count = 0;
  for (const name of Object.keys(value)) {
    const member = value[name];
    count += typeof member === "object" && member !== null ? 1 + membersOf(member) : 1;
  }
  return count;
}

/**
 * By brackets, commas and colons outside of strings; not counted on when one is over its limit. Numbers
 * are looked at for those that may be too long.
 */
function sizeOf(text: string, most: JsonLimits): JsonSize {
  const size: JsonSize = { nesting: 0, values: 0, names: 0, hasLongNumber: false };
  let depth = 0;
  let at = 0;
  while (at < text.length && size.nesting <= most.nesting && size.values <= most.values) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at);
      continue;
    }
    if (code >= 0x30 && code <= 0x39) {
      const { end, isLong } = numberAt(text, at);
      size.hasLongNumber ||= isLong;
      at = end;
      continue;
    }
    if (code === 0x3a) {
      size.names += 1;
    } else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      size.values += 1;
      if (depth > size.nesting) size.nesting = depth;
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    } else if (code === 0x2c) {
      size.values += 1;
    }
    at += 1;
  }
  return size;
}

/** A place in a text that JSON.parse accepted, so that no syntax has to be checked again. */
interface Walk {
  text: string;
  at: number;
  warnings: string[];
}

const BLANK = /[ \t\r\n]*/y;
const SCALAR = /[^\s,\]}]+/y;

function skipBlank(walk: Walk): void {
  BLANK.lastIndex = walk.at;
  BLANK.test(walk.text);
  walk.at = BLANK.lastIndex;
}

function walkValue(walk: Walk): Json {
  skipBlank(walk);
  const first = walk.text[walk.at];
  if (first === "{") {
    return walkObject(walk);
  }
  if (first === "[") {
    return walkArray(walk);
  }
  return first === '"' ? walkString(walk) : walkScalar(walk);
}

function walkObject(walk: Walk): Json {
  const members = new Map<string, Json[]>();
  while (walk.text[walk.at] !== "}") {
    walk.at += 1;
    skipBlank(walk);
    if (walk.text[walk.at] === "}") {
      break;
    }
    const name = walkString(walk);
    skipBlank(walk);
    walk.at += 1;
    const values = members.get(name) ?? [];
    values.push(walkValue(walk));
    members.set(name, values);
    skipBlank(walk);
  }
  walk.at += 1;
  const entries = [...members].map(([name, values]): [string, Json] => {
    const [first] = values;
    if (values.length === 1 && first !== undefined) {
      return [name, first];
    }
    walk.warnings.push(
      `The member ${shownName(name)} is repeated; all ${values.length} values are kept.`,
    );
    return [name, values];
  });
  return Object.fromEntries(entries);
}

function walkArray(walk: Walk): Json {
  const items: Json[] = [];
  while (walk.text[walk.at] !== "]") {
    walk.at += 1;
    skipBlank(walk);
    if (walk.text[walk.at] === "]") {
      break;
    }
    items.push(walkValue(walk));
    skipBlank(walk);
  }
  walk.at += 1;
  return items;
}

function walkString(walk: Walk): string {
  const start = walk.at;
  walk.at = stringEnd(walk.text, start);
  return JSON.parse(walk.text.slice(start, walk.at));
}

function walkScalar(walk: Walk): Json {
  SCALAR.lastIndex = walk.at;
  const literal = SCALAR.exec(walk.text)?.[0] ?? "null";
  walk.at += literal.length;
  const value: Json = JSON.parse(literal);
  if (typeof value === "number" && /^-?\d+$/.test(literal) && !Number.isSafeInteger(value)) {
    walk.warnings.push(`The integer ${shownName(literal)} is beyond 2^53; it is kept as text.`);
    return literal;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    walk.warnings.push(
      `The number ${shownName(literal)} is beyond every double; it is kept as text.`,
    );
    return literal;
  }
  return value;
}
