// Groups of a sum over CDRs in SQLite while its pieces are read, and the rows that they become.
import { sumOf } from "../../../money/sum.ts";
import { type AttemptSums, NO_ATTEMPTS } from "../../../queries/attempts.ts";
import type { SummaryQuery, SummaryRow } from "../../../queries/cdr-query.ts";
import { type GroupKey, type GroupValue, isExtraKey } from "../../../queries/group-keys.ts";
import { sellRow } from "../../../queries/sell/row.ts";
import { joinSums } from "../../amount-parts.ts";
import { requireGroups } from "../../summary-groups.ts";

type Money = "sell" | "buy" | "margin";
export const MONEY: Money[] = ["sell", "buy", "margin"];

function keyValue(key: GroupKey, stored: SumsRow[string] | undefined): GroupValue {
  const text = (stored ?? null) as string | null;
  return text !== null && isExtraKey(key) ? (JSON.parse(text) as GroupValue) : text;
}

export type SumsRow = Record<string, string | bigint | null>;

/** Amounts of one side in one group, while the pieces are read. */
interface MoneySum {
  count: bigint;
  units: bigint;
  parts: bigint;
  /** Sum of the amounts that did not fit. */
  rest: string;
}

export interface Group {
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

export function addRow(group: Group, row: SumsRow): void {
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

export function addLongAmounts(group: Group, row: SumsRow): void {
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

export function addUnfilled(group: Group, row: SumsRow): void {
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

/** The groups of a sum while its pieces are read. */
export function createGroups(query: SummaryQuery) {
  const groups = new Map<string, Group>();
  const groupOf = (row: SumsRow): Group => {
    const keys = query.groupBy.map((_key, index) => row[`key_${index}`]);
    const name = JSON.stringify([...keys, row["sum_currency"], row["sum_buy_currency"]]);
    const group = groups.get(name) ?? newGroup(query, row);
    groups.set(name, group);
    requireGroups(groups.size);
    return group;
  };
  const rowOf = (group: Group): SummaryRow => {
    const row = toSummaryRow(query, group);
    return query.side === "sell" ? sellRow(row, Number(group.money.sell.count)) : row;
  };
  return { groupOf, rows: () => [...groups.values()].map(rowOf) };
}
