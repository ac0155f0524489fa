// Reads a deck: rates by prefix, in the columns of a native deck or in any layout that a dialect explains.
import { compareFractions, fractionOf } from "../../money/fraction.ts";
import type { DeckColumns } from "../../tables/deck/fields.ts";
import type { Dialect } from "../../tables/dialect.ts";
import {
  isSuspectPrefix,
  moneyField,
  quoted,
  readDecimal,
  readPrefix,
  timeField,
  wholeField,
} from "../csv/field-values.ts";
import { readTable, type TableRow } from "../csv/table.ts";
import type { FaultList } from "../fault-list.ts";
import { TARIFF_LIMITS } from "../limits.ts";
import { type Band, type Deck, INVALID_CALLER, type RateRow } from "../tariff.ts";
import { createTimeReader, isTimeZone, type TimeRead } from "../time/zoned.ts";
import { type DeckCells, foreignCells, nativeCells } from "./cells.ts";
import { reportDuplicates, reportGaps } from "./checks.ts";
import { DECK_COLUMNS, type DeckColumn } from "./columns.ts";
import { type DeckLimits, type ForeignRow, type PassedRows, readForeignDeck } from "./foreign.ts";
import { createZeroCheck } from "./lost-zeros.ts";
import { type Closing, mergeRows } from "./merge.ts";

const TYPES_OF_RECORD = ["*voice", "*data", "*sms", "*mms", "*generic"];

const PLAIN_COLUMNS: readonly DeckColumn[] = [
  "prefix",
  "destination",
  "rate",
  "connect_fee",
  "first_interval",
  "next_interval",
];
const RARE_COLUMNS = DECK_COLUMNS.filter((column) => !PLAIN_COLUMNS.includes(column));

type DeckRow = TableRow<DeckColumn>;

export interface DeckContext {
  /** Zone of its dates. */
  timeZone: string;
  bandNames: ReadonlySet<string>;
  /** Null while the settings have faults: gaps are not looked for then. */
  bands: readonly Band[] | null;
  /** The file amends a deck: it is not one by itself. */
  isAmendment?: boolean;
  /** Absent: those of every tariff. */
  limits?: DeckLimits;
}

/** Rows that are shown as they were understood. */
const SHOWN_ROWS = 10;

export interface DeckRead {
  deck: Deck;
  /** The first rows as they were understood, with the word of their change column. */
  first: { row: RateRow; change: string }[];
  passed: PassedRows;
  /** Rows that contradict each other; none of them is in the deck. */
  conflicts: RateRow[];
  /** Codes that the file withdraws; in a deck by itself its rows end with them. */
  closings: Closing[];
  /** Columns that the file has, or its dialect says: others have their defaults in every row. */
  said: ReadonlySet<DeckColumn>;
  /** Where each cell stands in the file. */
  cells: DeckCells;
}

/** The rows of a deck, in the order of the file; rows with faults are left out. */
export function readDeck(
  file: string,
  text: string,
  context: DeckContext & { dialect: Dialect | null },
  faults: FaultList,
): DeckRead {
  const { dialect, bands, timeZone } = context;
  const read =
    dialect === null
      ? readNative(file, text, { context, faults })
      : readForeign(file, text, { context: { ...context, dialect }, faults });
  const { deck, cells } = read;
  if (bands !== null && context.isAmendment !== true && faults.errorsIn(file) === 0) {
    reportGaps(deck, { cells, bands, timeZone }, faults);
  }
  return read;
}

interface Reading<Context> {
  context: Context;
  faults: FaultList;
}

function readNative(
  file: string,
  text: string,
  { context, faults }: Reading<DeckContext>,
): DeckRead {
  const rows: RateRow[] = [];
  let isPlain: boolean | null = null;
  const zeros = createZeroCheck();
  const once = createOnce();
  const { bandNames, timeZone, limits = TARIFF_LIMITS } = context;
  const meaning = { bandNames, readTime: createTimeReader(timeZone), once };
  const shape = {
    columns: DECK_COLUMNS,
    mandatory: ["prefix", "rate"] as const,
    mostRows: limits.deckRows,
  };
  const indexes = readTable(file, text, shape, faults, (row) => {
    isPlain ??= RARE_COLUMNS.every((column) => !row.has(column));
    const rate = isPlain ? readPlainRow(row, once) : readRow(row, meaning);
    if (row.faulty) return;
    rows.push(rate);
    zeros.add(row.text("prefix"), rate);
  });
  const cells = nativeCells(text, indexes);
  zeros.report(file, cells, faults);
  reportDuplicates({ file, rows }, cells, faults);
  const first = rows.slice(0, SHOWN_ROWS).map((row) => ({ row, change: "" }));
  const nothing = { passed: { leftOut: 0, noRate: 0 }, conflicts: [], closings: [] };
  return { deck: { file, rows }, first, cells, said: new Set(indexes.keys()), ...nothing };
}

function readForeign(
  file: string,
  text: string,
  { context, faults }: Reading<DeckContext & { dialect: Dialect }>,
): DeckRead {
  const { dialect, bandNames, timeZone, isAmendment = false, limits = TARIFF_LIMITS } = context;
  const zone = dialect.deck?.timeZone ?? timeZone;
  const readTime = createTimeReader(isTimeZone(zone) ? zone : timeZone);
  const meaning = { bandNames, readTime, once: createOnce() };
  const first: DeckRead["first"] = [];
  const found = { rows: [] as RateRow[], closings: [] as Closing[] };
  const zeros = createZeroCheck();
  const deck = { file, text, dialect, isAmendment, limits };
  const { columns, ...passed } = readForeignDeck(deck, faults, (row) => {
    const rate = readRow(row, meaning);
    if (row.faulty) return;
    const { change, isClosed } = row;
    if (first.length < SHOWN_ROWS) first.push({ row: rate, change });
    zeros.add(row.codeText, rate);
    if (isClosed) found.closings.push({ ...rate, atMs: rate.effectiveFromMs });
    // What a closed code costs until then an amended deck says itself.
    const held = !isClosed ? rate : isAmendment ? null : closedRow(row, rate);
    if (held !== null) found.rows.push(held);
  });
  const cells = foreignCells(text, dialect, columns);
  zeros.report(file, cells, faults);
  const severity = dialect.deck?.refusedRows === "left-out" ? "warning" : undefined;
  const { closings } = found;
  const own = isAmendment ? { ...found, closings: [] } : found;
  const { rows, conflicts } = mergeRows(file, own, { cells, faults, severity });
  const said = columnsSaid(columns, dialect);
  return { deck: { file, rows }, first, passed, conflicts, closings, said, cells };
}

function columnsSaid(columns: DeckColumns, { deck = {} }: Dialect): ReadonlySet<DeckColumn> {
  const said = new Set(DECK_COLUMNS.filter((column) => columns.of(column) !== undefined));
  const { intervals, intervalsFor } = deck;
  if ((columns.of("intervals") ?? intervals ?? intervalsFor) !== undefined) {
    said.add("first_interval").add("next_interval");
  }
  if (columns.of("country") !== undefined) said.add("destination");
  return said;
}

/** What a code that is withdrawn costs until then; null: it is not served, or no price is said. */
function closedRow({ hasPrice }: ForeignRow, rate: RateRow): RateRow | null {
  if (!hasPrice || rate.effectiveFromMs === null) return null;
  return { ...rate, effectiveFromMs: null, effectiveToMs: rate.effectiveFromMs };
}

/** The same text that came before: names and prices of a deck are few, and its rows many. */
type Once = (text: string) => string;

/** Texts that are remembered at most. */
const MOST_TEXTS = 100_000;

function createOnce(): Once {
  const known = new Map<string, string>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    if (known.size < MOST_TEXTS) known.set(text, text);
    return text;
  };
}

/** A row of a deck with the columns that every deck has: most of them, so it is worth a way of its own. */
function readPlainRow(row: DeckRow, once: Once): RateRow {
  const firstInterval = wholeField(row, "first_interval", 1, 1);
  return {
    line: row.line,
    prefix: prefixField(row),
    destination: once(row.text("destination")),
    rate: once(rateField(row, "open")),
    connectFee: moneyField(row, "connect_fee", "0"),
    firstInterval,
    nextInterval: wholeField(row, "next_interval", 1, firstInterval),
    intervalPrice: null,
    minimumSeconds: 0,
    graceSeconds: 0,
    fromSecond: 0,
    band: null,
    effectiveFromMs: null,
    effectiveToMs: null,
    status: "open",
    minimumAmount: null,
    maximumAmount: null,
    callerPrefix: "",
    tor: "*voice",
    unitSeconds: 60,
  };
}

function readRow(
  row: DeckRow,
  {
    bandNames,
    readTime,
    once,
  }: { bandNames: ReadonlySet<string>; readTime: (text: string) => TimeRead; once: Once },
): RateRow {
  const status = statusField(row);
  const firstInterval = wholeField(row, "first_interval", 1, 1);
  const band = row.text("band");
  if (band !== "" && !bandNames.has(band)) row.fault("band", "unknown-band", quoted(band));
  const effectiveFromMs = timeField(row, "effective_from", readTime);
  const effectiveToMs = timeField(row, "effective_to", readTime);
  if (effectiveFromMs !== null && effectiveToMs !== null && effectiveToMs <= effectiveFromMs) {
    row.fault("effective_to", "empty-window");
  }
  return {
    line: row.line,
    prefix: prefixField(row),
    destination: once(row.text("destination")),
    rate: once(rateField(row, status)),
    connectFee: moneyField(row, "connect_fee", "0"),
    firstInterval,
    nextInterval: wholeField(row, "next_interval", 1, firstInterval),
    intervalPrice: intervalPriceField(row),
    minimumSeconds: wholeField(row, "minimum_seconds", 0, 0),
    graceSeconds: wholeField(row, "grace_seconds", 0, 0),
    fromSecond: wholeField(row, "from_second", 0, 0),
    band: band === "" ? null : band,
    effectiveFromMs,
    effectiveToMs,
    status,
    ...limitFields(row),
    callerPrefix: callerPrefixField(row),
    tor: torField(row),
    unitSeconds: wholeField(row, "unit_seconds", 1, 60),
  };
}

function prefixField(row: DeckRow): string {
  const text = row.text("prefix");
  if (text === "") {
    row.fault("prefix", "missing-field");
    return "";
  }
  const read = readPrefix(text);
  if (!read.ok) {
    const noDigits = `${quoted(text)} is neither that nor \`*\`, the default row.`;
    row.fault("prefix", read.code, read.code === "invalid-prefix" ? noDigits : quoted(text));
    return "";
  }
  if (isSuspectPrefix(read.value)) row.fault("prefix", "suspect-prefix", quoted(text));
  return read.value;
}

/** A blocked row is never priced, so it may leave its rate empty. */
function rateField(row: DeckRow, status: RateRow["status"]): string {
  const isNeeded = status === "open" && !mayLackPrice(row);
  if (isNeeded && row.text("rate") === "") row.fault("rate", "missing-field");
  return moneyField(row, "rate", "0");
}

/** A code that is closed needs none. */
function mayLackPrice(row: DeckRow): boolean {
  return "isClosed" in row && row.isClosed === true;
}

function statusField(row: DeckRow): RateRow["status"] {
  const text = row.text("status");
  if (text === "" || text === "open") return "open";
  if (text !== "blocked") row.fault("status", "invalid-field", `${quoted(text)}: open or blocked.`);
  return "blocked";
}

/** The least and the most that a call costs. */
function limitFields(row: DeckRow): Pick<RateRow, "minimumAmount" | "maximumAmount"> {
  const minimumAmount = limitField(row, "minimum_amount");
  const maximumAmount = limitField(row, "maximum_amount");
  if (
    minimumAmount !== null &&
    maximumAmount !== null &&
    compareFractions(fractionOf(minimumAmount), fractionOf(maximumAmount)) > 0
  ) {
    row.fault("minimum_amount", "minimum-above-maximum", `${minimumAmount} > ${maximumAmount}.`);
  }
  return { minimumAmount, maximumAmount };
}

function limitField(row: DeckRow, column: "minimum_amount" | "maximum_amount"): string | null {
  const text = row.text(column);
  if (text === "") return null;
  const read = readDecimal(text);
  if (read.ok && !read.value.startsWith("-")) return read.value;
  row.fault(column, read.ok ? "invalid-field" : read.code, quoted(text));
  return null;
}

function intervalPriceField(row: DeckRow): RateRow["intervalPrice"] {
  const text = row.text("interval_price");
  if (text === "" || text === "start" || text === "each-second") return text === "" ? null : text;
  row.fault("interval_price", "invalid-field", `${quoted(text)}: start or each-second.`);
  return null;
}

function callerPrefixField(row: DeckRow): string {
  const text = row.text("caller_prefix");
  if (text === "" || text === INVALID_CALLER) return text;
  const read = readPrefix(text);
  if (read.ok && read.value !== "") {
    if (isSuspectPrefix(text)) row.fault("caller_prefix", "suspect-prefix", quoted(text));
    return read.value;
  }
  const detail = read.ok ? `${quoted(text)}: an empty field is every caller.` : quoted(text);
  row.fault("caller_prefix", read.ok ? "invalid-prefix" : read.code, detail);
  return "";
}

function torField(row: DeckRow): string {
  const text = row.text("tor");
  if (text === "") return "*voice";
  if (!TYPES_OF_RECORD.includes(text)) {
    row.fault("tor", "not-supported", `${quoted(text)}: ${TYPES_OF_RECORD.join(", ")}.`);
  }
  return text;
}
