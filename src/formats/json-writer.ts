// JSON text of a value however deep it is nested: JSON.stringify runs out of stack at some thousand
// levels, and what is too deep must still be kept as it came.
import type { Json } from "../cdr/json.ts";

/** Levels that JSON.stringify is trusted with. */
const SHALLOW = 100;

/** The text that JSON.stringify would give, had it no end of its stack. */
export function jsonText(value: Json): string {
  return isDeeperThan(value, SHALLOW) ? writeDeep(value) : JSON.stringify(value);
}

/** Whether arrays and objects are nested in each other over `limit` times. */
function isDeeperThan(value: unknown, limit: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; depth <= limit; depth += 1) {
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null ? Object.values(one).filter(isNested) : [],
    );
    if (level.length === 0) return false;
  }
  return true;
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** Text to be written as it is, or a value still to be written. */
type Pending = { text: string } | { value: Json };

function writeDeep(value: Json): string {
  const parts: string[] = [];
  const pending: Pending[] = [{ value }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if ("text" in next) parts.push(next.text);
    else if (typeof next.value !== "object" || next.value === null) {
      parts.push(JSON.stringify(next.value));
    } else pending.push(...piecesOf(next.value).reverse());
  }
  return parts.join("");
}

function piecesOf(value: Json[] | { [name: string]: Json }): Pending[] {
  const isList = Array.isArray(value);
  const pieces: Pending[] = [{ text: isList ? "[" : "{" }];
  const members: [string, Json][] = Object.entries(value);
  for (const [index, [name, member]] of members.entries()) {
    const comma = index === 0 ? "" : ",";
    pieces.push({ text: isList ? comma : `${comma}${JSON.stringify(name)}:` }, { value: member });
  }
  pieces.push({ text: isList ? "]" : "}" });
  return pieces;
}
