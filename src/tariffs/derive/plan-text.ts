// The deck of one plan as a file: native, or in the layout of a dialect. What is written is read again by
// the same reader; a dialect that cannot say a rate is refused, so that no file says another price.
import type { Dialect } from "../../tables/dialect.ts";
import { lineText } from "../csv/cell-text.ts";
import { readDeck } from "../decks/read.ts";
import { rateCells } from "../decks/report.ts";
import { createFaultList } from "../fault-list.ts";
import type { RateRow, Tariff } from "../tariff.ts";
import { columnsNeeded, type DeckCells, deckCsv } from "./deck-text.ts";
import type { DerivedText } from "./markup.ts";

const FAULTS_MAX = 10;

export function planText(tariff: Tariff, plan: string, dialect: Dialect | null): DerivedText {
  const own = [...tariff.retailPlans, ...tariff.carrierPlans].find(({ name }) => name === plan);
  if (own === undefined) return { ok: false, path: "plan", message: `there is no plan ${plan}` };
  const { timeZone } = own.rules;
  const { rows } = own.deck;
  const cells = () => rows.map((row) => rateCells(row, timeZone));
  const written: Written =
    dialect === null
      ? { ok: true, text: nativeDeck(rows, timeZone) }
      : foreignText(cells(), dialect);
  if (!written.ok) return { ok: false, path: "dialect", message: written.message };
  const context = {
    timeZone,
    bandNames: new Set(tariff.bands.map(({ name }) => name)),
    bands: tariff.bands,
    dialect,
  };
  const faults = createFaultList(FAULTS_MAX);
  const again = readDeck("the file", written.text, context, faults).deck.rows;
  const at = rows.findIndex((row, index) => !isSame(row, again[index]));
  const lost = at < 0 ? undefined : rows[at];
  if (lost === undefined && again.length === rows.length) {
    return { ok: true, text: written.text, rates: rows.length, leftOut: 0 };
  }
  const first = faults.list().find(({ severity }) => severity === "error");
  const why = first === undefined ? "it says other terms" : first.message;
  const prefix = lost?.prefix || "*";
  return { ok: false, path: "dialect", message: `it cannot say the rate of ${prefix}: ${why}` };
}

/** A blocked row has no price that counts. */
function isSame(row: RateRow, again: RateRow | undefined): boolean {
  return again !== undefined && factsOf(row) === factsOf(again);
}

function factsOf({ line: _line, rate, ...others }: RateRow): string {
  const facts = { ...others, rate: others.status === "blocked" ? "" : rate };
  return JSON.stringify(Object.entries(facts).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Written = { ok: true; text: string } | { ok: false; message: string };

/** The text of a native deck; dates are of the zone. */
export function nativeDeck(rows: readonly RateRow[], timeZone: string): string {
  const cells = rows.map((row) => rateCells(row, timeZone));
  return deckCsv(columnsNeeded(cells), cells);
}

const MONEY = ["rate", "connect_fee", "minimum_amount", "maximum_amount"];

/** Only in UTF-8: a version holds texts. */
function foreignText(cells: readonly DeckCells[], dialect: Dialect): Written {
  const { delimiter, map, header, firstLine, encoding, quoting, deck = {} } = dialect;
  if (!/^utf-?8$/i.test(encoding))
    return { ok: false, message: `it is in ${encoding}, not in UTF-8` };
  if (quoting === "none") return { ok: false, message: "quotes mean nothing in it" };
  const columns = columnsOf(dialect);
  if (columns === null) return { ok: false, message: "its columns have neither names nor numbers" };
  const fieldsOf = (column: string) =>
    Object.entries(map).flatMap(([field, name]) => (name === column ? [field] : []));
  const fields = columns.map(fieldsOf);
  const textOf = (row: DeckCells, field: string | undefined): string => {
    const found =
      field === "intervals" ? intervals(row) : ((row as Record<string, string>)[field ?? ""] ?? "");
    if (field === "prefix" && deck.add !== undefined && found.startsWith(deck.add)) {
      return found.slice(deck.add.length);
    }
    return field !== undefined && MONEY.includes(field)
      ? found.replace(".", deck.decimal ?? ".")
      : found;
  };
  const line = (texts: readonly string[]) => lineText(texts, delimiter);
  const lines = [
    ...Array.from({ length: firstLine - 1 }, () => ""),
    ...(header ? [line(columns)] : []),
    ...cells.map((row) => line(fields.map(([field]) => textOf(row, field)))),
  ];
  return { ok: true, text: `${lines.join("\n")}\n` };
}

function intervals({
  first_interval: first = "1",
  next_interval: next = first,
}: DeckCells): string {
  return `${first}/${next}`;
}

/** In their order: by the header's names, else by the map's; numbers of columns by number. */
function columnsOf({ names, map, header }: Dialect): string[] | null {
  if (names !== undefined) return names;
  const used = [...new Set(Object.values(map).filter((name) => name !== ""))];
  const numbers = used.map((name) =>
    Number(/^(?:column)?(\d{1,4})$/.exec(name)?.[1] ?? Number.NaN),
  );
  if (numbers.every((number) => Number.isInteger(number))) {
    const most = Math.max(0, ...numbers);
    const byNumber = new Map(numbers.map((number, index) => [number, used[index] ?? ""]));
    return Array.from({ length: most }, (_, index) => byNumber.get(index + 1) ?? "");
  }
  return header ? used : null;
}
