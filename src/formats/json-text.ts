// Strict JSON reading that loses nothing: repeated members are gathered in an array in their
// order, integers beyond 2^53 stay as text, nesting is bounded.
import type { Json } from "../cdr/json.ts";
import type { Reason } from "../cdr/reasons.ts";

/** Deepest nesting of arrays and objects that is read; a switch's document has about 8 levels. */
const MAX_NESTING = 32;

type JsonResult =
  | { ok: true; value: Json; warnings: string[] }
  | { ok: false; reason: Reason; detail: string };

/** `nesting` is the deepest one that is read; it is walked by recursion, so keep it small. */
export function readJson(text: string, nesting = MAX_NESTING): JsonResult {
  if (nestingOf(text) > nesting) {
    return { ok: false, reason: "over-limit", detail: `Nesting is deeper than ${nesting}.` };
  }
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return { ok: false, reason: "broken-json", detail: String(cause) };
  }
  // Text that JSON.stringify gives back unchanged had no repeated member and no unsafe number.
  if (JSON.stringify(value) === text) {
    return { ok: true, value, warnings: [] };
  }
  const walk: Walk = { text, at: 0, warnings: [] };
  return { ok: true, value: walkValue(walk), warnings: walk.warnings };
}

/** Deepest level of brackets outside of strings. */
export function nestingOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 0x22) {
      at = stringEnd(text, at);
      continue;
    }
    if (code === 0x7b || code === 0x5b) {
      depth += 1;
      deepest = Math.max(deepest, depth);
    } else if (code === 0x7d || code === 0x5d) {
      depth -= 1;
    }
    at += 1;
  }
  return deepest;
}

/** The place after the string that starts at a quote; the end of the text when it is open. */
function stringEnd(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const quote = text.indexOf('"', at);
    if (quote < 0) {
      return text.length;
    }
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === 0x5c) {
      backslashes += 1;
    }
    if (backslashes % 2 === 0) {
      return quote + 1;
    }
    at = quote + 1;
  }
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
    walk.warnings.push(`The member ${name} is repeated; all ${values.length} values are kept.`);
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
    walk.warnings.push(`The integer ${literal} is beyond 2^53; it is kept as text.`);
    return literal;
  }
  if (typeof value === "number" && !Number.isFinite(value)) {
    walk.warnings.push(`The number ${literal} is beyond every double; it is kept as text.`);
    return literal;
  }
  return value;
}
