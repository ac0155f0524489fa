// Rows of sums added to each other, exact: folds, what is beyond the top, totals.
import { type Decimal, decimalText } from "../money/decimal.ts";
import { addAmount, sumOf, zeroSum } from "../money/sum.ts";
import { type AttemptSums, addAttempts, NO_ATTEMPTS } from "./attempts.ts";
import type { SummaryRow } from "./cdr-query.ts";

/** Sums of one group, as a store answers them where it is asked for attempts. */
export type Sums = Omit<SummaryRow, "keys"> & { attempts: AttemptSums };

export interface CurrencyPair {
  currency: string | null;
  buyCurrency: string | null;
}

const COUNTS = [
  "calls",
  "answered",
  "voiceCalls",
  "voiceAnswered",
  "usageMs",
  "units",
  "pddMs",
  "pddCalls",
  "billedMs",
  "buyBilledMs",
  "marginCalls",
  "sellOnly",
  "buyOnly",
] as const satisfies readonly (keyof SummaryRow)[];
const MONEY = ["sell", "buy", "margin"] as const;
const NOTHING = Object.fromEntries(COUNTS.map((name) => [name, 0])) as Record<
  (typeof COUNTS)[number],
  number
>;

/** Nothing, in a pair of currencies. */
export function noSums({ currency, buyCurrency }: CurrencyPair): Sums {
  return {
    ...{ ...NOTHING, currency, buyCurrency, sell: null, buy: null, margin: null },
    attempts: { ...NO_ATTEMPTS },
  };
}

/** A store's row without its keys. */
export function sumsOf({ keys: _keys, attempts = NO_ATTEMPTS, ...row }: SummaryRow): Sums {
  return { ...row, attempts: { ...attempts } };
}

/** Both are of one pair of currencies. */
export function addSums(to: Sums, more: Sums): void {
  for (const name of COUNTS) to[name] += more[name];
  for (const name of MONEY) to[name] = sumOfKnown(to[name], more[name]);
  addAttempts(to.attempts, more.attempts);
}

/** Null: nothing had an amount. */
function sumOfKnown(left: string | null, right: string | null): string | null {
  if (left === null || right === null) return left ?? right;
  return sumOf(left, right);
}

/** Sums of one pair of currencies while many are added to them: each amount is read once. */
export interface GrowingSums {
  add(more: Sums): void;
  end(): Sums;
}

export function growingSums(pair: CurrencyPair): GrowingSums {
  /** Most are of one row alone, which is what they are. */
  let first: Sums | null = null;
  let sums: Sums | null = null;
  const money: Record<(typeof MONEY)[number], Decimal | null> = {
    ...{ sell: null, buy: null, margin: null },
  };

  function addTo(to: Sums, more: Sums): void {
    for (const name of COUNTS) to[name] += more[name];
    for (const name of MONEY) {
      const amount = more[name];
      if (amount === null) continue;
      money[name] ??= zeroSum();
      addAmount(money[name], amount);
    }
    addAttempts(to.attempts, more.attempts);
  }

  return {
    add(more) {
      if (first === null) {
        first = more;
        return;
      }
      if (sums === null) {
        sums = noSums(pair);
        addTo(sums, first);
      }
      addTo(sums, more);
    },
    end() {
      if (sums === null) return first === null ? noSums(pair) : sumsOf({ keys: {}, ...first });
      for (const name of MONEY) sums[name] = money[name] && decimalText(money[name]);
      return sums;
    },
  };
}

export function pairName({ currency, buyCurrency }: CurrencyPair): string {
  return JSON.stringify([currency, buyCurrency]);
}

/** One for each pair of currencies, in the order of the stores: null first, then by name. */
export function sumsByPair(rows: Iterable<Sums>): Sums[] {
  const byPair = new Map<string, GrowingSums>();
  // Most rows are of the pair of the one before.
  let last: (CurrencyPair & { sums: GrowingSums }) | null = null;
  for (const row of rows) {
    const { currency, buyCurrency } = row;
    if (last === null || last.currency !== currency || last.buyCurrency !== buyCurrency) {
      const name = pairName(row);
      last = { currency, buyCurrency, sums: byPair.get(name) ?? growingSums(row) };
      byPair.set(name, last.sums);
    }
    last.sums.add(row);
  }
  const all = [...byPair.values()].map((sums) => sums.end());
  return all.sort(
    (left, right) =>
      compareNames(left.currency, right.currency) ||
      compareNames(left.buyCurrency, right.buyCurrency),
  );
}

/** Null before every name. */
export function compareNames(left: string | null, right: string | null): number {
  if (left === right) return 0;
  if (left === null || right === null) return left === null ? -1 : 1;
  return left < right ? -1 : 1;
}
