// Sums by keys in flat arrays: what a rollup is made in, kept as, and read from. Every figure is exact:
// counts are integers below 2^53, money is whole units and 10⁻¹⁰ parts, and text where that is too small.
import { decimalText } from "../money/decimal.ts";
import { sumOf } from "../money/sum.ts";
import { createNumbering, MOST_PLACES } from "./numbering.ts";

/** Figures that are added, in the order of the columns. */
export const COUNTS = [
  "records",
  "answeredRecords",
  "voiceRecords",
  "voiceAnswered",
  "usageMs",
  "units",
  "pddMs",
  "pddRecords",
  "billedMs",
  "buyBilledMs",
  "sellRecords",
  "buyRecords",
  "marginRecords",
  "sellOnly",
  "buyOnly",
  "attempts",
  "answered",
  "talkMs",
  "effective",
  "bids",
  "calls",
  "answeredCalls",
  "callTalkMs",
] as const;
export type Count = (typeof COUNTS)[number];
export const MONEY = ["sell", "buy", "margin"] as const;

/** The greatest of a row, not the sum. */
const LONGEST = COUNTS.length;
const FIRST_MONEY = LONGEST + 1;
/** Columns of a row: counts, the longest, and of each amount its units and parts. */
export const WIDTH = FIRST_MONEY + 2 * MONEY.length;

const PART_DECIMALS = 10;
const PARTS_IN_UNIT = 10 ** PART_DECIMALS;
/** A sum of two numbers up to this is exact. */
const MOST_UNITS = 2 ** 52;
export type Value = string | null;

export const COLUMN = Object.fromEntries(COUNTS.map((name, index) => [name, index])) as Record<
  Count,
  number
>;
export const LONGEST_COLUMN = LONGEST;

/** Column of the units of an amount; its parts are the next. */
export function moneyColumn(money: number): number {
  return FIRST_MONEY + 2 * money;
}

/** Values of a dimension, each once, by their place. */
export interface Dictionary {
  readonly values: Value[];
  /** @throws RangeError beyond two million values */
  indexOf(value: Value): number;
}

export function createDictionary(): Dictionary {
  const values: Value[] = [];
  const places = new Map<Value, number>();
  return {
    values,
    indexOf(value) {
      const known = places.get(value);
      if (known !== undefined) return known;
      if (values.length >= MOST_PLACES) throw new RangeError("too many values of one key");
      places.set(value, values.length);
      return values.push(value) - 1;
    },
  };
}

/** Rows of figures, each of one combination of values. */
export interface Table {
  readonly dictionaries: readonly Pick<Dictionary, "values">[];
  /** Of each row the place of its value in each dictionary, one row after the other. */
  readonly places: number[];
  /** Rows there are. */
  size: number;
  /** `WIDTH` numbers a row. */
  values: Float64Array;
  /** Sums of amounts that the columns do not hold, by row × 3 + amount. */
  readonly rest: Map<number, string>;
}

export type GrowingTable = Table & {
  /** The row of these places, in the order of the dictionaries. */
  rowOf(places: ArrayLike<number>): number;
  /** Makes the row of a number that is the next one. */
  addEmpty(places: ArrayLike<number>): void;
  /** Adds one row of figures, and its rest by amount. */
  add(row: number, figures: Float64Array, offset: number): void;
  addRest(row: number, money: number, amount: string): void;
};

export function createTable(dictionaries: readonly Dictionary[]): GrowingTable {
  const numbering = createNumbering(dictionaries.map((_dictionary, index) => index));
  const table: Table = {
    dictionaries,
    places: [],
    size: 0,
    values: new Float64Array(16 * WIDTH),
    rest: new Map(),
  };

  function addEmpty(places: ArrayLike<number>): void {
    for (let index = 0; index < dictionaries.length; index += 1) {
      table.places.push(places[index] ?? 0);
    }
    table.size += 1;
    if (table.size * WIDTH <= table.values.length) return;
    const larger = new Float64Array(2 * table.values.length);
    larger.set(table.values);
    table.values = larger;
  }

  return Object.assign(table, {
    addEmpty,
    rowOf(places: ArrayLike<number>): number {
      const row = numbering.numberOf(places, 0);
      if (row === table.size) addEmpty(places);
      return row;
    },
    add(row: number, figures: Float64Array, offset: number): void {
      addRow(table, row * WIDTH, { figures, offset });
      for (let money = 0; money < MONEY.length; money += 1) spill(table, row, money);
    },
    addRest: (row: number, money: number, amount: string) => addRest(table, row, money, amount),
  });
}

function addRow(
  { values }: Table,
  base: number,
  { figures, offset }: { figures: Float64Array; offset: number },
): void {
  for (let column = 0; column < LONGEST; column += 1) {
    values[base + column] = (values[base + column] ?? 0) + (figures[offset + column] ?? 0);
  }
  const longest = figures[offset + LONGEST] ?? 0;
  if (longest > (values[base + LONGEST] ?? 0)) values[base + LONGEST] = longest;
  for (let column = FIRST_MONEY; column < WIDTH; column += 2) {
    const parts = (values[base + column + 1] ?? 0) + (figures[offset + column + 1] ?? 0);
    const carried = parts >= PARTS_IN_UNIT ? 1 : 0;
    values[base + column] =
      (values[base + column] ?? 0) + (figures[offset + column] ?? 0) + carried;
    values[base + column + 1] = parts - carried * PARTS_IN_UNIT;
  }
}

/** Units that a further sum might leave 2^53 with go to the rest. */
function spill(table: Table, row: number, money: number): void {
  const column = row * WIDTH + moneyColumn(money);
  const { values } = table;
  if (Math.abs(values[column] ?? 0) < MOST_UNITS) return;
  addRest(table, row, money, fittingText(table, row, money));
  values[column] = 0;
  values[column + 1] = 0;
}

function addRest({ rest }: Table, row: number, money: number, amount: string): void {
  const key = row * MONEY.length + money;
  rest.set(key, sumOf(rest.get(key) ?? "0", amount));
}

function fittingText({ values }: Table, row: number, money: number): string {
  const column = row * WIDTH + moneyColumn(money);
  const units = BigInt(values[column] ?? 0);
  const digits = units * BigInt(PARTS_IN_UNIT) + BigInt(values[column + 1] ?? 0);
  return decimalText({ digits, scale: PART_DECIMALS });
}

/** The sum of an amount of one row, exact. */
export function amountOf(table: Table, row: number, money: number): string {
  const rest = table.rest.get(row * MONEY.length + money);
  const fitting = fittingText(table, row, money);
  return rest === undefined ? fitting : sumOf(fitting, rest);
}

/** Adds every row of one table to the row of another that `rowOf` names; −1: it is left out. */
export function addTable(to: GrowingTable, from: Table, rowOf: (row: number) => number): void {
  for (let row = 0; row < from.size; row += 1) {
    const target = rowOf(row);
    if (target >= 0) to.add(target, from.values, row * WIDTH);
  }
  for (const [key, amount] of from.rest) {
    const money = key % MONEY.length;
    const target = rowOf((key - money) / MONEY.length);
    if (target >= 0) to.addRest(target, money, amount);
  }
}
