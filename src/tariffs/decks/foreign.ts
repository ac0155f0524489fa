// Reads a deck of any layout by its dialect: each of its rows as the rows that a native deck would have.
import { type DeckColumns, deckColumns } from "../../tables/deck/fields.ts";
import { createDeckReading, type RowReading } from "../../tables/deck/reading.ts";
import type { Dialect } from "../../tables/dialect.ts";
import { TABLE_LIMITS } from "../../tables/limits.ts";
import { cellPlace, recordReader, type TableRecord } from "../../tables/records.ts";
import { type RefusedRow, rowReader, TableFault } from "../../tables/rows.ts";
import { quoted } from "../csv/field-values.ts";
import { plainLines } from "../csv/plain-lines.ts";
import type { TableRow } from "../csv/table.ts";
import { FAULT_CODES, type FaultCode } from "../fault-codes.ts";
import type { FaultList, Place } from "../fault-list.ts";
import type { DeckColumn } from "./columns.ts";

/** The row being read; one object serves all rows of a table. */
export interface ForeignRow extends TableRow<DeckColumn> {
  /** The code is withdrawn from `effective_from` on; it may have no price then. */
  readonly isClosed: boolean;
  readonly hasPrice: boolean;
  /** The code as the file has it, that of the country where it has one. */
  readonly codeText: string;
  readonly change: string;
}

/** Characters that are made records at a time: a large deck is never held as records. */
const PIECE = 65_536;

type Rates = Extract<RowReading, { kind: "rates" }>;

export interface ForeignDeck {
  file: string;
  text: string;
  dialect: Dialect;
  /** It is not read as a deck by itself. */
  isAmendment?: boolean;
  limits: DeckLimits;
}

/** Rows of the file, and the rates that they stand for. */
export type DeckLimits = Record<"deckRows" | "deckRates", number>;

/** How many lines of the file gave no row, by why. */
export interface PassedRows {
  leftOut: number;
  noRate: number;
}

/**
 * Calls `onRow` for each code, caller and price of each row. Faults are at the cells of the file; where
 * the dialect leaves out rows that cannot be read, they are warnings. `columns`: those of the deck.
 */
export function readForeignDeck(
  { file, text, dialect, isAmendment = false, limits }: ForeignDeck,
  faults: FaultList,
  onRow: (row: ForeignRow) => void,
): PassedRows & { columns: DeckColumns } {
  const passed: PassedRows = { leftOut: 0, noRate: 0 };
  const deck = { ...dialect.deck, ...(isAmendment ? { list: "full" as const } : {}) };
  const plain: Dialect = { ...dialect, lineEnd: "lf", deck };
  const lines = rowReader(plain);
  let reading: Reading | null = null;
  let [rows, rates] = [0, 0];
  const onRate = (row: ForeignRow) => {
    rates += 1;
    onRow(row);
  };

  /** False: nothing more is to be read. */
  const readRecord = (record: TableRecord): boolean => {
    const line = lines.read(record);
    const columns = lines.columns();
    if (columns === null) return true;
    reading ??= beginReading({ file, dialect: plain, columns, faults });
    if (reading === null) return false;
    if (line.kind === "passed") return true;
    rows += 1;
    if (rows > limits.deckRows || rates > limits.deckRates) {
      const most = `${limits.deckRows} rows or ${limits.deckRates} rates`;
      faults.add(file, { line: line.line, column: 1 }, "over-limit", `It has over ${most}.`);
      return false;
    }
    const kind = line.kind === "row" ? reading.read(record, line.cells, onRate) : "faults";
    if (line.kind === "refused") {
      if (isNote(record, columns)) return reading.note(record, passed);
      addRefused(file, line, { faults, severity: reading.severity });
    }
    if (kind === "no-rate") return reading.note(record, passed);
    if (kind !== "rates") passed.leftOut += 1;
    return true;
  };

  try {
    forEachRecord(text, plain, readRecord);
  } catch (cause) {
    if (!(cause instanceof TableFault)) throw cause;
    faults.add(file, { line: cause.line, column: 1 }, "missing-header", cause.message);
    return { ...passed, columns: deckColumns([], {}) };
  }
  const columns = deckColumns(lines.columns() ?? [], dialect.map);
  if (lines.columns() === null) faults.add(file, { line: 1, column: 1 }, "empty-file");
  else if (rows === 0 && faults.errorsIn(file) === 0)
    faults.add(file, { line: 1, column: 1 }, "no-rows");
  return { ...passed, columns };
}

/** One cell where the table has several: a title or a text below it, and no row that lost its cells. */
function isNote({ cells }: TableRecord, columns: readonly string[]): boolean {
  return columns.length > 2 && cells.length > 0 && cells.filter((cell) => cell !== "").length === 1;
}

function forEachRecord(
  text: string,
  dialect: Dialect,
  onRecord: (record: TableRecord) => boolean,
): void {
  const source = plainLines(text);
  const records = recordReader(dialect, TABLE_LIMITS);
  for (let start = 0; start < source.length; start += PIECE) {
    for (const record of records.push(source.slice(start, start + PIECE))) {
      if (!onRecord(record)) return;
    }
  }
  for (const record of records.end()) if (!onRecord(record)) return;
}

function addRefused(
  file: string,
  { reason, place, detail }: RefusedRow,
  { faults, severity }: { faults: FaultList; severity: "warning" | undefined },
): void {
  const codes: Partial<Record<string, FaultCode>> = {
    "ragged-row": "ragged-row",
    "broken-csv": "bad-quote",
    "broken-encoding": "bad-encoding",
    "over-limit": "over-limit",
  };
  const what = detail.replace(/^Line \d+, column \d+: /, "");
  faults.add(file, place, codes[reason] ?? "invalid-field", what, severity);
}

interface Reading {
  severity: "warning" | undefined;
  /** A line that is no row; true: the next one is read. */
  note(record: TableRecord, passed: PassedRows): true;
  read(
    record: TableRecord,
    cells: readonly string[],
    onRow: (row: ForeignRow) => void,
  ): RowReading["kind"];
}

/** Null where the columns cannot be those of a deck: that is a fault. */
function beginReading({
  file,
  dialect,
  columns: names,
  faults,
}: {
  file: string;
  dialect: Dialect;
  columns: readonly string[];
  faults: FaultList;
}): Reading | null {
  const rules = dialect.deck ?? {};
  const columns = deckColumns(names, dialect.map);
  if (!areColumnsOfDeck(file, { dialect, columns, names }, faults)) return null;
  const severity = rules.refusedRows === "left-out" ? "warning" : undefined;
  const readRow = createDeckReading({ columns, rules, dateOrder: dialect.dateOrder });
  const row = createRow({ file, columns, dialect, faults, severity });
  return {
    severity,
    note({ line, text }, passed) {
      faults.add(file, { line, column: 1 }, "no-rate-row", quoted(text));
      passed.noRate += 1;
      return true;
    },
    read(record, cells, onRow) {
      const found = readRow(cells);
      if (found.kind === "faults") {
        for (const { index, fault } of found.faults) {
          const place = placeOf(record, index, dialect);
          faults.add(file, place, fault.code, fault.detail, severity);
        }
      } else if (found.kind === "rates") {
        row.each(record, found, onRow);
      }
      return found.kind;
    },
  };
}

function areColumnsOfDeck(
  file: string,
  { dialect, columns, names }: { dialect: Dialect; columns: DeckColumns; names: readonly string[] },
  faults: FaultList,
): boolean {
  const place = { line: dialect.firstLine, column: 1 };
  for (const name of columns.missing) {
    const there = names.slice(0, 50).map(quoted).join(", ");
    faults.add(file, place, "missing-column", `Missing: ${quoted(name)}. There are: ${there}.`);
  }
  for (const name of columns.unknown) {
    faults.add(file, place, "unknown-field", `Field: ${quoted(name)}.`);
  }
  const hasCode = columns.of("prefix") !== undefined || columns.of("country_code") !== undefined;
  const hasPrice = columns.of("rate") !== undefined || columns.bands.length > 0;
  const missing = [...(hasCode ? [] : ["map.prefix"]), ...(hasPrice ? [] : ["map.rate"])];
  if (missing.length > 0 && columns.missing.length === 0) {
    const detail = `The dialect does not say ${missing.join(" and ")}: which column it is.`;
    faults.add(file, place, "dialect-doubt", detail);
  }
  const read = new Set(Object.keys(dialect.map).map((field) => columns.indexOf(field)));
  const unread = names.filter((_name, index) => !read.has(index));
  if (unread.length > 0 && columns.missing.length === 0) {
    const told = unread.slice(0, 50).map(quoted).join(", ");
    faults.add(file, place, "unread-columns", `${told}${unread.length > 50 ? " …" : ""}.`);
  }
  if (dialect.deck?.list === "amendment") faults.add(file, place, "amendment-alone");
  return missing.length + columns.missing.length + columns.unknown.length === 0;
}

function placeOf(record: TableRecord, index: number, { delimiter }: Dialect): Place {
  const text = record.cells[index];
  const place = cellPlace(record, index, delimiter);
  return text === undefined ? place : { ...place, text };
}

interface RowParts {
  file: string;
  columns: DeckColumns;
  dialect: Dialect;
  faults: FaultList;
  severity: "warning" | undefined;
}

function createRow({ file, columns, dialect, faults, severity }: RowParts) {
  let record: TableRecord = { line: 1, cells: [], places: null, text: "" };
  let rates: Rates | null = null;
  let now = { prefix: "", caller: "", price: 0 };
  let faulty = false;

  /** The cell that a native column was read from; else that of the code. */
  function indexOf(column: DeckColumn): number {
    if (column === "rate") return rates?.prices[now.price]?.index ?? 0;
    const isStep = column === "first_interval" || column === "next_interval";
    const own = columns.of(column) ?? (isStep ? columns.of("intervals") : undefined);
    return own ?? columns.of("prefix") ?? columns.of("country_code") ?? 0;
  }

  const place = (column: DeckColumn): Place => placeOf(record, indexOf(column), dialect);

  const row: ForeignRow = {
    get line() {
      return record.line;
    },
    get faulty() {
      return faulty;
    },
    get isClosed() {
      return rates?.isClosed === true;
    },
    get hasPrice() {
      return rates !== null && rates.prices.length > 0;
    },
    get codeText() {
      return record.cells[columns.of("country_code") ?? columns.of("prefix") ?? 0] ?? "";
    },
    get change() {
      return rates?.change ?? "";
    },
    text(column) {
      if (column === "prefix") return now.prefix;
      if (column === "caller_prefix") return now.caller;
      const { terms, prices } = rates ?? { terms: {}, prices: [] };
      const price = prices[now.price];
      if (column === "rate") return price?.rate ?? "";
      if (column === "status" && price?.rate === null) return "blocked";
      if (column === "band" && price?.band !== undefined) return price.band;
      if (column === "from_second" && price?.fromSecond !== undefined) return price.fromSecond;
      return terms[column] ?? "";
    },
    // What it does not have may come from the dialect.
    has: () => true,
    fault(column, code, detail) {
      if (FAULT_CODES[code].severity === "error") faulty = true;
      faults.add(file, place(column), code, detail, severity);
    },
    place,
  };

  return {
    each(of: TableRecord, found: Rates, onRow: (row: ForeignRow) => void): void {
      record = of;
      rates = found;
      for (const prefix of found.prefixes) {
        for (const caller of found.callers) {
          // A closed row without a price is told once.
          for (let price = 0; price < Math.max(1, found.prices.length); price += 1) {
            now = { prefix, caller, price };
            faulty = false;
            onRow(row);
          }
        }
      }
    },
  };
}
