// Members of a dialect as flags give them: `member=value`, `map.FIELD=COLUMN`.
import type { Json, JsonObject } from "../../../cdr/json.ts";
import { engineError } from "../../../errors.ts";

const LISTS = new Set(["names", "endsAt"]);

/** Lists have commas between their items. @throws `invalid-params` that names the flag */
export function readAnswers(texts: readonly string[], flag = "answer"): JsonObject {
  const known: JsonObject = {};
  const map: JsonObject = {};
  for (const text of texts) {
    const [, member = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (member === "") {
      throw engineError("invalid-params", `--${flag}: "${text}" is no member=value.`, {
        path: flag,
      });
    }
    if (member.startsWith("map.")) map[member.slice("map.".length)] = value;
    else known[member] = LISTS.has(member) ? value.split(",") : memberValue(member, value);
  }
  return Object.keys(map).length === 0 ? known : { ...known, map };
}

function memberValue(member: string, value: string): Json {
  if (member === "firstLine" && /^\d{1,9}$/.test(value)) return Number(value);
  if (value === "true" || value === "false") return value === "true";
  return member === "delimiter" && value === "\\t" ? "\t" : value;
}
