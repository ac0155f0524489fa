// The codes of a cell: lists, ranges, country and area, decorations. Digits are never made up: what
// does not say which digits are meant is a fault.
import { type CellRead, DEFAULT_CODES, type DeckRules, doubt, quotedCell } from "./rules.ts";

/** Codes that one cell, or a cell of countries with one of areas, may stand for. */
const MOST_CODES = 10_000;

const LIST = /[;,/|\n]/;
const PLAIN = /^\d{1,15}$/;
/** What spreadsheets make of codes: a power of ten, a number with decimals, a date. */
const MANGLED =
  /^(?:\d+(?:[.,]\d+)?[eE]\+?\d+|\d+\.0+|\d{1,2}-(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-\d{2,4})$/i;

/** What a hyphen in the cells of a column means, and the member that says it. */
interface Hyphen {
  meaning: DeckRules["hyphen"];
  member: "hyphen" | "countryHyphen";
}

/** Digits of a code as the deck has it, `*` for the default row; [] where the cell is empty. */
export function readCodes(text: string, rules: DeckRules, isCountry = false): CellRead<string[]> {
  // Most cells are one code.
  if (PLAIN.test(text)) return { ok: true, value: [text] };
  if (text === "") return { ok: true, value: [] };
  if (isDefault(text, rules)) return { ok: true, value: ["*"] };
  const hyphen: Hyphen = isCountry
    ? { meaning: rules.countryHyphen, member: "countryHyphen" }
    : { meaning: rules.hyphen, member: "hyphen" };
  const codes: string[] = [];
  for (const part of partsOf(rules.commas === "nothing" ? text.replaceAll(",", "") : text)) {
    const read = readPart(part, { rules, hyphen });
    if (!read.ok) return read;
    codes.push(...read.value);
    if (codes.length > MOST_CODES) return tooWide(text);
  }
  return codes.length > 0 ? { ok: true, value: codes } : invalid(text);
}

function isDefault(text: string, { defaultCodes = [] }: DeckRules): boolean {
  const folded = text.toLowerCase();
  return [...DEFAULT_CODES, ...defaultCodes].some((word) => word.toLowerCase() === folded);
}

/** 4,47E+03 is one damaged number: its comma separates nothing. */
function partsOf(text: string): string[] {
  if (MANGLED.test(text)) return [text];
  return text
    .split(LIST)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function readPart(
  part: string,
  { rules, hyphen }: { rules: DeckRules; hyphen: Hyphen },
): CellRead<string[]> {
  if (MANGLED.test(part)) {
    return { ok: false, code: "mangled-prefix", detail: quotedCell(part) };
  }
  const marked = withoutMarks(part, rules);
  if (!marked.ok) return marked;
  const text = marked.value;
  // Behind a + the blanks of one number are the way it is written.
  if (/\d\s+\+?\d/.test(text) && !/^\+[^+]*$/.test(text)) {
    if (rules.blanks === undefined) return doubt(part, "blanks", ["list", "nothing"]);
    if (rules.blanks === "list") {
      const codes: string[] = [];
      for (const one of text.replaceAll(/\s*-\s*/g, "-").split(/\s+/)) {
        const read = readHyphened(one, part, hyphen);
        if (!read.ok) return read;
        codes.push(...read.value);
      }
      return { ok: true, value: codes };
    }
  }
  return readHyphened(text.replaceAll(/[\s.()]/g, ""), part, hyphen);
}

/** `(0)` goes, as do the signs of patterns (^49.*, 49X); letters behind the digits are asked about. */
function withoutMarks(part: string, { codeMarks }: DeckRules): CellRead<string> {
  const bare = part
    .replace(/^\^/, "")
    .replaceAll("(0)", "")
    .replace(/(?<=\d)(?:\.\*|[*%.xX])[*%.xX]*\$?$/, "")
    .trim();
  if (!/\p{L}/u.test(bare)) return { ok: true, value: bare };
  const digits = /^([+\d][\d\s.-]*?)\s*\(?\p{L}[\p{L}\s]*\)?$/u.exec(bare)?.[1];
  if (digits === undefined || codeMarks === "refuse") return invalid(part);
  if (codeMarks === undefined) return doubt(part, "codeMarks", ["refuse", "drop"]);
  return { ok: true, value: digits };
}

function readHyphened(text: string, cell: string, hyphen: Hyphen): CellRead<string[]> {
  const ends = text.split(/[-–—]/).map((end) => end.replace(/^\+/, ""));
  if (!ends.every((end) => /^\d+$/.test(end))) return invalid(cell);
  if (ends.length === 1) return { ok: true, value: ends };
  if (hyphen.meaning === undefined) return doubt(cell, hyphen.member, ["range", "separator"]);
  if (hyphen.meaning === "separator") return { ok: true, value: [ends.join("")] };
  const [first = "", last = "", ...more] = ends;
  if (more.length > 0) return invalid(cell);
  return readRange(first, last, cell);
}

/** Every code from that of one cell to that of another. */
export function readCodesBetween(
  first: readonly string[],
  last: readonly string[],
  cell: string,
): CellRead<string[]> {
  const [[from = ""], [to = ""]] = [first, last];
  const areOne = first.length === 1 && last.length === 1;
  return areOne && /^\d+$/.test(from + to) ? readRange(from, to, cell) : invalid(cell);
}

/** 7840-7849; a shorter end replaces the last digits: 7840-49. Every code of it, zeros in front kept. */
function readRange(first: string, last: string, cell: string): CellRead<string[]> {
  const end = last.length < first.length ? first.slice(0, -last.length) + last : last;
  if (end.length !== first.length || end.length > 15 || end < first) return invalid(cell);
  const count = BigInt(end) - BigInt(first) + 1n;
  if (count > MOST_CODES) return tooWide(cell);
  const start = BigInt(first);
  return {
    ok: true,
    value: Array.from({ length: Number(count) }, (_none, index) =>
      String(start + BigInt(index)).padStart(first.length, "0"),
    ),
  };
}

/** Each area of each country; `areas` alone where the table has no countries. */
export function joinCodes(
  countries: readonly string[] | null,
  areas: readonly string[],
  rules: DeckRules,
): CellRead<string[]> {
  const { add = "" } = rules;
  const strip = (rules.strip ?? "00").split(",");
  const bare = (code: string) => (code === "*" ? code : add + stripped(code, strip));
  if (countries === null || countries.length === 0) return { ok: true, value: areas.map(bare) };
  if (areas.length === 0) return { ok: true, value: countries.map(bare) };
  if (countries.length * areas.length > MOST_CODES) return tooWide(countries.join(","));
  return {
    ok: true,
    value: countries.flatMap((country) =>
      areas.map((area) => (country === "*" || area === "*" ? bare(country) : bare(country) + area)),
    ),
  };
}

/** The longest of them that the code begins with goes once; a code is never emptied. */
function stripped(code: string, strip: readonly string[]): string {
  let longest = "";
  for (const digits of strip) {
    if (code.startsWith(digits) && digits.length > longest.length) longest = digits;
  }
  return code.length > longest.length ? code.slice(longest.length) : code;
}

function invalid(cell: string): CellRead<never> {
  return { ok: false, code: "invalid-prefix", detail: quotedCell(cell) };
}

function tooWide(cell: string): CellRead<never> {
  const detail = `${quotedCell(cell)} is more than ${MOST_CODES} codes.`;
  return { ok: false, code: "range-too-wide", detail };
}
