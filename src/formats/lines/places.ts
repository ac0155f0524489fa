// Where in the text of a record a field stands, for whoever looks for what was refused.
import type { CellPlace } from "../../tables/quoted-cells.ts";
import { stringEnd } from "./json-string.ts";

/** Line and column, from 1, of an index in a text. */
export function placeAt(text: string, index: number): CellPlace {
  let line = 1;
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0 && end < index; end = text.indexOf("\n", start)) {
    line += 1;
    start = end + 1;
  }
  return { line, column: index - start + 1 };
}

/** Of a member of an outermost object of JSON, by its name in lower case. */
export function memberPlace(text: string, name: string): CellPlace | null {
  let depth = 0;
  for (let at = 0; at < text.length; ) {
    const sign = text[at];
    if (sign === '"') {
      const end = stringEnd(text, at);
      const isMember = depth === 1 && /^\s*:/.test(text.slice(end, end + 100));
      if (isMember && text.slice(at + 1, end - 1).toLowerCase() === name) return placeAt(text, at);
      at = end;
      continue;
    }
    if (sign === "{" || sign === "[") depth += 1;
    else if (sign === "}" || sign === "]") depth -= 1;
    at += 1;
  }
  return null;
}

/** Of an element of XML, by its name in lower case. */
export function elementPlace(text: string, name: string): CellPlace | null {
  const lower = text.toLowerCase();
  for (let at = lower.indexOf(`<${name}`); at >= 0; at = lower.indexOf(`<${name}`, at + 1)) {
    if (/^[\s/>]/.test(lower[at + name.length + 1] ?? "")) return placeAt(text, at);
  }
  return null;
}

/** Of values of one line, in their order, the one of a column; names in any case. */
export function valuePlace(
  line: string,
  values: readonly string[],
  index: number,
): CellPlace | null {
  let at = 0;
  for (const [own, value] of values.entries()) {
    const found = line.indexOf(value, at);
    if (own === index) return { line: 1, column: Math.max(found, at) + 1 };
    if (found >= 0) at = found + value.length;
  }
  return null;
}
