// Reads a deck: a CSV table of rates by prefix.
import { compareFractions, fractionOf } from "../money/fraction.ts";

import {
  isSuspectPrefix,
  moneyField,
  quoted,
  readDecimal,
  readPrefix,
  timeField,
  wholeField,
} from "./csv/field-values.ts";
import { readTable, type TableRow } from "./csv/table.ts";
import { createDuplicateFinder, type PartialRows, reportGaps } from "./deck-checks.ts";
import type { FaultList } from "./fault-list.ts";
import { type Band, type Deck, INVALID_CALLER, type RateRow } from "./tariff.ts";
import { createTimeReader, type TimeRead } from "./time/zoned.ts";

const COLUMNS = [
  "prefix",
  "destination",
  "rate",
  "connect_fee",
  "first_interval",
  "next_interval",
  "minimum_seconds",
  "grace_seconds",
  "from_second",
  "band",
  "effective_from",
  "effective_to",
  "status",
  "minimum_amount",
  "maximum_amount",
  "caller_prefix",
  "tor",
  "unit_seconds",
  "interval_price",
] as const;

const TYPES_OF_RECORD = ["*voice", "*data", "*sms", "*mms", "*generic"];

type DeckRow = TableRow<(typeof COLUMNS)[number]>;

export interface DeckContext {
  /** Zone of its dates. */
  timeZone: string;
  bandNames: ReadonlySet<string>;
  /** Null while the settings have faults: gaps are not looked for then. */
  bands: readonly Band[] | null;
}

/** The rows of a deck, in the order of the file; rows with faults are left out. */
export function readDeck(
  file: string,
  text: string,
  context: DeckContext,
  faults: FaultList,
): Deck {
  const rows: RateRow[] = [];
  const partial: PartialRows = new Map();
  const readTime = createTimeReader(context.timeZone);
  const duplicateOf = createDuplicateFinder();
  const shape = { columns: COLUMNS, mandatory: ["prefix", "rate"] as const };
  readTable(file, text, shape, faults, (row) => {
    const rate = readRow(row, context.bandNames, readTime);
    if (row.faulty) return;
    const line = duplicateOf(rate);
    if (line !== null) row.fault("prefix", "duplicate-row", `The other is in line ${line}.`);
    if (rate.band !== null || rate.fromSecond > 0) partial.set(rate, row.place("prefix"));
    rows.push(rate);
  });
  if (context.bands !== null && faults.errorsIn(file) === 0) {
    reportGaps(file, rows, partial, context.bands, context.timeZone, faults);
  }
  return { file, rows };
}

function readRow(
  row: DeckRow,
  bandNames: ReadonlySet<string>,
  readTime: (text: string) => TimeRead,
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
    destination: row.text("destination"),
    rate: rateField(row, status),
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
  if (row.text("rate") === "" && status === "open") row.fault("rate", "missing-field");
  return moneyField(row, "rate", "0");
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
