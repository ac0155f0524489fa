// The rows of one deck as columns: sorted, interned, money as scaled integers.

import { decimalPlaces, exactNumber, scaledNumber, toScaled } from "../../money/scaled-decimal.ts";
import { rowOrder } from "../../tariffs/decks/order.ts";
import type { Deck, RateRow } from "../../tariffs/tariff.ts";
import {
  type CompiledDeck,
  PRICE_AS_PLAN,
  PRICE_AT_START,
  PRICE_EACH_SECOND,
  type RowColumns,
} from "../snapshot/native.ts";
import { createNameTable } from "./name-table.ts";

/** Names to small numbers that are the same in the whole snapshot. */
export interface DeckTables {
  torIndex(tor: string): number;
  callerIndex(callerPrefix: string): number;
  /** -1 for no band; in the order of `bands:`, which decides between bands that both hold. */
  bandIndex(band: string | null): number;
}

/** A deck by itself: `firstRows[i]` is the first row of prefix i, and one entry ends the last. */
export interface DeckColumns extends Omit<CompiledDeck, keyof RowColumns | "prefixes"> {
  prefixes: string[];
  firstRows: number[];
  rates: Float64Array;
  termsOfRows: Int32Array;
  lines: Int32Array;
  destinations: Int32Array;
}

/** Compiles one deck; the order of its rows does not matter. */
export function compileDeck(source: Deck, tables: DeckTables): DeckColumns {
  // Asked for once: a deck may be read for it.
  const own = source.rows;
  const rows = sortedRows(own, tables);
  const scale = scaleOf(own);
  const firstRows: number[] = [];
  const prefixes: string[] = [];
  const terms = createTermTable(scale, tables);
  const destinations = createNameTable();
  const columns = {
    rates: new Float64Array(rows.length),
    termsOfRows: new Int32Array(rows.length),
    lines: new Int32Array(rows.length),
    destinations: new Int32Array(rows.length),
  };
  const { rates, termsOfRows, lines } = columns;
  const wideRates = new Map<number, bigint>();
  const scaled = createScaledNumbers(scale);
  let last: string | null = null;
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index] as RateRow;
    if (row.prefix !== last) {
      last = row.prefix;
      prefixes.push(last);
      firstRows.push(index);
    }
    const rate = scaled(row.rate);
    rates[index] = rate;
    if (Number.isNaN(rate)) wideRates.set(index, toScaled(row.rate, scale));
    termsOfRows[index] = terms.indexOf(row);
    lines[index] = row.line;
    columns.destinations[index] = destinations.indexOf(row.destination);
  }
  firstRows.push(rows.length);
  return {
    file: source.file,
    scale,
    prefixes,
    firstRows,
    ...columns,
    destinationNames: destinations.names,
    wideRates,
    ...terms.columns(),
  };
}

/** Prices that are remembered at most. */
const MOST_PRICES = 100_000;

/** `scaledNumber` of texts of which most come again and again. */
function createScaledNumbers(scale: number): (text: string) => number {
  const known = new Map<string, number>();
  return (text) => {
    const found = known.get(text);
    if (found !== undefined) return found;
    const number = scaledNumber(text, scale);
    if (known.size < MOST_PRICES) known.set(text, number);
    return number;
  };
}

/** By prefix; within one the rows that win stand first, so that a scan can stop at the first. */
function sortedRows(rows: readonly RateRow[], { bandIndex }: DeckTables): RateRow[] {
  const { order, keys } = rowOrder(rows);
  const sorted = new Array<RateRow>(rows.length);
  for (let at = 0; at < sorted.length; at += 1) sorted[at] = rows[order[at] as number] as RateRow;
  for (let from = 0; from < sorted.length; ) {
    let to = from + 1;
    while (to < keys.length && keys[to] === keys[from]) to += 1;
    if (to - from > 1) {
      const own = sorted.slice(from, to).sort((a, b) => compareRows(a, b, bandIndex));
      for (const [index, one] of own.entries()) sorted[from + index] = one;
    }
    from = to;
  }
  return sorted;
}

/** Of one prefix. */
function compareRows(a: RateRow, b: RateRow, bandIndex: DeckTables["bandIndex"]): number {
  if (a.callerPrefix !== b.callerPrefix) {
    const shorter = b.callerPrefix.length - a.callerPrefix.length;
    return shorter !== 0 ? shorter : a.callerPrefix < b.callerPrefix ? -1 : 1;
  }
  const [fromA, fromB] = [a.effectiveFromMs ?? -Infinity, b.effectiveFromMs ?? -Infinity];
  if (fromA !== fromB) return fromA > fromB ? -1 : 1;
  const [bandA, bandB] = [bandIndex(a.band), bandIndex(b.band)];
  if (bandA !== bandB) return (bandA < 0 ? Infinity : bandA) - (bandB < 0 ? Infinity : bandB);
  return a.fromSecond - b.fromSecond || a.line - b.line;
}

/** The fewest decimals that hold every rate, fee, maximum and minimum of the deck. */
function scaleOf(rows: RateRow[]): number {
  let scale = 0;
  let [rate, fee] = ["", ""];
  for (const row of rows) {
    // What is the same text as before has as many: prices and fees often follow their like.
    if (row.rate !== rate) scale = Math.max(scale, decimalPlaces(row.rate));
    if (row.connectFee !== fee) scale = Math.max(scale, decimalPlaces(row.connectFee));
    [rate, fee] = [row.rate, row.connectFee];
    if (row.maximumAmount !== null) scale = Math.max(scale, decimalPlaces(row.maximumAmount));
    if (row.minimumAmount !== null) scale = Math.max(scale, decimalPlaces(row.minimumAmount));
  }
  return scale;
}

type TermColumns = Pick<CompiledDeck, "terms" | "wideFees" | "wideMaximums" | "wideMinimums">;

const PRICES = {
  "as-plan": PRICE_AS_PLAN,
  "each-second": PRICE_EACH_SECOND,
  start: PRICE_AT_START,
} as const;

function createTermTable(scale: number, tables: DeckTables) {
  const words: number[] = [];
  const known = new Map<string, number>();
  const wideFees = new Map<number, bigint>();
  const wideMaximums = new Map<number, bigint>();
  const wideMinimums = new Map<number, bigint>();
  /** Of rows with intervals and a fee alone: by fee, then by both intervals. */
  const plain = new Map<string, Map<number, number>>();

  function indexOf(row: RateRow): number {
    if (!isPlain(row)) return indexOfAny(row);
    let steps = plain.get(row.connectFee);
    if (steps === undefined) {
      steps = new Map();
      plain.set(row.connectFee, steps);
    }
    const key = row.firstInterval * PLAIN_SECONDS + row.nextInterval;
    const found = steps.get(key);
    if (found !== undefined) return found;
    const index = indexOfAny(row);
    steps.set(key, index);
    return index;
  }

  function indexOfAny(row: RateRow): number {
    const band = tables.bandIndex(row.band);
    const key = termKey(row, band);
    const index = known.get(key);
    if (index !== undefined) return index;
    const fee = toScaled(row.connectFee, scale);
    const maximum = limitOf(row.maximumAmount, scale);
    const minimum = limitOf(row.minimumAmount, scale);
    // In the order of the TERM_ offsets of the snapshot.
    const set = [
      exactNumber(fee),
      row.firstInterval,
      row.nextInterval,
      row.minimumSeconds,
      row.graceSeconds,
      row.fromSecond,
      band,
      row.effectiveFromMs ?? Number.NEGATIVE_INFINITY,
      row.effectiveToMs ?? Number.POSITIVE_INFINITY,
      row.status === "blocked" ? 1 : 0,
      maximum === null ? Number.POSITIVE_INFINITY : exactNumber(maximum),
      tables.callerIndex(row.callerPrefix),
      tables.torIndex(row.tor),
      row.unitSeconds,
      minimum === null ? Number.NEGATIVE_INFINITY : exactNumber(minimum),
      PRICES[row.intervalPrice ?? "as-plan"],
    ];
    const added = known.size;
    known.set(key, added);
    words.push(...set);
    addWide(wideFees, added, fee);
    addWide(wideMaximums, added, maximum);
    addWide(wideMinimums, added, minimum);
    return added;
  }

  return {
    indexOf,
    columns(): TermColumns {
      return { terms: Float64Array.from(words), wideFees, wideMaximums, wideMinimums };
    },
  };
}

/** Intervals below this have a place in a number that holds two of them. */
const PLAIN_SECONDS = 2 ** 20;

function isPlain(row: RateRow): boolean {
  return (
    row.effectiveFromMs === null &&
    row.effectiveToMs === null &&
    row.unitSeconds === 60 &&
    row.firstInterval < PLAIN_SECONDS &&
    row.nextInterval < PLAIN_SECONDS &&
    isUsual(row)
  );
}

/** Rows that are priced alike but for their rate; most have no more than intervals and a fee. */
function termKey(row: RateRow, band: number): string {
  const { connectFee, firstInterval, nextInterval, effectiveFromMs, effectiveToMs } = row;
  const usual = `${connectFee} ${firstInterval} ${nextInterval} ${effectiveFromMs} ${effectiveToMs} ${row.unitSeconds}`;
  if (isUsual(row)) return usual;
  const { minimumAmount, maximumAmount, callerPrefix, intervalPrice } = row;
  const seconds = `${row.minimumSeconds} ${row.graceSeconds} ${row.fromSecond} ${band}`;
  const others = `${row.status} ${minimumAmount} ${maximumAmount} ${row.tor} ${intervalPrice}`;
  return `${usual} ${seconds} ${others} ${callerPrefix}`;
}

function isUsual(row: RateRow): boolean {
  return (
    row.status === "open" &&
    row.band === null &&
    row.fromSecond === 0 &&
    row.minimumSeconds === 0 &&
    row.graceSeconds === 0 &&
    row.minimumAmount === null &&
    row.maximumAmount === null &&
    row.intervalPrice === null &&
    row.callerPrefix === "" &&
    row.tor === "*voice"
  );
}

function limitOf(amount: string | null, scale: number): bigint | null {
  return amount === null ? null : toScaled(amount, scale);
}

/** Keeps what does not fit a Number. */
function addWide(wide: Map<number, bigint>, set: number, money: bigint | null): void {
  if (money !== null && Number.isNaN(exactNumber(money))) wide.set(set, money);
}
