// JSON as Go's decoder sees it: numbers as they are written, members in their order with repeats, and
// where each value stands in the text.

export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export interface Member {
  name: string;
  value: JsonTree;
  /** Where its value begins and ends in the text. */
  from: number;
  to: number;
}

export class JsonMembers {
  readonly members: readonly Member[];
  constructor(members: readonly Member[]) {
    this.members = members;
  }
}

export type JsonTree = string | boolean | null | JsonNumber | JsonTree[] | JsonMembers;

/** Arrays and objects in each other: they are walked by recursion. */
const MOST_NESTING = 100;

const BLANK = /[ \t\r\n]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
/** Up to the closing quote. */
const STRING = /"(?:[^"\\]|\\.)*"/sy;

/** The text is no JSON from here on. */
class BrokenJson extends Error {}

export interface ReadValue {
  value: JsonTree;
  /** Where it begins and ends. */
  from: number;
  to: number;
}

/** The value that begins at `at`, after blanks; null: there is none, or it is broken. */
export function readValue(text: string, at: number): ReadValue | null {
  const from = afterBlanks(text, at);
  if (from >= text.length) return null;
  const walk: Walk = { text, at: from };
  try {
    const value = valueAt(walk, 0);
    return { value, from, to: walk.at };
  } catch (error) {
    if (error instanceof BrokenJson) return null;
    throw error;
  }
}

interface Walk {
  readonly text: string;
  at: number;
}

function afterBlanks(text: string, at: number): number {
  BLANK.lastIndex = at;
  BLANK.test(text);
  return BLANK.lastIndex;
}

function valueAt(walk: Walk, depth: number): JsonTree {
  if (depth > MOST_NESTING) throw new BrokenJson();
  switch (walk.text[walk.at]) {
    case "{":
      return new JsonMembers(membersAt(walk, depth));
    case "[":
      return elementsAt(walk, depth);
    case '"':
      return stringAt(walk);
    case "t":
    case "f":
    case "n":
      return JSON.parse(matched(walk, WORD)) as boolean | null;
    default:
      return new JsonNumber(matched(walk, NUMBER));
  }
}

function matched(walk: Walk, pattern: RegExp): string {
  pattern.lastIndex = walk.at;
  const found = pattern.exec(walk.text)?.[0];
  if (found === undefined) throw new BrokenJson();
  walk.at += found.length;
  return found;
}

function stringAt(walk: Walk): string {
  const written = matched(walk, STRING);
  try {
    return JSON.parse(written) as string;
  } catch {
    // A control character, or an escape that there is not.
    throw new BrokenJson();
  }
}

function membersAt(walk: Walk, depth: number): Member[] {
  const members: Member[] = [];
  eachUntil(walk, "}", () => {
    if (walk.text[walk.at] !== '"') throw new BrokenJson();
    const name = stringAt(walk);
    walk.at = afterBlanks(walk.text, walk.at);
    if (walk.text[walk.at] !== ":") throw new BrokenJson();
    walk.at = afterBlanks(walk.text, walk.at + 1);
    const from = walk.at;
    const value = valueAt(walk, depth + 1);
    members.push({ name, value, from, to: walk.at });
  });
  return members;
}

function elementsAt(walk: Walk, depth: number): JsonTree[] {
  const elements: JsonTree[] = [];
  eachUntil(walk, "]", () => elements.push(valueAt(walk, depth + 1)));
  return elements;
}

/** From the opening sign to behind the closing one, with a comma between each two. */
function eachUntil(walk: Walk, close: string, read: () => void): void {
  const { text } = walk;
  walk.at = afterBlanks(text, walk.at + 1);
  if (text[walk.at] === close) {
    walk.at += 1;
    return;
  }
  for (;;) {
    read();
    walk.at = afterBlanks(text, walk.at);
    const sign = text[walk.at];
    walk.at += 1;
    if (sign === close) return;
    if (sign !== ",") throw new BrokenJson();
    walk.at = afterBlanks(text, walk.at);
  }
}
