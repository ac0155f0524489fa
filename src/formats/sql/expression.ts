// The small language in which a map says what a field is made of: columns, constants and functions of
// a closed table. `first(accountcode, concat(src, '@', domain))`; a name that is no word stands in
// backquotes, a constant in quotes that are doubled inside.
import { patternFault } from "../pattern.ts";
import { type ExpressionFunction, FUNCTIONS } from "./functions.ts";

/** The value of an expression for one row. */
export interface Value {
  text: string;
  /** The column that it is, in lower case, where nothing was made of its value. */
  column?: string;
}

/** Columns by their names in lower case. */
export type Expression = (columns: ReadonlyMap<string, string>) => Value;

export type CompiledExpression =
  | { ok: true; run: Expression; columns: readonly string[] }
  | { ok: false; detail: string };

const LONGEST = 1000;
const MOST_PARTS = 100;
const DEEPEST = 10;
const TOKEN =
  /\s*(?:([A-Za-z_][\w$]*)|`([^`]+)`|'((?:[^']|'')*)'|(\d{1,30}(?:\.\d{1,20})?)|([(),]))/y;

type Token =
  | { kind: "name" | "column" | "constant"; text: string; at: number }
  | { kind: "sign"; text: string; at: number };

/** What the text means; `detail` says what is wrong with it, and where. */
export function compileExpression(text: string): CompiledExpression {
  if (text.length > LONGEST) return { ok: false, detail: `it has over ${LONGEST} characters` };
  const reading: Reading = { tokens: [], at: 0, columns: new Set() };
  try {
    reading.tokens = tokensOf(text);
    const run = readOne(reading, 0);
    const next = reading.tokens[reading.at];
    if (next !== undefined)
      throw new Fault(`\`${next.text}\` at character ${next.at + 1} follows its end`);
    return { ok: true, run, columns: [...reading.columns] };
  } catch (cause) {
    if (cause instanceof Fault) return { ok: false, detail: cause.message };
    throw cause;
  }
}

/** Of a map that is a part of this program. */
export function mustCompile(text: string): Expression {
  const compiled = compileExpression(text);
  if (!compiled.ok) throw new Error(`${text}: ${compiled.detail}`);
  return compiled.run;
}

class Fault extends Error {}

interface Reading {
  tokens: Token[];
  at: number;
  columns: Set<string>;
}

function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  const end = text.trimEnd().length;
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) throw new Fault(`it cannot be read from character ${from + 1} on`);
    const [, name, column, constant, number, sign] = found;
    const at = from;
    if (name !== undefined) tokens.push({ kind: "name", text: name, at });
    else if (column !== undefined) tokens.push({ kind: "column", text: column, at });
    else if (sign !== undefined) tokens.push({ kind: "sign", text: sign, at });
    else
      tokens.push({ kind: "constant", text: constant?.replaceAll("''", "'") ?? number ?? "", at });
    if (tokens.length > MOST_PARTS) throw new Fault(`it has over ${MOST_PARTS} parts`);
  }
  return tokens;
}

function readOne(reading: Reading, depth: number): Expression {
  if (depth > DEEPEST) throw new Fault(`it is nested deeper than ${DEEPEST}`);
  const token = reading.tokens[reading.at];
  if (token === undefined) throw new Fault("it ends too early");
  reading.at += 1;
  if (token.kind === "constant") {
    const value: Value = { text: token.text };
    return () => value;
  }
  if (token.kind === "sign")
    throw new Fault(`\`${token.text}\` at character ${token.at + 1} is no value`);
  const isCall = token.kind === "name" && reading.tokens[reading.at]?.text === "(";
  if (isCall) return readCall(reading, token, depth);
  const column = token.text.toLowerCase();
  reading.columns.add(column);
  return (columns) => ({ text: columns.get(column) ?? "", column });
}

function readCall(reading: Reading, { text: name }: Token, depth: number): Expression {
  const found = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
  if (found === undefined) {
    throw new Fault(`there is no function ${name}; there are ${Object.keys(FUNCTIONS).join(", ")}`);
  }
  const args: Expression[] = [];
  const firstTokens: (Token | undefined)[] = [];
  do {
    reading.at += 1;
    firstTokens.push(reading.tokens[reading.at]);
    args.push(readOne(reading, depth + 1));
  } while (isSign(reading, ","));
  if (!isSign(reading, ")")) throw new Fault(`${name}( is not closed`);
  reading.at += 1;
  requireArguments(name, found, args.length);
  if (found.pattern !== undefined) requirePattern(name, firstTokens[found.pattern]);
  return name === "first" ? firstOf(args) : callOf(found, args);
}

function isSign({ tokens, at }: Reading, sign: string): boolean {
  const token = tokens[at];
  return token?.kind === "sign" && token.text === sign;
}

function requireArguments(name: string, { fewest, most }: ExpressionFunction, count: number): void {
  if (count >= fewest && count <= most) return;
  const wanted = fewest === most ? String(fewest) : `${fewest} to ${most}`;
  throw new Fault(`${name} takes ${wanted} arguments, not ${count}`);
}

function requirePattern(name: string, token: Token | undefined): void {
  if (token?.kind !== "constant") throw new Fault(`the pattern of ${name} is no constant`);
  const fault = patternFault(token.text);
  if (fault !== null) throw new Fault(`the pattern of ${name} may not be used: ${fault}`);
}

/** It keeps which column it chose. */
function firstOf(args: readonly Expression[]): Expression {
  return (columns) => {
    let last: Value = { text: "" };
    for (const arg of args) {
      last = arg(columns);
      if (last.text !== "") return last;
    }
    return { text: "" };
  };
}

function callOf(found: ExpressionFunction, args: readonly Expression[]): Expression {
  return (columns) => ({ text: found.run(args.map((arg) => arg(columns).text)) });
}
