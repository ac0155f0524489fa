// Sums over CDRs as they pass by: the same rows as a summary without keys, exact to the last digit.
import type { StoredCdr } from "../cdr/cdr.ts";
import { isTimed } from "../cdr/usage.ts";
import { type Decimal, decimalText } from "../money/decimal.ts";
import { addAmount, zeroSum } from "../money/sum.ts";
import type { SummaryRow } from "./cdr-query.ts";

type Money = "sell" | "buy" | "margin";
const MONEY: readonly Money[] = ["sell", "buy", "margin"];

interface Group {
  row: SummaryRow;
  money: Record<Money, Decimal | null>;
}

export interface RunningSums {
  add(cdr: StoredCdr): void;
  /** One row for each pair of currencies, in the order of the stores: null first, then by name. */
  rows(): SummaryRow[];
}

function newGroup(currency: string | null, buyCurrency: string | null): Group {
  const counts = { calls: 0, answered: 0, voiceCalls: 0, voiceAnswered: 0 };
  const usage = { usageMs: 0, units: 0, pddMs: 0, pddCalls: 0, billedMs: 0, buyBilledMs: 0 };
  const sides = { marginCalls: 0, sellOnly: 0, buyOnly: 0 };
  const amounts = { sell: null, buy: null, margin: null };
  return {
    row: { keys: {}, currency, buyCurrency, ...counts, ...usage, ...sides, ...amounts },
    money: { ...amounts },
  };
}

type Amounts = Record<Money, string | null>;

function amountsOf({ rating }: StoredCdr): Amounts {
  return {
    sell: rating.sell?.amount ?? null,
    buy: rating.buy?.amount ?? null,
    margin: rating.margin?.amount ?? null,
  };
}

function addMoney({ row, money }: Group, amounts: Amounts): void {
  const { sell, buy, margin } = amounts;
  row.marginCalls += margin === null ? 0 : 1;
  row.sellOnly += sell !== null && buy === null ? 1 : 0;
  row.buyOnly += sell === null && buy !== null ? 1 : 0;
  for (const side of MONEY) {
    const amount = amounts[side];
    if (amount === null) continue;
    money[side] ??= zeroSum();
    addAmount(money[side], amount);
  }
}

function addCounts(row: SummaryRow, { primary, rating }: StoredCdr): void {
  const answered = primary.usage > 0 ? 1 : 0;
  row.calls += 1;
  row.answered += answered;
  if (isTimed(primary.tor)) {
    row.voiceCalls += 1;
    row.voiceAnswered += answered;
    row.usageMs += primary.usage;
    row.billedMs += Math.round((rating.sell?.billedSeconds ?? 0) * 1000);
    row.buyBilledMs += Math.round((rating.buy?.billedSeconds ?? 0) * 1000);
  } else {
    row.units += primary.usage;
  }
  if (primary.pddMs !== undefined) {
    row.pddMs += primary.pddMs;
    row.pddCalls += 1;
  }
}

function compareNames(left: string | null, right: string | null): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return left < right ? -1 : 1;
}

export function createRunningSums(): RunningSums {
  const groups = new Map<string, Group>();
  return {
    add(cdr) {
      const { sell, buy } = cdr.rating;
      const currency = (sell ?? buy)?.currency ?? null;
      const buyCurrency = buy?.currency ?? null;
      const name = `${currency}\n${buyCurrency}`;
      const group = groups.get(name) ?? newGroup(currency, buyCurrency);
      groups.set(name, group);
      addCounts(group.row, cdr);
      addMoney(group, amountsOf(cdr));
    },
    rows: () =>
      [...groups.values()]
        .map(({ row, money }) => ({
          ...row,
          sell: money.sell && decimalText(money.sell),
          buy: money.buy && decimalText(money.buy),
          margin: money.margin && decimalText(money.margin),
        }))
        .sort(
          (left, right) =>
            compareNames(left.currency, right.currency) ||
            compareNames(left.buyCurrency, right.buyCurrency),
        ),
  };
}
