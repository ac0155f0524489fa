// The members of `variables` as they stand in the text of a document: a switch writes hundreds, each as
// JSON.stringify would, so that nothing has to count them or quote them again.
import { stringEnd } from "../lines/json-string.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const VARIABLES = '"variables":';

export interface VariableTexts {
  /** The places of the brace that opens them, and after the one that closes them. */
  from: number;
  to: number;
  /** `"name":"value"` of each member in the order of the text; null for a value with an escape. */
  texts: (string | null)[];
}

/**
 * Null where one of them may stand otherwise than JSON.parse and JSON.stringify would have it: blanks between, a
 * value that is no string, an escape in a name, a name that begins with a digit, since numbers come before all
 * others. The text need not be JSON: whether it is says JSON.parse of each of its two parts.
 */
export function variableTexts(text: string): VariableTexts | null {
  const start = variablesAt(text);
  if (start === null) return null;
  const texts: (string | null)[] = [];
  let nextEscape = text.indexOf("\\", start);
  let at = start;
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = text.indexOf('"', at + 1);
    if (nextEscape >= 0 && nextEscape < at) nextEscape = text.indexOf("\\", at);
    const isInName = nextEscape >= 0 && nextEscape < nameEnd;
    const value = nameEnd + 2;
    if (isInName || isDigit(text.charCodeAt(at + 1))) return null;
    if (text.charCodeAt(nameEnd + 1) !== COLON || text.charCodeAt(value) !== QUOTE) return null;
    const end = stringEnd(text, value);
    texts.push(nextEscape >= 0 && nextEscape < end ? null : text.slice(at, end));
    const sign = text.charCodeAt(end);
    if (sign === CLOSE) return { from: start - 1, to: end + 1, texts };
    if (sign !== COMMA) return null;
    at = end + 1;
  }
  return null;
}

/** The place behind the brace of the member `variables`; null where none is found in its usual spelling. */
function variablesAt(text: string): number | null {
  let at = 1;
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = text.indexOf('"', at + 1);
    const value = nameEnd + 2;
    // A quote that is escaped ends no name.
    if (text.charCodeAt(nameEnd - 1) === BACKSLASH || text.charCodeAt(nameEnd + 1) !== COLON) break;
    if (text.startsWith(VARIABLES, at)) return text.charCodeAt(value) === OPEN ? value + 1 : null;
    const end = text.charCodeAt(value) === QUOTE ? stringEnd(text, value) : valueEnd(text, value);
    if (text.charCodeAt(end) !== COMMA) break;
    at = end + 1;
  }
  return null;
}

/** The place after a value that is no string. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = stringEnd(text, at);
      continue;
    }
    if (code === OPEN || code === 0x5b) depth += 1;
    else if (code === CLOSE || code === 0x5d) {
      if (depth === 0) return at;
      depth -= 1;
      if (depth === 0) return at + 1;
    } else if (code === COMMA && depth === 0) return at;
    at += 1;
  }
  return text.length;
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}
