// The price of a cell as plain decimal text, or that there is none.
import { type CellRead, type DeckRules, doubt, quotedCell } from "./rules.ts";
import { knownChange } from "./words.ts";

export type Price =
  | { kind: "price"; text: string }
  | { kind: "blocked" }
  /** The row is no part of the deck. */
  | { kind: "left-out" };

const PLAIN = /^\d{1,12}(?:\.\d+)?$/;
const SIGNS = /[€$£¥₹₽₺₴]|\b[A-Z]{3}\b/g;
/** What stands in a cell that has no price. */
const NOTHING = new Set(["", "-", "--", "–", "n/a", "na", "none", "null", "tba", "tbd"]);
const FREE = new Set("free gratis kostenlos kostenfrei gratuit gratuito".split(" "));

/** Nothing, or a sign for it. */
export function isNoPrice(text: string): boolean {
  return NOTHING.has(text.toLowerCase());
}

/** A price as money of the plan's currency; `-1` and words by the rules of the dialect. */
export function readPrice(text: string, rules: DeckRules): CellRead<Price> {
  if (PLAIN.test(text) && rules.decimal !== "," && rules.minorUnits !== true) {
    return { ok: true, value: { kind: "price", text } };
  }
  const folded = text.toLowerCase();
  const own = Object.entries(rules.words ?? {}).find(([word]) => word.toLowerCase() === folded);
  if (own !== undefined && own[1] !== "open") {
    return { ok: true, value: { kind: own[1] === "blocked" ? "blocked" : "left-out" } };
  }
  if (isNoPrice(folded)) return noPrice(text, rules);
  if (/^\p{L}/u.test(folded) && knownChange(folded) === "blocked")
    return { ok: true, value: { kind: "blocked" } };
  if (FREE.has(folded)) return { ok: true, value: { kind: "price", text: "0" } };
  const read = readMoney(text, rules);
  if (!read.ok) return read;
  if (!/^-.*[1-9]/.test(read.value))
    return { ok: true, value: { kind: "price", text: read.value } };
  if (rules.negativePrice === undefined) {
    return doubt(text, "negativePrice", ["blocked", "price", "refuse"]);
  }
  if (rules.negativePrice === "blocked") return { ok: true, value: { kind: "blocked" } };
  if (rules.negativePrice === "price") {
    return { ok: true, value: { kind: "price", text: read.value } };
  }
  return { ok: false, code: "not-a-decimal", detail: `${quotedCell(text)} is below zero.` };
}

function noPrice(text: string, { emptyPrice = "refuse" }: DeckRules): CellRead<Price> {
  if (emptyPrice !== "refuse") return { ok: true, value: { kind: emptyPrice } };
  const what = text === "" ? "The price is empty" : `${quotedCell(text)} is no price`;
  return { ok: false, code: "not-a-decimal", detail: `${what} (deck.emptyPrice).` };
}

/** Money as decimal text with a point; signs of money go, another currency than the file's does not. */
export function readMoney(text: string, rules: DeckRules): CellRead<string> {
  const codes = text.match(/\b[A-Z]{3}\b/g) ?? [];
  const other = codes.find((code) => code !== rules.currency);
  if (other !== undefined) {
    const detail = `${quotedCell(text)}: the dialect has deck.currency ${rules.currency ?? "unsaid"}.`;
    return { ok: false, code: "other-currency", detail };
  }
  const number = text.replaceAll(SIGNS, "").replaceAll(/\s+/g, " ").trim();
  const sign = number.startsWith("-") || /^\(.*\)$/.test(number) ? "-" : "";
  const bare = number.replace(/^\((.*)\)$/, "$1").replace(/^[-+] ?/, "");
  const plain = plainDecimal(bare, rules);
  if (plain === null) return notMoney(text, bare, rules);
  return { ok: true, value: sign + (rules.minorUnits === true ? hundredth(plain) : plain) };
}

/** Groups are of three digits, the first of one to three and not of zeros. */
function plainDecimal(text: string, { decimal = ".", grouping }: DeckRules): string | null {
  const parts = text.split(decimal);
  if (parts.length > 2) return null;
  const [whole = "", fraction] = parts;
  if (fraction !== undefined && !/^\d*$/.test(fraction)) return null;
  if (whole === "" && (fraction ?? "") === "") return null;
  const point = fraction === undefined || fraction === "" ? "" : `.${fraction}`;
  if (/^\d*$/.test(whole)) return `${whole === "" ? "0" : whole}${point}`;
  if (grouping === undefined || grouping === decimal) return null;
  const groups = whole
    .replaceAll(/[\u00A0\u202F]/g, " ")
    .replaceAll("’", "'")
    .split(grouping);
  const [first = "", ...others] = groups;
  const isGrouped = /^[1-9]\d{0,2}$/.test(first) && others.every((group) => /^\d{3}$/.test(group));
  return isGrouped ? groups.join("") + point : null;
}

function notMoney(text: string, bare: string, { decimal, grouping }: DeckRules): CellRead<never> {
  if (decimal === undefined && /^\d*,\d+$/.test(bare))
    return doubt(text, "decimal", ["`,`", "`.`"]);
  if (grouping === undefined && /^\d{1,3}([., '’\u00A0\u202F]\d{3})+/.test(bare)) {
    return doubt(text, "grouping", ["the sign between thousands"]);
  }
  return { ok: false, code: "not-a-decimal", detail: `${quotedCell(text)}.` };
}

/** The point two digits to the left: money is never computed with floating point. */
function hundredth(plain: string): string {
  const [whole = "", fraction = ""] = plain.split(".");
  const digits = whole.padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}${fraction}`;
}
