// Proposes how the cells of a rate deck are meant, and asks what they do not tell.

import { readDay } from "../../deck/days.ts";
import { deckColumns } from "../../deck/fields.ts";
import { isNoPrice } from "../../deck/prices.ts";
import { createDeckReading } from "../../deck/reading.ts";
import type { DeckRules } from "../../deck/rules.ts";
import { isNoWord, knownChange } from "../../deck/words.ts";
import type { Dialect } from "../../dialect.ts";
import { guessDays } from "../date-order.ts";
import type { Doubt } from "../doubt.ts";
import {
  blanksDoubt,
  commasDoubt,
  findFront,
  hyphenDoubt,
  marksDoubt,
  type RuleFindings,
} from "./codes.ts";
import { findColumns } from "./columns.ts";
import { findDecimals } from "./decimals.ts";
import { currencyIn } from "./names.ts";
import { currencyOfNotice, dateOfNotice, intervalsDoubt, listDoubt } from "./notice.ts";
import { unitFindings } from "./unit.ts";

export interface DeckTable {
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** Lines above the table. */
  notice: readonly string[];
}

export interface DeckFindings {
  dialect: Dialect;
  doubts: Doubt[];
  /** The first rows as rows of a native deck: column → text. */
  understood: Record<string, string>[];
}

const MOST_WORDS = 10;
const SHOWN_ROWS = 10;

/** `draft` has what is known; members that are known are not asked. */
export function findDeck(table: DeckTable, draft: Dialect): DeckFindings {
  const index = new Map(table.columns.map((name, at) => [name, at] as const));
  const of = (column: string | undefined): string[] => {
    const at = column === undefined ? undefined : index.get(column);
    return at === undefined ? [] : table.rows.map((row) => row[at] ?? "");
  };
  const { map, doubts } = findColumns({ columns: table.columns, of }, draft.map);
  const known = draft.deck ?? {};
  const notice = [...table.notice, ...notesOf(table)];
  const found: Found = { map, of, notice, known, doubts, rules: {} };
  findPrices(found);
  findCodes(found);
  findWords(found);
  const dateOrder = findDates(found, draft.dateOrder);
  const rules = { ...found.rules, ...known };
  const dialect: Dialect = { ...draft, map, deck: rules };
  if (dateOrder !== undefined) dialect.dateOrder = dateOrder;
  const read = readAll(table, dialect);
  findGaps(found, { table, dialect, refused: read.refused });
  const deck = { ...found.rules, ...known };
  return {
    dialect: { ...dialect, deck },
    doubts: found.doubts,
    understood: readAll(table, { ...dialect, deck }).rows,
  };
}

/** Lines of one cell among the rows: titles, and what is said below the table. */
function notesOf({ columns, rows }: DeckTable): string[] {
  if (columns.length < 3) return [];
  const filled = rows.map((row) => row.filter((cell) => cell !== ""));
  return filled.flatMap(([text, ...others]) =>
    text !== undefined && others.length === 0 && /\p{L}/u.test(text) ? [text] : [],
  );
}

interface Found {
  map: Record<string, string>;
  of(column: string | undefined): string[];
  notice: readonly string[];
  known: DeckRules;
  doubts: Doubt[];
  rules: DeckRules;
}

/** The proposed answer is a member, as the other ones would be; what is known is not asked. */
function ask(found: Found, doubt: Doubt | null): void {
  if (doubt === null) return;
  const member = doubt.code.replace(/^deck\./, "");
  if (Object.hasOwn(found.known, member)) return;
  found.doubts.push(doubt);
  Object.assign(found.rules, { [member]: doubt.answers[0] });
}

function priceColumns(map: Record<string, string>): string[] {
  const isPrice = (field: string) => field.startsWith("rate") || field === "connect_fee";
  return [
    ...new Set(Object.entries(map).flatMap(([field, name]) => (isPrice(field) ? [name] : []))),
  ];
}

function findPrices(found: Found): void {
  const { map, of, notice } = found;
  const names = priceColumns(map);
  const cells = names.flatMap((name) => of(name));
  const { doubts, ...decimals } = findDecimals(cells);
  Object.assign(found.rules, decimals);
  for (const one of doubts) ask(found, one);
  const rate = map["rate"] ?? names[0] ?? "";
  const column = of(map["currency"]).filter((cell) => /^[A-Za-z]{3}$/.test(cell));
  const currency =
    mostCommon(column) ??
    currencyIn(rate) ??
    cells.map(currencyIn).find((code) => code !== null) ??
    currencyOfNotice(notice);
  if (currency !== null && currency !== undefined) found.rules.currency = currency;
  findUnit(found, rate);
  const negative = cells.filter((cell) => /^[(]?-\s*[€$£]?\d.*[1-9]|^-1$/.test(cell));
  if (negative.length === 0) return;
  const isSign = negative.every((cell) => /^-1(?:[.,]0+)?$/.test(cell));
  ask(found, {
    code: "deck.negativePrice",
    question: `A price below zero (${negative[0]}): is the code blocked, is it a price, or is the row refused?`,
    answers: isSign ? ["blocked", "price", "refuse"] : ["refuse", "price", "blocked"],
  });
}

function mostCommon(cells: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const cell of cells) {
    counts.set(cell.toUpperCase(), (counts.get(cell.toUpperCase()) ?? 0) + 1);
  }
  return [...counts].toSorted((one, other) => other[1] - one[1])[0]?.[0];
}

/** What a price is for, and whether it is in cents: by the name of its column, else by the notice. */
function findUnit(found: Found, rate: string): void {
  const { rules, doubts } = unitFindings(rate, found.notice);
  Object.assign(found.rules, rules);
  for (const one of doubts) ask(found, one);
}

function findCodes(found: Found): void {
  const { map, of } = found;
  const countries = of(map["country_code"]);
  const areas = of(map["prefix"]);
  ask(found, hyphenDoubt(countries, "countryHyphen"));
  ask(found, hyphenDoubt([...areas, ...of(map["caller_prefix"])], "hyphen"));
  ask(found, blanksDoubt([...countries, ...areas]));
  ask(found, commasDoubt(areas));
  ask(found, marksDoubt([...countries, ...areas]));
  if (map["country_code"] !== undefined) return;
  const front: RuleFindings = findFront(areas, map["prefix"] ?? "");
  for (const one of front.doubts) ask(found, one);
  if (!Object.hasOwn(found.known, "add")) Object.assign(found.rules, front.rules);
}

function findWords(found: Found): void {
  const { map, of, notice } = found;
  const hasSteps = ["intervals", "first_interval", "next_interval"].some((field) => map[field]);
  if (!hasSteps) ask(found, intervalsDoubt(notice));
  ask(found, listDoubt(notice, map["change"] !== undefined));
  const words = new Set(of(map["change"]).filter((cell) => !isNoWord(cell)));
  const own = found.known.words ?? {};
  const isTold = (word: string) =>
    knownChange(word) !== null || Object.keys(own).some((one) => fold(one) === fold(word));
  for (const word of [...words].filter((one) => !isTold(one)).slice(0, MOST_WORDS)) {
    found.doubts.push({
      code: `deck.words.${word}`,
      question: `What does "${word}" in the column of changes say of its row?`,
      answers: ["open", "closed", "blocked", "left-out"],
    });
    found.rules.words = { ...found.rules.words, ...own, [word]: "open" };
  }
}

const fold = (word: string) => word.toLowerCase();

function findDates(found: Found, known: Dialect["dateOrder"]): Dialect["dateOrder"] {
  const { map, of, notice } = found;
  const cells = [...of(map["effective_from"]), ...of(map["effective_to"])];
  // A date of the notice is one of the deck where no column has any.
  const noted = map["effective_from"] === undefined ? dateOfNotice(notice, known) : null;
  const { order, rivals } = guessDays(noted === null ? cells : [...cells, noted.date]);
  const chosen = known ?? order;
  if (known === undefined && order !== undefined && rivals.length > 0) {
    const question = "Dates can be read in more than one order: which number is the day?";
    found.doubts.push({ code: "dateOrder", question, answers: [order, ...rivals] });
  }
  const isDay = (cell: string) => readDay(cell, chosen).ok && /\d/.test(cell);
  if (of(map["effective_to"]).some(isDay)) {
    ask(found, {
      code: "deck.endDate",
      question: "Does a price still hold on the day that it ends?",
      answers: ["inclusive", "exclusive"],
    });
  }
  ask(found, noted?.doubt ?? null);
  return chosen;
}

/** Whether each of the records is understood, cells beyond the columns left out. */
export function areRead(
  records: readonly { cells: string[] }[],
  columns: readonly string[],
  { map, deck = {}, dateOrder }: Dialect,
): boolean {
  const read = createDeckReading({ columns: deckColumns(columns, map), rules: deck, dateOrder });
  return records.every(({ cells }) => read(cells).kind !== "faults");
}

interface ReadDeck {
  rows: Record<string, string>[];
  /** Rows that cannot be read, whatever is answered. */
  refused: { row: number; detail: string }[];
}

function readAll({ columns, rows }: DeckTable, { map, deck = {}, dateOrder }: Dialect): ReadDeck {
  const read = createDeckReading({ columns: deckColumns(columns, map), rules: deck, dateOrder });
  const found: ReadDeck = { rows: [], refused: [] };
  rows.forEach((cells, row) => {
    const reading = read(cells);
    if (reading.kind === "faults") {
      const fault = reading.faults.find((one) => one.fault.code !== "dialect-doubt")?.fault;
      if (fault !== undefined) found.refused.push({ row, detail: fault.detail });
    }
    if (reading.kind !== "rates") return;
    for (const prefix of reading.prefixes) {
      for (const caller of reading.callers) {
        if (found.rows.length >= SHOWN_ROWS) return;
        found.rows.push(shown(reading, { prefix, caller }));
      }
    }
  });
  return found;
}

function shown(
  {
    prices,
    terms,
    isClosed,
    change,
  }: Extract<ReturnType<ReturnType<typeof createDeckReading>>, { kind: "rates" }>,
  { prefix, caller }: { prefix: string; caller: string },
): Record<string, string> {
  const texts: Record<string, string> = { prefix };
  for (const { rate, band, fromSecond } of prices) {
    const name = band ?? (fromSecond === undefined ? "" : `from_second ${fromSecond}`);
    texts[name === "" ? "rate" : `rate ${name}`] = rate ?? "blocked";
  }
  const cells = { ...terms, caller_prefix: caller, change };
  for (const [name, text] of Object.entries(cells)) if (text !== "") texts[name] = text ?? "";
  return isClosed ? { ...texts, closed: "yes" } : texts;
}

/** Rows without a code or a price, and those that cannot be read. */
function findGaps(
  found: Found,
  { table, dialect, refused }: { table: DeckTable; dialect: Dialect; refused: ReadDeck["refused"] },
): void {
  const columns = deckColumns(table.columns, dialect.map);
  const cell = (row: readonly string[], index: number | undefined) =>
    index === undefined ? "" : (row[index] ?? "");
  const prices = [columns.of("rate"), ...columns.bands.map(({ index }) => index)];
  const isPriced = (row: readonly string[]) => prices.some((index) => !isNoPrice(cell(row, index)));
  const codeOf = (row: readonly string[]) =>
    cell(row, columns.of("country_code")) + cell(row, columns.of("prefix"));
  const bare = table.rows.filter((row) => isPriced(row) && codeOf(row) === "");
  const leads = table.rows.filter(
    (row) => cell(row, columns.of("country_code") ?? columns.of("prefix")) === "",
  );
  const isGrouped = columns.of("country_code") !== undefined && leads.some(isPriced);
  const isCoded = (columns.of("prefix") ?? columns.of("country_code")) !== undefined;
  if (isCoded && (bare.length > 0 || isGrouped)) {
    const isRest = bare.length === 1 && /rest|default|other|world/i.test(bare[0]?.join(" ") ?? "");
    const likely = isGrouped ? "above" : isRest ? "default" : "refuse";
    const others = ["refuse", "default", "above", "left-out"].filter((one) => one !== likely);
    ask(found, {
      code: "deck.emptyCode",
      question: `${Math.max(bare.length, isGrouped ? leads.length : 0)} of the first rows have a price and no code: are they refused, the default row, of the code above, or left out?`,
      answers: [likely, ...others],
    });
  }
  const empty = table.rows.filter((row) => /\d/.test(codeOf(row)) && !isPriced(row));
  const isClosed = (row: readonly string[]) =>
    knownChange(cell(row, columns.of("change"))) === "closed";
  // Without either column that is what is asked.
  if (!isCoded || prices.every((index) => index === undefined)) return;
  const unpriced = empty.filter((row) => !isClosed(row)).length;
  if (unpriced > 0) {
    ask(found, {
      code: "deck.emptyPrice",
      question: `${unpriced} of the first rows have a code and no price: are they refused, blocked, or left out?`,
      answers: ["refuse", "blocked", "left-out"],
    });
  }
  if (refused.length === 0 && unpriced === 0) return;
  const example = refused[0]?.detail ?? "The price is empty.";
  ask(found, {
    code: "deck.refusedRows",
    question: `${Math.max(refused.length, unpriced)} of the first rows cannot be read (${example}): is the deck refused for it, or are such rows left out?`,
    answers: ["refuse", "left-out"],
  });
}
