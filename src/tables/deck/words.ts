// Words of decks: what changed, and whether a flag is up.
import { type CellRead, type Change, type DeckRules, quotedCell } from "./rules.ts";

const OPEN = [
  ..."new newcode added add addition codeaddition newdestination open active yes ok".split(" "),
  ..."increase increased rateincrease priceincrease up higher pending".split(" "),
  ..."decrease decreased ratedecrease pricedecrease down lower reduction reduced".split(" "),
  ..."unchanged nochange same current existing nochanges notchanged change changed modified update updated".split(
    " ",
  ),
];
const CLOSED =
  "closed close deleted delete removed remove removal coderemoval discontinued withdrawn ended end expired terminated inactive".split(
    " ",
  );
const BLOCKED = "blocked block forbidden barred suspended".split(" ");

const KNOWN = new Map<string, Change>([
  ...OPEN.map((word) => [word, "open"] as const),
  ...CLOSED.map((word) => [word, "closed"] as const),
  ...BLOCKED.map((word) => [word, "blocked"] as const),
]);

/** A cell of the change column; a word that neither this table nor the dialect has is a fault. */
export function readChange(text: string, { words = {} }: DeckRules): CellRead<Change> {
  if (text === "" || /^[-=–]+$/.test(text)) return { ok: true, value: "open" };
  const folded = text.toLowerCase();
  const own = Object.entries(words).find(([word]) => word.toLowerCase() === folded);
  const found = own?.[1] ?? knownChange(text);
  if (found !== null) return { ok: true, value: found };
  const detail = `${quotedCell(text)}: the dialect does not say deck.words.${text.slice(0, 40)}.`;
  return { ok: false, code: "unknown-word", detail };
}

export function knownChange(text: string): Change | null {
  return KNOWN.get(text.toLowerCase().replaceAll(/[^\p{L}]/gu, "")) ?? null;
}

const UP = new Set(["1", "y", "yes", "true", "x", "on"]);
const DOWN = new Set(["", "0", "n", "no", "false", "off", "-"]);

/** A flag that is up; null: no word of either kind. */
export function isUp(text: string): boolean | null {
  const folded = text.toLowerCase();
  if (UP.has(folded)) return true;
  return DOWN.has(folded) ? false : null;
}
