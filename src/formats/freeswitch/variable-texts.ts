// The members of `variables` as they stand in the text of a document: a switch writes hundreds, each as
// JSON.stringify would, so that neither the hash nor the store has to quote them again.
import { stringEnd } from "../lines/json-string.ts";

const QUOTE = 0x22;
const COLON = 0x3a;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const VARIABLES = '"variables":';

/**
 * `"name":"value"` of each member in the order of the text; null for a value that is no string or has an
 * escape. Empty where any of them may stand otherwise than JSON.parse and JSON.stringify would have it: blanks
 * between, an escape in a name, a name that begins with a digit, since a number comes before all others.
 * The text is one that JSON.parse accepted, in which no name is repeated and no surrogate stands alone.
 */
export function variableTexts(text: string): (string | null)[] {
  const start = variablesAt(text);
  const texts: (string | null)[] = [];
  let nextEscape = text.indexOf("\\", start);
  let at = start;
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = text.indexOf('"', at + 1);
    if (nextEscape >= 0 && nextEscape < at) nextEscape = text.indexOf("\\", at);
    const isInName = nextEscape >= 0 && nextEscape < nameEnd;
    if (isInName || isDigit(text.charCodeAt(at + 1)) || text.charCodeAt(nameEnd + 1) !== COLON) {
      return [];
    }
    const value = nameEnd + 2;
    const isString = text.charCodeAt(value) === QUOTE;
    const end = isString ? stringEnd(text, value) : valueEnd(text, value);
    texts.push(isString && !(nextEscape >= 0 && nextEscape < end) ? text.slice(at, end) : null);
    const sign = text.charCodeAt(end);
    if (sign === CLOSE) return texts;
    if (sign !== COMMA) return [];
    at = end + 1;
  }
  return [];
}

/** The place behind the brace of the member `variables`; the end of the text where it is not found. */
function variablesAt(text: string): number {
  let at = 1;
  while (text.charCodeAt(at) === QUOTE) {
    const nameEnd = text.indexOf('"', at + 1);
    const value = nameEnd + 2;
    // A quote that is escaped ends no name.
    if (text.charCodeAt(nameEnd - 1) === BACKSLASH || text.charCodeAt(nameEnd + 1) !== COLON) break;
    if (text.startsWith(VARIABLES, at)) {
      return text.charCodeAt(value) === OPEN ? value + 1 : text.length;
    }
    const end = text.charCodeAt(value) === QUOTE ? stringEnd(text, value) : valueEnd(text, value);
    if (text.charCodeAt(end) !== COMMA) break;
    at = end + 1;
  }
  return text.length;
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
