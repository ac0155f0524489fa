// Sums over CDRs in SQLite, by group and currency, exact to the last digit.
import type { Database, Statement } from "better-sqlite3";
import { sumOf } from "../../../money/sum.ts";
import { type AttemptSums, NO_ATTEMPTS } from "../../../queries/attempts.ts";
import type { SummaryQuery, SummaryRow } from "../../../queries/cdr-query.ts";
import {
  extraNameOf,
  type GroupKey,
  type GroupValue,
  isExtraKey,
  isPeriod,
  type Period,
  placesOf,
} from "../../../queries/group-keys.ts";
import { sellRow } from "../../../queries/sell-row.ts";
import { joinSums } from "../../amount-parts.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import { requireGroups } from "../../summary-groups.ts";
import { compareSummaryRows } from "../../summary-order.ts";
import { periodLabels } from "../../zone-labels.ts";
import { billedMsOfRating, extraExpression } from "../schema.ts";
import { addAllAttempts, attemptColumns, callsQuery } from "./attempts.ts";
import { filterCondition, type SqlCondition } from "./filter.ts";
import { forEachPiece, type Piece } from "./pieces.ts";

type Money = "sell" | "buy" | "margin";
const MONEY: Money[] = ["sell", "buy", "margin"];

const TIME_COLUMNS = { answer: "call_ms", setup: "setup_key_ms", received: "received_ms" };

/** Names of the SQL functions of one connection that give the label of a period in a zone. */
const periodFunctions = new WeakMap<Database, Map<string, string>>();

/** One function for each zone and period, so that a row passes it no more than its time. */
function periodFunction(database: Database, period: Period, timeZone: string): string {
  const names = periodFunctions.get(database) ?? new Map<string, string>();
  periodFunctions.set(database, names);
  const known = names.get(`${period} ${timeZone}`);
  if (known !== undefined) return known;
  const name = `period_label_${names.size}`;
  const labels = periodLabels(timeZone);
  database.function(name, { deterministic: true, safeIntegers: false }, (atMs) =>
    labels(atMs as number, period),
  );
  names.set(`${period} ${timeZone}`, name);
  return name;
}

/** Integer sums of the amounts that fit. */
function moneyColumns(name: Money): string {
  return `count(${name}_units) AS ${name}_count,
    coalesce(sum(${name}_units), 0) AS ${name}_units,
    coalesce(sum(${name}_parts), 0) AS ${name}_parts`;
}

/** Calls with an amount of this side alone; those with one that does not fit are told apart later. */
function oneSided(name: "sell" | "buy", other: "sell" | "buy"): string {
  return `sum(has_long_amount = 0 AND ${name}_units IS NOT NULL AND ${other}_units IS NULL)`;
}

/** Milliseconds that a side of voice was billed for: 0 for rows that the column is not filled of. */
function billedMs(column: "billed_ms" | "buy_billed_ms"): string {
  return `coalesce(sum(iif(is_timed, ${column}, 0)), 0) AS ${column}`;
}

/** The same of the rows that were written before the column, out of their ratings. */
function unfilledMs(name: "sell" | "buy"): string {
  return `coalesce(sum(${billedMsOfRating(name)}), 0)`;
}

/** The text of an amount that does not fit. */
function longAmount(name: Money): string {
  return `iif(${name}_units IS NULL, rating ->> '$.${name}.amount', NULL) AS ${name}_text`;
}

/** The JSON text of an extra field that is no array, object or null. */
function extraScalar(name: string): string {
  const value = extraExpression(name);
  const isScalar = `json_type(${value}) IN ('text', 'integer', 'real', 'true', 'false')`;
  return `iif(${isScalar}, ${value}, NULL)`;
}

function keyValue(key: GroupKey, stored: SumsRow[string] | undefined): GroupValue {
  const text = (stored ?? null) as string | null;
  return text !== null && isExtraKey(key) ? (JSON.parse(text) as GroupValue) : text;
}

function keyColumn(database: Database, key: GroupKey, query: SummaryQuery): string {
  if (isExtraKey(key)) return extraScalar(extraNameOf(key));
  if (!isPeriod(key)) return placesOf(key, query.side).sql;
  return `${periodFunction(database, key, query.timeZone)}(${TIME_COLUMNS[query.time]})`;
}

function currencyColumns({ side }: SummaryQuery): string[] {
  return side === "sell"
    ? ["rating ->> '$.sell.currency' AS sum_currency", "NULL AS sum_buy_currency"]
    : ["currency AS sum_currency", "buy_currency AS sum_buy_currency"];
}

interface SumsQueries {
  /** One row for each group. */
  sums: string;
  /** One row for each CDR with amounts that do not fit: a query of its own, since SQLite would
   * carry the whole rating of every CDR through the grouping. */
  longAmounts: string;
  /** One row for each group, of rows that a rewrite of the schema has not come to yet. */
  unfilled: string;
  /** One row for each group: calls with a callId. */
  calls: SqlCondition;
}

/** FROM and WHERE are those of the piece. */
function sumsQueries(database: Database, query: SummaryQuery): (piece: Piece) => SumsQueries {
  const keys = query.groupBy.map(
    (key, index) => `${keyColumn(database, key, query)} AS key_${index}`,
  );
  const names = query.groupBy.map((_key, index) => `key_${index}`);
  const columns = [...keys, ...currencyColumns(query)].join(", ");
  const groups = [...names, "sum_currency", "sum_buy_currency"].join(", ");
  const attempts = query.attempts === undefined ? [] : [attemptColumns(query.attempts)];
  const filter = filterCondition(query.filter);
  return ({ from, where }) => ({
    sums: `SELECT ${columns}, max(has_long_amount) AS has_long_amount,
      count(*) AS calls, sum(usage > 0) AS answered,
      sum(is_timed) AS voice_calls, sum(is_timed AND usage > 0) AS voice_answered,
      sum(iif(is_timed, usage, 0)) AS usage_ms, sum(iif(is_timed, 0, usage)) AS units,
      ${billedMs("billed_ms")}, ${billedMs("buy_billed_ms")},
      max(billed_ms IS NULL) AS has_unfilled,
      ${oneSided("sell", "buy")} AS sell_only, ${oneSided("buy", "sell")} AS buy_only,
      coalesce(sum(pdd_ms), 0) AS pdd_ms, count(pdd_ms) AS pdd_calls,
      ${[...MONEY.map(moneyColumns), ...attempts].join(", ")}
      FROM ${from} WHERE ${where.sql}
      GROUP BY ${groups}`,
    longAmounts: `SELECT ${columns}, ${MONEY.map(longAmount).join(", ")},
      sell_units IS NOT NULL AS sell_fits, buy_units IS NOT NULL AS buy_fits
      FROM ${from} WHERE ${where.sql} AND has_long_amount = 1`,
    unfilled: `SELECT ${columns},
      ${unfilledMs("sell")} AS billed_ms, ${unfilledMs("buy")} AS buy_billed_ms
      FROM ${from} WHERE ${where.sql} AND billed_ms IS NULL AND is_timed
      GROUP BY ${groups}`,
    calls: callsQuery({ columns, names: groups }, { from, where }, filter),
  });
}

type SumsRow = Record<string, string | bigint | null>;

/** Amounts of one side in one group, while the pieces are read. */
interface MoneySum {
  count: bigint;
  units: bigint;
  parts: bigint;
  /** Sum of the amounts that did not fit. */
  rest: string;
}

interface Group {
  keys: SummaryRow["keys"];
  currency: string | null;
  buyCurrency: string | null;
  calls: bigint;
  answered: bigint;
  voiceCalls: bigint;
  voiceAnswered: bigint;
  usageMs: bigint;
  units: bigint;
  pddMs: bigint;
  pddCalls: bigint;
  billedMs: bigint;
  buyBilledMs: bigint;
  sellOnly: bigint;
  buyOnly: bigint;
  money: Record<Money, MoneySum>;
  attempts: AttemptSums;
}

function emptySum(): MoneySum {
  return { count: 0n, units: 0n, parts: 0n, rest: "0" };
}

function newGroup(query: SummaryQuery, row: SumsRow): Group {
  return {
    keys: Object.fromEntries(
      query.groupBy.map((key, index) => [key, keyValue(key, row[`key_${index}`])]),
    ),
    currency: row["sum_currency"] as string | null,
    buyCurrency: row["sum_buy_currency"] as string | null,
    calls: 0n,
    answered: 0n,
    voiceCalls: 0n,
    voiceAnswered: 0n,
    usageMs: 0n,
    units: 0n,
    pddMs: 0n,
    pddCalls: 0n,
    billedMs: 0n,
    buyBilledMs: 0n,
    sellOnly: 0n,
    buyOnly: 0n,
    money: { sell: emptySum(), buy: emptySum(), margin: emptySum() },
    attempts: { ...NO_ATTEMPTS },
  };
}

function addRow(group: Group, row: SumsRow): void {
  group.calls += row["calls"] as bigint;
  group.answered += row["answered"] as bigint;
  group.voiceCalls += row["voice_calls"] as bigint;
  group.voiceAnswered += row["voice_answered"] as bigint;
  group.usageMs += row["usage_ms"] as bigint;
  group.units += row["units"] as bigint;
  group.pddMs += row["pdd_ms"] as bigint;
  group.pddCalls += row["pdd_calls"] as bigint;
  group.billedMs += row["billed_ms"] as bigint;
  group.buyBilledMs += row["buy_billed_ms"] as bigint;
  group.sellOnly += row["sell_only"] as bigint;
  group.buyOnly += row["buy_only"] as bigint;
  for (const name of MONEY) {
    const sum = group.money[name];
    sum.count += row[`${name}_count`] as bigint;
    sum.units += row[`${name}_units`] as bigint;
    sum.parts += row[`${name}_parts`] as bigint;
  }
}

function addLongAmounts(group: Group, row: SumsRow): void {
  for (const name of MONEY) {
    const text = row[`${name}_text`] as string | null;
    if (text === null) continue;
    const sum = group.money[name];
    sum.count += 1n;
    sum.rest = sumOf(sum.rest, text);
  }
  const hasSell = row["sell_fits"] === 1n || row["sell_text"] !== null;
  const hasBuy = row["buy_fits"] === 1n || row["buy_text"] !== null;
  if (hasSell && !hasBuy) group.sellOnly += 1n;
  if (hasBuy && !hasSell) group.buyOnly += 1n;
}

function addUnfilled(group: Group, row: SumsRow): void {
  group.billedMs += row["billed_ms"] as bigint;
  group.buyBilledMs += row["buy_billed_ms"] as bigint;
}

function moneyText(sum: MoneySum): string | null {
  return sum.count === 0n ? null : sumOf(joinSums(sum.units, sum.parts), sum.rest);
}

function toSummaryRow(query: SummaryQuery, group: Group): SummaryRow {
  return {
    keys: group.keys,
    currency: group.currency,
    buyCurrency: group.buyCurrency,
    calls: Number(group.calls),
    answered: Number(group.answered),
    voiceCalls: Number(group.voiceCalls),
    voiceAnswered: Number(group.voiceAnswered),
    usageMs: Number(group.usageMs),
    units: Number(group.units),
    pddMs: Number(group.pddMs),
    pddCalls: Number(group.pddCalls),
    billedMs: Number(group.billedMs),
    buyBilledMs: Number(group.buyBilledMs),
    marginCalls: Number(group.money.margin.count),
    sellOnly: Number(group.sellOnly),
    buyOnly: Number(group.buyOnly),
    sell: moneyText(group.money.sell),
    buy: moneyText(group.money.buy),
    margin: moneyText(group.money.margin),
    ...(query.attempts && { attempts: group.attempts }),
  };
}

export async function summarizeCdrs(
  database: Database,
  indexedExtraFields: string[],
  query: SummaryQuery & ReadOptions,
): Promise<SummaryRow[]> {
  periodLabels(query.timeZone);
  const sqlOf = sumsQueries(database, query);
  const groups = new Map<string, Group>();
  const groupOf = (row: SumsRow): Group => {
    const keys = query.groupBy.map((_key, index) => row[`key_${index}`]);
    const name = JSON.stringify([...keys, row["sum_currency"], row["sum_buy_currency"]]);
    const group = groups.get(name) ?? newGroup(query, row);
    groups.set(name, group);
    requireGroups(groups.size);
    return group;
  };
  const walk = { filter: query.filter, descending: false, signal: query.signal };
  // Pieces have the same few texts: to compile one costs as much as to read hundreds of rows.
  const prepared = new Map<string, Statement<unknown[], SumsRow>>();
  await forEachPiece(database, indexedExtraFields, walk, (piece) => {
    const { sums, longAmounts, unfilled, calls } = sqlOf(piece);
    const select = (sql: string, values = piece.where.values): SumsRow[] => {
      const known =
        prepared.get(sql) ?? database.prepare<unknown[], SumsRow>(sql).safeIntegers(true);
      prepared.set(sql, known);
      return known.all(...values);
    };
    const rows = select(sums);
    for (const row of rows) addRow(groupOf(row), row);
    if (query.attempts !== undefined) {
      const attemptsOf = (row: SumsRow) => groupOf(row).attempts;
      addAllAttempts(rows, attemptsOf, () => select(calls.sql, calls.values));
    }
    if (rows.some((row) => row["has_long_amount"] === 1n)) {
      for (const row of select(longAmounts)) addLongAmounts(groupOf(row), row);
    }
    if (rows.some((row) => row["has_unfilled"] === 1n)) {
      for (const row of select(unfilled)) addUnfilled(groupOf(row), row);
    }
    return true;
  });
  const rowOf = (group: Group): SummaryRow => {
    const row = toSummaryRow(query, group);
    return query.side === "sell" ? sellRow(row, Number(group.money.sell.count)) : row;
  };
  return [...groups.values()].map(rowOf).sort(compareSummaryRows(query.groupBy));
}
