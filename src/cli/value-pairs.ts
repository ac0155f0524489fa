// Flags of the form name=value, with name:=value where the value is JSON: 5, true, null, {"a":1}.
import type { Json } from "../cdr/json.ts";
import { engineError } from "../errors.ts";

/** @throws EngineError `invalid-params` naming the flag */
export function readPairs(pairs: readonly string[], flag: string): [name: string, value: Json][] {
  return pairs.map((pair) => {
    const [, name = "", mark = "", text = ""] = /^(.+?)(:?=)(.*)$/s.exec(pair) ?? [];
    if (name === "") throw refused(flag, `"${pair}" is not name=value`);
    return [name, mark === "=" ? text : readJson(text, flag)];
  });
}

function readJson(text: string, flag: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw refused(flag, `"${text}" is not JSON`);
  }
}

function refused(flag: string, message: string): Error {
  return engineError("invalid-params", `--${flag}: ${message}`, { path: flag });
}
