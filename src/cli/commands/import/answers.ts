// Members of a dialect as flags give them: `member=value`, `map.FIELD=COLUMN`, `deck.MEMBER=VALUE`.
import type { Json, JsonObject } from "../../../cdr/json.ts";
import { engineError } from "../../../errors.ts";

const LISTS = new Set(["names", "endsAt", "defaultCodes"]);

/** Lists have commas between their items. @throws `invalid-params` that names the flag */
export function readAnswers(texts: readonly string[], flag = "answer"): JsonObject {
  const known: JsonObject = {};
  const map: JsonObject = {};
  const deck: JsonObject = {};
  const words: JsonObject = {};
  for (const text of texts) {
    const [, member = "", value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
    if (member === "") {
      throw engineError("invalid-params", `--${flag}: "${text}" is no member=value.`, {
        path: flag,
      });
    }
    if (member.startsWith("map.")) map[member.slice("map.".length)] = value;
    else if (member.startsWith("deck.words.")) words[member.slice("deck.words.".length)] = value;
    else if (member.startsWith("deck.")) {
      const own = member.slice("deck.".length);
      deck[own] = LISTS.has(own) ? value.split(",") : memberValue(own, value);
    } else known[member] = LISTS.has(member) ? value.split(",") : memberValue(member, value);
  }
  if (Object.keys(words).length > 0) deck["words"] = words;
  return { ...known, ...filled("map", map), ...filled("deck", deck) };
}

function filled(name: string, members: JsonObject): JsonObject {
  return Object.keys(members).length === 0 ? {} : { [name]: members };
}

function memberValue(member: string, value: string): Json {
  if ((member === "firstLine" || member === "unitSeconds") && /^\d{1,9}$/.test(value))
    return Number(value);
  if (value === "true" || value === "false") return value === "true";
  return member === "delimiter" && value === "\\t" ? "\t" : value;
}
