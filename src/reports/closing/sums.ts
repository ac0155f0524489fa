// The lines of a statement out of what it says of each CDR: exact, whatever order they come in.
import { type Decimal, decimalText } from "../../money/decimal.ts";
import { addAmount, zeroSum } from "../../money/sum.ts";
import { compareNames } from "../../queries/sums.ts";
import { type StatementLine, type StatementSums, statementTotals } from "../statement.ts";
import type { Billed, BilledChange } from "./billed.ts";

interface Running {
  day: string;
  destination: string | null;
  currency: string | null;
  cdrs: number;
  answered: number;
  usageMs: number;
  billedMs: number;
  units: number;
  amount: Decimal | null;
}

export interface ClosedSums {
  add(change: BilledChange): void;
  /** How many lines there are so far. */
  size(): number;
  /** In the order of days, then destinations; those that come to nothing are left out. */
  lines(): StatementLine[];
}

export function createClosedSums(): ClosedSums {
  const lines = new Map<string, Running>();

  function addBilled(billed: Billed, sign: 1 | -1): void {
    const { day, destination, currency, amount } = billed;
    const key = JSON.stringify([day, destination, currency]);
    let line = lines.get(key);
    if (line === undefined) {
      const counts = { cdrs: 0, answered: 0, usageMs: 0, billedMs: 0, units: 0 };
      line = { day, destination, currency, ...counts, amount: amount === null ? null : zeroSum() };
      lines.set(key, line);
    }
    line.cdrs += sign;
    line.answered += sign * billed.answered;
    line.usageMs += sign * billed.usageMs;
    line.billedMs += sign * billed.billedMs;
    line.units += sign * billed.units;
    if (line.amount !== null && amount !== null) addAmount(line.amount, amount, sign);
  }

  return {
    add({ was, now }) {
      if (was != null) addBilled(was, -1);
      if (now !== null) addBilled(now, 1);
    },
    size: () => lines.size,
    lines: () =>
      [...lines.values()]
        .filter(isSomething)
        .map(lineOf)
        .sort(
          (left, right) =>
            compareNames(left.day, right.day) ||
            compareNames(left.destination, right.destination) ||
            compareNames(left.currency, right.currency),
        ),
  };
}

function isSomething({ cdrs, answered, usageMs, billedMs, units, amount }: Running): boolean {
  const hasCounts = [cdrs, answered, usageMs, billedMs, units].some((count) => count !== 0);
  return hasCounts || (amount !== null && amount.digits !== 0n);
}

function lineOf({ usageMs, billedMs, amount, ...line }: Running): StatementLine {
  const { day, destination, currency, cdrs, answered, units } = line;
  return {
    ...{ day, destination, currency, cdrs, answered },
    seconds: usageMs / 1000,
    billedSeconds: billedMs / 1000,
    units,
    amount: amount === null ? null : decimalText(amount),
  };
}

/** Sums of several statements together, one a currency; those that come to nothing too. */
export function joinTotals(all: readonly (readonly StatementSums[])[]): StatementSums[] {
  return statementTotals(all.flat().map((sums) => ({ ...sums, day: "", destination: null })));
}
