// Where a text stops being JSON: what the machine says of it names no place, or not always.
import { stringEnd } from "./json-string.ts";

interface Walk {
  text: string;
  at: number;
}

/**
 * Index of the value, the name or the sign that is not as JSON is written; the length of the text where
 * it ends too soon. Of a text that is JSON the same. It recurses as deep as the text does.
 */
export function jsonFaultAt(text: string): number {
  const walk = { text, at: 0 };
  if (passValue(walk)) skipBlank(walk);
  return walk.at;
}

/** False: `at` is where it is wrong. */
function passValue(walk: Walk): boolean {
  skipBlank(walk);
  const sign = walk.text[walk.at];
  if (sign === "{") return passAll(walk, "}", passMember);
  return sign === "[" ? passAll(walk, "]", passValue) : passScalar(walk);
}

function passMember(walk: Walk): boolean {
  skipBlank(walk);
  const isNamed = walk.text[walk.at] === '"';
  return isNamed && passScalar(walk) && takes(walk, ":") && passValue(walk);
}

function passAll(walk: Walk, close: string, passOne: (walk: Walk) => boolean): boolean {
  walk.at += 1;
  if (takes(walk, close)) return true;
  do {
    if (!passOne(walk)) return false;
  } while (takes(walk, ","));
  return takes(walk, close);
}

function passScalar(walk: Walk): boolean {
  const { text, at } = walk;
  const end = text[at] === '"' ? stringEnd(text, at) : wordEnd(text, at);
  if (!isJson(text.slice(at, end))) return false;
  walk.at = end;
  return true;
}

function takes(walk: Walk, sign: string): boolean {
  skipBlank(walk);
  if (walk.text[walk.at] !== sign) return false;
  walk.at += 1;
  return true;
}

const BLANK = /[ \t\r\n]*/y;
const WORD = /[^\s,:{}[\]"]*/y;

function skipBlank(walk: Walk): void {
  walk.at = endOf(BLANK, walk.text, walk.at);
}

function wordEnd(text: string, at: number): number {
  return endOf(WORD, text, at);
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (cause) {
    if (cause instanceof SyntaxError) return false;
    throw cause;
  }
}
