// The answer to a query of sums while pieces are added to it: how rows of a rollup become rows of it.
import type { SummaryQuery, SummaryRow } from "../queries/cdr-query.ts";
import { type GroupKey, isPeriod } from "../queries/group-keys.ts";
import { sellRow } from "../queries/sell/row.ts";
import type { Dimension, Rollup } from "./kinds.ts";
import { placesOf } from "./merge.ts";
import type { RollupPlan } from "./plan.ts";
import type { RollupSums } from "./quarter.ts";
import {
  addTable,
  amountOf,
  COLUMN,
  type Count,
  createDictionary,
  createTable,
  type Dictionary,
  type GrowingTable,
  LONGEST_COLUMN,
  type SumColumns,
  type Value,
  WIDTH,
} from "./table.ts";

/** The rows of an answer while pieces are added to it. */
export interface RollupAnswer {
  /** `labels`: of the periods that the query groups by, in their order, those of the piece. */
  add(sums: RollupSums, labels: readonly string[]): void;
  rows(): SummaryRow[];
  readonly size: number;
}

export function rollupAnswer(plan: RollupPlan, query: SummaryQuery): RollupAnswer {
  const { groupBy } = query;
  const dictionaries = [...groupBy, "currency", "buyCurrency"].map(createDictionary);
  const table = createTable(dictionaries);
  const target = { plan, query, dictionaries, table };
  return {
    add(sums, labels) {
      addTable(table, sums.table, targetsOf(target, sums.table, labels));
    },
    rows: () => Array.from({ length: table.size }, (_none, row) => rowOf(table, row, query)),
    get size() {
      return table.size;
    },
  };
}

/** Keys that are of the row of the sell side, for who does not see the other one. */
const OF_SELL = { prefix: true, destination: true, plan: true };

interface Target {
  plan: RollupPlan;
  query: SummaryQuery;
  dictionaries: readonly Dictionary[];
  table: GrowingTable;
}

/** The row of the answer that each row of the piece is added to; −1: the filter leaves it out. */
function targetsOf(target: Target, from: SumColumns, labels: readonly string[]): Int32Array {
  const { dictionaries, table } = target;
  const targets = wantedRows(target.plan, from);
  const columns = [...keyColumns(target, from, labels), ...currencyColumns(target, from)];
  const places = dictionaries.map(() => 0);
  for (let row = 0; row < targets.length; row += 1) {
    if (targets[row] !== 0) continue;
    for (let index = 0; index < places.length; index += 1) {
      places[index] = columns[index]?.[row] ?? 0;
    }
    targets[row] = table.rowOf(places);
  }
  return targets;
}

/** 0 for each row that the filter selects, −1 for the others. */
function wantedRows({ rollup, conditions, owners }: RollupPlan, from: SumColumns): Int32Array {
  const found = new Int32Array(from.size);
  for (const { dimension, matches } of conditions) {
    const { column, values } = columnOf(rollup, from, dimension);
    const passes = values.map((value) => (matches(value) ? 0 : -1));
    if (passes.every((pass) => pass === 0)) continue;
    const rows = placesOf({ column, size: from.size, count: values.length }, (place) => place);
    for (const [row, place] of rows.entries()) if (passes[place] !== 0) found[row] = -1;
  }
  if (owners === undefined) return found;
  const [tenants, accounts] = (["tenant", "account"] as const).map((name) =>
    valuesOf(rollup, from, name),
  );
  const owned = new Set(owners.map((one) => JSON.stringify([one.tenant, one.account])));
  for (let row = 0; row < found.length; row += 1) {
    if (!owned.has(JSON.stringify([tenants?.(row), accounts?.(row)]))) found[row] = -1;
  }
  return found;
}

function columnOf({ dimensions }: Rollup, from: SumColumns, name: Dimension) {
  const index = dimensions.indexOf(name);
  const values = from.dictionaries[index]?.values ?? [];
  return { column: from.places[index] ?? null, values };
}

/** The value of a dimension in each row. */
function valuesOf(rollup: Rollup, from: SumColumns, name: Dimension): (row: number) => Value {
  const { column, values } = columnOf(rollup, from, name);
  return (row) =>
    values[column === null ? 0 : (column.numbers[column.first + row * column.step] ?? 0)] ?? null;
}

/** Of each key of the query, its place in each row. */
function keyColumns(
  { plan: { rollup }, query, dictionaries }: Target,
  from: SumColumns,
  labels: readonly string[],
): Int32Array[] {
  const { groupBy, side } = query;
  let period = 0;
  return groupBy.map((key, index) => {
    const own = dictionaries[index];
    const placeOf = (value: Value) => own?.indexOf(value) ?? 0;
    if (isPeriod(key)) return new Int32Array(from.size).fill(placeOf(labels[period++] ?? null));
    const { column, values } = columnOf(rollup, from, key as Dimension);
    const wanted = { column, size: from.size, count: values.length };
    const places = placesOf(wanted, (place) => placeOf(values[place] ?? null));
    if (side !== "sell" || !(key in OF_SELL)) return places;
    const currencyOf = valuesOf(rollup, from, "sellCurrency");
    const none = placeOf(null);
    return places.map((place, row) => (currencyOf(row) === null ? none : place));
  });
}

/** Of both currencies of a row: that of the sell side, else of the buy side; and of the buy side. */
function currencyColumns(
  { plan: { rollup }, query: { side }, dictionaries }: Target,
  from: SumColumns,
): [Int32Array, Int32Array] {
  const [sells, buys] = (["sellCurrency", "buyCurrency"] as const).map((name) => {
    const { column, values } = columnOf(rollup, from, name);
    const size = from.size;
    return { values, places: placesOf({ column, size, count: values.length }, (place) => place) };
  });
  const [own, others] = [dictionaries.at(-2), dictionaries.at(-1)];
  const count = Math.max(buys?.values.length ?? 0, 1);
  const pairs = { numbers: new Int32Array(from.size), first: 0, step: 1 };
  for (let row = 0; row < from.size; row += 1) {
    pairs.numbers[row] = (sells?.places[row] ?? 0) * count + (buys?.places[row] ?? 0);
  }
  const wanted = { column: pairs, size: from.size, count: count * (sells?.values.length ?? 0) };
  const ofPair = (place: number): [Value, Value] => {
    const sell = sells?.values[Math.floor(place / count)] ?? null;
    const buy = buys?.values[place % count] ?? null;
    return side === "sell" ? [sell, null] : [sell ?? buy, buy];
  };
  return [
    placesOf(wanted, (place) => own?.indexOf(ofPair(place)[0]) ?? 0),
    placesOf(wanted, (place) => others?.indexOf(ofPair(place)[1]) ?? 0),
  ];
}

function rowOf(table: GrowingTable, row: number, query: SummaryQuery): SummaryRow {
  const { groupBy, side } = query;
  const count = (name: Count): number => table.values[row * WIDTH + COLUMN[name]] ?? 0;
  const width = table.dictionaries.length;
  const valueAt = (index: number): Value =>
    table.dictionaries[index]?.values[table.places[row * width + index] ?? 0] ?? null;
  const amount = (name: Count, money: number) =>
    count(name) === 0 ? null : amountOf(table, row, money);
  const found: SummaryRow = {
    keys: keysOf(groupBy, valueAt),
    currency: valueAt(groupBy.length),
    buyCurrency: valueAt(groupBy.length + 1),
    calls: count("records"),
    answered: count("answeredRecords"),
    voiceCalls: count("voiceRecords"),
    voiceAnswered: count("voiceAnswered"),
    usageMs: count("usageMs"),
    units: count("units"),
    pddMs: count("pddMs"),
    pddCalls: count("pddRecords"),
    billedMs: count("billedMs"),
    buyBilledMs: count("buyBilledMs"),
    marginCalls: count("marginRecords"),
    sellOnly: count("sellOnly"),
    buyOnly: count("buyOnly"),
    sell: amount("sellRecords", 0),
    buy: amount("buyRecords", 1),
    margin: amount("marginRecords", 2),
    attempts: {
      attempts: count("attempts"),
      answered: count("answered"),
      talkMs: count("talkMs"),
      longestMs: table.values[row * WIDTH + LONGEST_COLUMN] ?? 0,
      effective: count("effective"),
      bids: count("bids"),
      calls: count("calls"),
      answeredCalls: count("answeredCalls"),
      callTalkMs: count("callTalkMs"),
    },
  };
  return side === "sell" ? sellRow(found, count("sellRecords")) : found;
}

function keysOf(groupBy: readonly GroupKey[], valueAt: (index: number) => Value) {
  const keys: SummaryRow["keys"] = {};
  for (let index = 0; index < groupBy.length; index += 1) {
    const key = groupBy[index];
    if (key !== undefined) keys[key] = valueAt(index);
  }
  return keys;
}
