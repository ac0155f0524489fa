// One row of a foreign deck as what a native deck would say of it. Nothing is guessed: a cell that the
// dialect does not explain is a fault of the row.
import { createRowCells, type DeckMeaning, type FieldFault, type RowCells } from "./cells.ts";
import { joinCodes, readCodes, readCodesBetween } from "./codes.ts";
import { priceIndexes, type RowPrice, readPrices } from "./price-columns.ts";
import { type CellRead, type DeckRules, doubt, quotedCell } from "./rules.ts";
import { type NativeCells, readTerms } from "./terms.ts";
import { isUp, readChange } from "./words.ts";

export type RowReading =
  | {
      kind: "rates";
      /** Each of them has all the prices: digits, or `*`. */
      prefixes: string[];
      /** Callers that they are for; one empty text: every caller. */
      callers: string[];
      prices: RowPrice[];
      /** What is the same for all of them. */
      terms: NativeCells;
      /** The code is withdrawn from `effective_from` on. */
      isClosed: boolean;
      /** The word of the change column. */
      change: string;
    }
  /** Neither code nor price: a title, a total, a note. */
  | { kind: "no-rate" }
  /** By the rules of the dialect. */
  | { kind: "left-out" }
  | { kind: "faults"; faults: FieldFault[] };

/** Reads rows in their order: a code may be the one of the row above. */
export function createDeckReading(meaning: DeckMeaning): (cells: readonly string[]) => RowReading {
  const { columns, rules } = meaning;
  const prices = priceIndexes(columns);
  const codeField = columns.of("prefix") === undefined ? "country_code" : "prefix";
  const row = createRowCells(meaning);
  let above = "";

  return (cells) => {
    row.begin(cells);
    // Codes and flags first: without either the line may be no row at all.
    const lead = row.text(columns.of("country_code") === undefined ? "prefix" : "country_code");
    const first = lead === "" && rules.emptyCode === "above" ? above : lead;
    above = first;
    const codes = readRowCodes(row, first);
    const isCoded = codes.ok && codes.value.length > 0;
    const flags = readFlags(row);
    const hasPrice = prices.some((index) => row.cell(index) !== "");
    if (!(hasPrice || isCoded || flags.isBlocked || flags.isClosed)) return { kind: "no-rate" };
    if (flags.isLeftOut) return { kind: "left-out" };
    if (codes.ok && codes.value.length === 0) {
      if (rules.emptyCode === "left-out") return { kind: "left-out" };
      row.take(codeField, noCode(rules.emptyCode), []);
    }
    return ratesOf(row, { prefixes: row.take(codeField, codes, []), ...flags });
  };
}

interface Flags {
  isBlocked: boolean;
  isClosed: boolean;
  isLeftOut: boolean;
}

const NO_FLAGS: Flags = { isBlocked: false, isClosed: false, isLeftOut: false };

function readFlags({ text, take, rules }: RowCells): Flags {
  if (text("change") + text("blocked") + text("closed") === "") return NO_FLAGS;
  const change = take("change", readChange(text("change"), rules), "open");
  const isForbidden = take("blocked", readFlag(text("blocked")), false);
  const isEnded = take("closed", readFlag(text("closed")), false);
  return {
    isBlocked: isForbidden || change === "blocked",
    isClosed: isEnded || change === "closed",
    isLeftOut: change === "left-out",
  };
}

function ratesOf(
  row: RowCells,
  { prefixes, isBlocked, isClosed }: Flags & { prefixes: string[] },
): RowReading {
  const { text } = row;
  const terms = readTerms(row);
  const prices = readPrices(row, { isBlocked, isClosed, firstInterval: terms.first_interval });
  const callers = readCallers(row);
  const currency = text("currency");
  if (currency !== "") row.take("currency", readCurrency(currency, row.rules), "");
  if (row.faults.length > 0) return { kind: "faults", faults: [...row.faults] };
  if (prices.length === 0 && !isClosed) return { kind: "left-out" };
  return { kind: "rates", prefixes, callers, prices, terms, isClosed, change: text("change") };
}

/** Prices of a row in another currency than the file's are none of its deck. */
function readCurrency(sent: string, { currency }: DeckRules): CellRead<string> {
  if (currency === undefined) return doubt(sent, "currency", ["the currency of the file"]);
  const said = CURRENCY_SIGNS[sent] ?? sent.toUpperCase();
  if (said === currency) return { ok: true, value: said };
  const detail = `${quotedCell(sent)}: the dialect has deck.currency ${currency}.`;
  return { ok: false, code: "other-currency", detail };
}

const CURRENCY_SIGNS: Readonly<Record<string, string>> = { "€": "EUR", "£": "GBP", US$: "USD" };

/** `first`: the country's cell where there is one, else the cell of the code. */
function readRowCodes({ columns, text, rules }: RowCells, first: string): CellRead<string[]> {
  const hasCountry = columns.of("country_code") !== undefined;
  const leading = readCodes(first, rules, hasCountry);
  if (!leading.ok) return leading;
  const own = hasCountry ? readCodes(text("prefix"), rules) : leading;
  const areas = own.ok ? upTo(own.value, text("prefix_to"), rules) : own;
  if (!areas.ok) return areas;
  const joined = joinCodes(hasCountry ? leading.value : null, areas.value, rules);
  if (!joined.ok || joined.value.length > 0 || rules.emptyCode !== "default") return joined;
  return { ok: true, value: ["*"] };
}

/** With a last code those between too. */
function upTo(codes: string[], end: string, rules: DeckRules): CellRead<string[]> {
  if (end === "" || codes.length === 0) return { ok: true, value: codes };
  const last = readCodes(end, rules);
  return last.ok ? readCodesBetween(codes, last.value, end) : last;
}

function readCallers({ text, take, rules }: RowCells): string[] {
  const sent = text("caller_prefix");
  if (sent === "" || sent === "invalid") return [sent];
  const codes = take("caller_prefix", readCodes(sent, rules), []);
  return take("caller_prefix", joinCodes(null, codes, { ...rules, add: "" }), []);
}

function readFlag(text: string): CellRead<boolean> {
  const up = isUp(text);
  if (up !== null) return { ok: true, value: up };
  return { ok: false, code: "unknown-word", detail: `${quotedCell(text)} is neither yes nor no.` };
}

function noCode(rule: "refuse" | "default" | "above" | undefined): CellRead<string[]> {
  if (rule === undefined) return doubt("", "emptyCode", ["refuse", "default", "above", "left-out"]);
  return { ok: false, code: "invalid-prefix", detail: "There is no code." };
}
