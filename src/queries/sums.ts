// Rows of sums added to each other, exact: folds, what is beyond the top, totals.
import { sumOf } from "../money/sum.ts";
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

/** Nothing, in a pair of currencies. */
export function noSums({ currency, buyCurrency }: CurrencyPair): Sums {
  const counts = Object.fromEntries(COUNTS.map((name) => [name, 0]));
  return {
    ...(counts as Record<(typeof COUNTS)[number], number>),
    ...{ currency, buyCurrency, sell: null, buy: null, margin: null },
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

export function pairName({ currency, buyCurrency }: CurrencyPair): string {
  return JSON.stringify([currency, buyCurrency]);
}

/** One for each pair of currencies, in the order of the stores: null first, then by name. */
export function sumsByPair(rows: Iterable<Sums>): Sums[] {
  const byPair = new Map<string, Sums>();
  for (const row of rows) {
    const sums = byPair.get(pairName(row)) ?? noSums(row);
    byPair.set(pairName(row), sums);
    addSums(sums, row);
  }
  return [...byPair.values()].sort(
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
