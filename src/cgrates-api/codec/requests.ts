// The requests of a text: one JSON object after the other, as Go's `net/rpc/jsonrpc` reads them.
import { JsonMembers, type JsonTree, readValue } from "./json-tree.ts";

export interface GoRequest {
  method: string;
  /** Undefined: there is none. */
  params: JsonTree | undefined;
  /** JSON text to answer with, as it was written. */
  id: string;
}

/** The method of the first request is named with a capital letter: whatever else it is, it is Go's. */
const CAPITAL = /^\s*(?:\[\s*)?\{[^{}[\]]*?"method"\s*:\s*"([^"\\]*)"/i;

/**
 * Whether a body is for this codec: its first request names a `Service.Method` with a capital letter,
 * before any member that holds others or behind them.
 */
export function isGoRequest(body: string): boolean {
  const near = CAPITAL.exec(body)?.[1];
  const named = near ?? farMethod(body);
  return named !== undefined && /^[A-Z]/.test(named);
}

/** The method where params stand before it. */
function farMethod(body: string): string | undefined {
  if (!/"[mM][eE][tT][hH][oO][dD]"\s*:\s*"[A-Z]/.test(body)) return undefined;
  const read = readValue(body, 0);
  if (read === null || !(read.value instanceof JsonMembers)) return undefined;
  const value = memberOf(read.value, "method")?.value;
  return typeof value === "string" ? value : undefined;
}

/**
 * In order; the first text that is no request ends them, as it ends the engine's connection: `isWhole`
 * says that nothing of the text was left over. `rest` begins what was not read.
 */
export function readRequests(body: string): {
  requests: GoRequest[];
  isWhole: boolean;
  rest: number;
} {
  const requests: GoRequest[] = [];
  let at = 0;
  for (let read = readValue(body, at); read !== null; read = readValue(body, at)) {
    const request = requestOf(read.value, body);
    if (request === null) return { requests, isWhole: false, rest: at };
    requests.push(request);
    at = read.to;
  }
  return { requests, isWhole: body.slice(at).trim() === "", rest: at };
}

function requestOf(value: JsonTree, body: string): GoRequest | null {
  if (value === null) return { method: "", params: undefined, id: "null" };
  if (!(value instanceof JsonMembers)) return null;
  const method = memberOf(value, "method")?.value ?? "";
  if (typeof method !== "string") return null;
  const id = memberOf(value, "id");
  return {
    method,
    params: memberOf(value, "params")?.value,
    id: id === undefined ? "null" : compact(body.slice(id.from, id.to)),
  };
}

/** In any letter case; of several the last. */
function memberOf({ members }: JsonMembers, name: string) {
  return members.findLast((member) => member.name.toLowerCase() === name);
}

/** Without the white space between its parts, with the signs escaped that Go escapes. */
function compact(json: string): string {
  const tight = json.replace(/"(?:[^"\\]|\\.)*"|\s+/gs, (part) => (part[0] === '"' ? part : ""));
  return escaped(tight);
}

const ESCAPES: Record<string, string> = {
  "<": "\\u003c",
  ">": "\\u003e",
  "&": "\\u0026",
  "\u2028": "\\u2028",
  "\u2029": "\\u2029",
};

/** JSON text with the signs that Go never writes plainly. */
export function escaped(json: string): string {
  return json.replace(/[<>&\u2028\u2029]/g, (sign) => ESCAPES[sign] as string);
}
