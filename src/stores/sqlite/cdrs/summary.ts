// Sums over CDRs in SQLite, by group and currency, exact to the last digit.
import type { Database, Statement } from "better-sqlite3";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { SummaryQuery, SummaryRow } from "../../../queries/cdr-query.ts";
import {
  extraNameOf,
  type GroupKey,
  isExtraKey,
  isPeriod,
  type Period,
  placesOf,
} from "../../../queries/group-keys.ts";
import type { ReadOptions } from "../../ports/cdrs.ts";
import type { SumParts } from "../../rollups/sums.ts";
import { compareSummaryRows } from "../../summary-order.ts";
import { periodLabels } from "../../zone-labels.ts";
import { billedMsOfRating, extraExpression } from "../schema.ts";
import { addAllAttempts, addCalls, attemptColumns, callsQuery } from "./attempts.ts";
import { filterCondition, type SqlCondition } from "./filter.ts";
import {
  addLongAmounts,
  addRow,
  addUnfilled,
  createGroups,
  MONEY,
  type SumsRow,
} from "./groups.ts";
import { forEachPiece, type Piece } from "./pieces.ts";

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
function moneyColumns(name: "sell" | "buy" | "margin"): string {
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
function longAmount(name: "sell" | "buy" | "margin"): string {
  return `iif(${name}_units IS NULL, rating ->> '$.${name}.amount', NULL) AS ${name}_text`;
}

/** The JSON text of an extra field that is no array, object or null. */
function extraScalar(name: string): string {
  const value = extraExpression(name);
  const isScalar = `json_type(${value}) IN ('text', 'integer', 'real', 'true', 'false')`;
  return `iif(${isScalar}, ${value}, NULL)`;
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
function sumsQueries(
  database: Database,
  query: SummaryQuery,
  exceptCalls: readonly string[] = [],
): (piece: Piece) => SumsQueries {
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
    calls: callsQuery({ columns, names: groups, exceptCalls }, { from, where }, filter),
  });
}

/** Of `parts`: the parts of the filter that are read; all of it where there are none. */
export async function summarizeCdrs(
  database: Database,
  indexedExtraFields: string[],
  query: SummaryQuery & ReadOptions,
  parts?: SumParts,
): Promise<SummaryRow[]> {
  periodLabels(query.timeZone);
  const sqlOf = sumsQueries(database, query, parts?.exceptCalls);
  const { groupOf, rows: groupRows } = createGroups(query);
  // Pieces have the same few texts: to compile one costs as much as to read hundreds of rows.
  const prepared = new Map<string, Statement<unknown[], SumsRow>>();
  const addPiece = (piece: Piece): boolean => {
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
  };
  const { filter, signal } = query;
  for (const callTime of parts?.ranges ?? [filter.callTime]) {
    const part = callTime === undefined ? filter : { ...filter, callTime };
    const walk = { filter: part, descending: false, signal };
    await forEachPiece(database, indexedExtraFields, walk, addPiece);
  }
  return groupRows().sort(compareSummaryRows(query.groupBy));
}

/** Calls that one statement looks up. */
const MOST_CALLS = 500;

/** Rows in which these calls alone are counted, by the first attempt that the filter selects. */
export async function callsOf(
  database: Database,
  query: SummaryQuery & ReadOptions,
  callIds: readonly string[],
): Promise<SummaryRow[]> {
  const sqlOf = sumsQueries(database, query);
  const { groupOf, rows } = createGroups(query);
  const filter = filterCondition(query.filter);
  for (let start = 0; start < callIds.length; start += MOST_CALLS) {
    if (isTurnOver()) await ownTurn();
    query.signal?.throwIfAborted();
    const values = [JSON.stringify(callIds.slice(start, start + MOST_CALLS)), ...filter.values];
    const sql = `call_id IN (SELECT value FROM json_each(?)) AND ${filter.sql}`;
    const { calls } = sqlOf({ from: "cdr INDEXED BY cdr_by_call", where: { sql, values } });
    const select = database.prepare<unknown[], SumsRow>(calls.sql).safeIntegers(true);
    for (const row of select.all(...calls.values)) addCalls(groupOf(row).attempts, row);
  }
  return rows();
}
