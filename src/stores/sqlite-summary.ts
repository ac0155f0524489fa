// Sums over CDRs in SQLite, by group and currency, exact to the last digit.
import type { Database } from "better-sqlite3";
import type { GroupKey, SummaryQuery, SummaryRow } from "../reports/cdr-query.ts";
import { addDecimals, joinSums } from "./decimals.ts";
import { forEachPiece, type Piece } from "./sqlite-pieces.ts";
import type { ReadOptions } from "./store.ts";
import { compareSummaryRows } from "./summary-order.ts";
import { type Period, periodLabels } from "./zone-labels.ts";

type Money = "sell" | "buy" | "margin";
const MONEY: Money[] = ["sell", "buy", "margin"];

const TIME_COLUMNS = { answer: "call_ms", setup: "setup_key_ms", received: "received_ms" };

const KEY_COLUMNS: Record<Exclude<GroupKey, Period>, string> = {
  account: "account",
  tenant: "tenant",
  destination: "destination_name",
  country: "country",
  prefix: "prefix",
  carrier: "carrier",
  outcome: "outcome",
  reason: "reason",
  source: "source",
  category: "category",
  disconnectCause: "disconnect_cause",
};

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

/** Integer sums of the amounts that fit, and the texts of those that do not, per amount. */
function moneyColumns(name: Money): string {
  return `count(${name}_units) AS ${name}_count,
    coalesce(sum(${name}_units), 0) AS ${name}_units,
    coalesce(sum(${name}_parts), 0) AS ${name}_parts,
    json_group_array(rating ->> '$.${name}.amount') FILTER (WHERE has_long_amount = 1
      AND ${name}_units IS NULL AND rating ->> '$.${name}.amount' IS NOT NULL)
      AS ${name}_texts`;
}

function keyColumn(database: Database, key: GroupKey, query: SummaryQuery): string {
  if (key !== "day" && key !== "hour" && key !== "month") return KEY_COLUMNS[key];
  return `${periodFunction(database, key, query.timeZone)}(${TIME_COLUMNS[query.time]})`;
}

/** Columns of the sums and the grouping; FROM and WHERE are those of the piece. */
function sumsQuery(database: Database, query: SummaryQuery): (piece: Piece) => string {
  const keys = query.groupBy.map(
    (key, index) => `${keyColumn(database, key, query)} AS key_${index}`,
  );
  const names = query.groupBy.map((_key, index) => `key_${index}`);
  const columns = [...keys, "currency", "buy_currency"].join(", ");
  const groups = [...names, "currency", "buy_currency"].join(", ");
  return (piece) => `SELECT ${columns},
      count(*) AS calls, sum(usage > 0) AS answered,
      sum(is_timed) AS voice_calls, sum(is_timed AND usage > 0) AS voice_answered,
      sum(iif(is_timed, usage, 0)) AS usage_ms, sum(iif(is_timed, 0, usage)) AS units,
      coalesce(sum(pdd_ms), 0) AS pdd_ms, count(pdd_ms) AS pdd_calls,
      ${MONEY.map(moneyColumns).join(", ")}
      FROM ${piece.from} WHERE ${piece.where.sql}
      GROUP BY ${groups}`;
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
  money: Record<Money, MoneySum>;
}

function emptySum(): MoneySum {
  return { count: 0n, units: 0n, parts: 0n, rest: "0" };
}

function newGroup(query: SummaryQuery, row: SumsRow): Group {
  return {
    keys: Object.fromEntries(query.groupBy.map((key, index) => [key, row[`key_${index}`]])),
    currency: row["currency"] as string | null,
    buyCurrency: row["buy_currency"] as string | null,
    calls: 0n,
    answered: 0n,
    voiceCalls: 0n,
    voiceAnswered: 0n,
    usageMs: 0n,
    units: 0n,
    pddMs: 0n,
    pddCalls: 0n,
    money: { sell: emptySum(), buy: emptySum(), margin: emptySum() },
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
  for (const name of MONEY) {
    const sum = group.money[name];
    const texts = JSON.parse(row[`${name}_texts`] as string) as string[];
    sum.count += (row[`${name}_count`] as bigint) + BigInt(texts.length);
    sum.units += row[`${name}_units`] as bigint;
    sum.parts += row[`${name}_parts`] as bigint;
    sum.rest = texts.reduce(addDecimals, sum.rest);
  }
}

function moneyText(sum: MoneySum): string | null {
  return sum.count === 0n ? null : addDecimals(joinSums(sum.units, sum.parts), sum.rest);
}

function toSummaryRow(group: Group): SummaryRow {
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
    sell: moneyText(group.money.sell),
    buy: moneyText(group.money.buy),
    margin: moneyText(group.money.margin),
  };
}

export async function summarizeCdrs(
  database: Database,
  indexedExtraFields: string[],
  query: SummaryQuery & ReadOptions,
): Promise<SummaryRow[]> {
  periodLabels(query.timeZone);
  const sqlOf = sumsQuery(database, query);
  const groups = new Map<string, Group>();
  const walk = { filter: query.filter, descending: false, signal: query.signal };
  await forEachPiece(database, indexedExtraFields, walk, (piece) => {
    const statement = database.prepare<unknown[], SumsRow>(sqlOf(piece)).safeIntegers(true);
    const rows = statement.all(...piece.where.values);
    for (const row of rows) {
      const keys = query.groupBy.map((_key, index) => row[`key_${index}`]);
      const name = JSON.stringify([...keys, row["currency"], row["buy_currency"]]);
      const group = groups.get(name) ?? newGroup(query, row);
      groups.set(name, group);
      addRow(group, row);
    }
    return true;
  });
  return [...groups.values()].map(toSummaryRow).sort(compareSummaryRows(query.groupBy));
}
