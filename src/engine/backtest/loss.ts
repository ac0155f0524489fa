// Prefixes that lose money under the proposed tariff and did not before, in bounded memory.
import { compareDecimals, parseDecimal } from "../../money/decimal.ts";
import { addDecimal, zeroSum } from "../../money/sum.ts";
import type { MoneyMove } from "../rerate/totals.ts";
import {
  type ComparedCall,
  isLoss,
  moveOf,
  readTexts,
  type SumMove,
  stateTexts,
} from "./compared.ts";

/** Prefixes kept before those that earn most are left out, and after it. */
const MOST_PREFIXES = 10_000;
const KEPT_PREFIXES = 5000;

interface PrefixSums {
  calls: number;
  losing: { old: number; new: number };
  margin: SumMove;
}

export interface LossyPrefix {
  /** That the proposed tariff prices the calls by. */
  prefix: string;
  currency: string;
  calls: number;
  /** Of these calls, those with a margin below 0. */
  losing: { old: number; new: number };
  margin: MoneyMove;
}

export interface LossState {
  rows: [key: string, calls: number, losingOld: number, losingNew: number, ...sums: string[]][];
  isCut: boolean;
}

export interface Losses {
  add(call: ComparedCall): void;
  state(): LossState;
  /** The largest losses first; `incomplete`: there were too many prefixes to keep each. */
  view(top: number): { count: number; rows: LossyPrefix[]; incomplete: boolean };
}

/** @param state goes on from there */
export function createLosses(state?: LossState): Losses {
  const prefixes = new Map<string, PrefixSums>();
  for (const [key, calls, old, fresh, ...sums] of state?.rows ?? []) {
    const margin = readTexts(sums);
    prefixes.set(key, { calls, losing: { old, new: fresh }, margin });
  }
  let isCut = state?.isCut ?? false;

  function leaveOut(): void {
    const kept = [...prefixes].sort(([, a], [, b]) => compareDecimals(a.margin.new, b.margin.new));
    prefixes.clear();
    for (const [key, sums] of kept.slice(0, KEPT_PREFIXES)) prefixes.set(key, sums);
    isCut = true;
  }

  return {
    add({ old, new: fresh }) {
      const { margin, sell, buy } = fresh;
      const prefix = (sell ?? buy)?.prefix ?? null;
      if (prefix === null || margin === null || margin.amount === null) return;
      const key = `${margin.currency} ${prefix}`;
      const sums = prefixes.get(key) ?? newSums();
      prefixes.set(key, sums);
      sums.calls += 1;
      addDecimal(sums.margin.new, parseDecimal(margin.amount));
      if (isLoss(margin.amount)) sums.losing.new += 1;
      const before = old.margin;
      if (before !== null && before.amount !== null && before.currency === margin.currency) {
        addDecimal(sums.margin.old, parseDecimal(before.amount));
        if (isLoss(before.amount)) sums.losing.old += 1;
      }
      if (prefixes.size > MOST_PREFIXES) leaveOut();
    },
    state: () => ({
      isCut,
      rows: [...prefixes].map(([key, { calls, losing, margin }]) => [
        ...([key, calls, losing.old, losing.new] as const),
        ...stateTexts(margin),
      ]),
    }),
    view(top) {
      const lossy = [...prefixes].filter(
        ([, { margin }]) => margin.new.digits < 0n && margin.old.digits >= 0n,
      );
      lossy.sort(([left, a], [right, b]) => {
        return compareDecimals(a.margin.new, b.margin.new) || (left < right ? -1 : 1);
      });
      const rows = lossy.slice(0, top).map(([key, sums]) => rowOf(key, sums));
      return { count: lossy.length, rows, incomplete: isCut };
    },
  };
}

function newSums(): PrefixSums {
  return { calls: 0, losing: { old: 0, new: 0 }, margin: { old: zeroSum(), new: zeroSum() } };
}

function rowOf(key: string, { calls, losing, margin }: PrefixSums): LossyPrefix {
  const [currency = "", prefix = ""] = key.split(" ");
  return {
    prefix,
    currency,
    calls,
    losing,
    margin: moveOf(margin),
  };
}
