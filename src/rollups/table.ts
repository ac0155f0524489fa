// Sums by keys in flat arrays: what a rollup is made in, kept as, and read from. Every figure is exact:
// counts are integers below 2^53, money is whole units and 10⁻¹⁰ parts, and text where that is too small.
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
const ZERO = 48;
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

/** Units are rounded down: of a negative amount the parts lead back up. */
function fittingText({ values }: Table, row: number, money: number): string {
  const column = row * WIDTH + moneyColumn(money);
  const [units, parts] = [values[column] ?? 0, values[column + 1] ?? 0];
  if (parts === 0) return String(units);
  const [sign, whole, rest] =
    units < 0 ? ["-", -1 - units, PARTS_IN_UNIT - parts] : ["", units, parts];
  const decimals = String(rest).padStart(PART_DECIMALS, "0");
  let length = PART_DECIMALS;
  while (decimals.charCodeAt(length - 1) === ZERO) length -= 1;
  return `${sign}${whole}.${decimals.slice(0, length)}`;
}

/** The sum of an amount of one row, exact. */
export function amountOf(table: Table, row: number, money: number): string {
  const rest = table.rest.get(row * MONEY.length + money);
  const fitting = fittingText(table, row, money);
  return rest === undefined ? fitting : sumOf(fitting, rest);
}

/** Where the numbers of a column are; null: every one is 0. */
export type Column = { numbers: ArrayLike<number>; first: number; step: number } | null;

/** Sums as they are read: by columns, those without a figure left out. */
export interface SumColumns {
  readonly dictionaries: readonly Pick<Dictionary, "values">[];
  readonly size: number;
  /** Of each dictionary, the places of the values of the rows. */
  readonly places: readonly Column[];
  readonly figures: readonly Column[];
  /** By row × 3 + amount. */
  readonly rest: ReadonlyMap<number, string>;
}

export function columnsOf(table: Table): SumColumns {
  const { dictionaries, size, places, values, rest } = table;
  const wide = dictionaries.length;
  const column = (numbers: ArrayLike<number>, step: number) => (_none: unknown, first: number) => {
    return { numbers, first, step };
  };
  return {
    ...{ dictionaries, size, rest },
    places: dictionaries.map(column(places, wide)),
    figures: Array.from({ length: WIDTH }, column(values, WIDTH)),
  };
}

/** Adds each row to that row of the table which `targets` says; −1: it is left out. */
export function addTable(to: GrowingTable, from: SumColumns, targets: Int32Array): void {
  for (let column = 0; column < LONGEST; column += 1) {
    addColumn(to.values, from.figures[column] ?? null, { targets, column });
  }
  raiseColumn(to.values, from.figures[LONGEST] ?? null, { targets, column: LONGEST });
  for (let money = 0; money < MONEY.length; money += 1) addMoney(to, from, { targets, money });
  for (const [key, amount] of from.rest) {
    const money = key % MONEY.length;
    const target = targets[(key - money) / MONEY.length] ?? -1;
    if (target >= 0) to.addRest(target, money, amount);
  }
}

interface ColumnTo {
  targets: Int32Array;
  column: number;
}

function addColumn(values: Float64Array, from: Column, { targets, column }: ColumnTo): void {
  if (from === null) return;
  const { numbers, first, step } = from;
  for (let row = 0, at = first; row < targets.length; row += 1, at += step) {
    const target = targets[row] ?? -1;
    if (target < 0) continue;
    const place = target * WIDTH + column;
    values[place] = (values[place] ?? 0) + (numbers[at] ?? 0);
  }
}

function raiseColumn(values: Float64Array, from: Column, { targets, column }: ColumnTo): void {
  if (from === null) return;
  const { numbers, first, step } = from;
  for (let row = 0, at = first; row < targets.length; row += 1, at += step) {
    const target = targets[row] ?? -1;
    if (target < 0) continue;
    const place = target * WIDTH + column;
    const number = numbers[at] ?? 0;
    if (number > (values[place] ?? 0)) values[place] = number;
  }
}

function addMoney(
  to: GrowingTable,
  from: SumColumns,
  { targets, money }: { targets: Int32Array; money: number },
): void {
  const column = moneyColumn(money);
  const [units, parts] = [from.figures[column] ?? null, from.figures[column + 1] ?? null];
  if (units === null && parts === null) return;
  const { values } = to;
  for (let row = 0; row < targets.length; row += 1) {
    const target = targets[row] ?? -1;
    if (target < 0) continue;
    const place = target * WIDTH + column;
    const sum = (values[place + 1] ?? 0) + numberAt(parts, row);
    const carried = sum >= PARTS_IN_UNIT ? 1 : 0;
    values[place + 1] = sum - carried * PARTS_IN_UNIT;
    values[place] = (values[place] ?? 0) + numberAt(units, row) + carried;
    spill(to, target, money);
  }
}

function numberAt(column: Column, row: number): number {
  return column === null ? 0 : (column.numbers[column.first + row * column.step] ?? 0);
}
