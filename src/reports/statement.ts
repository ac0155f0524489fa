// A statement: what an account owes, or a carrier is owed, for a period, by day and destination. Its lines
// give its totals, to the last digit.
import { sumOf } from "../money/sum.ts";
import type { SummaryRow } from "../queries/cdr-query.ts";
import { compareNames } from "../queries/sums.ts";

/** An account is charged by the sell side, a carrier charges by the buy side. */
export type StatementSide = "sell" | "buy";

export interface StatementSums {
  /** Of the amount; null: these records have none. */
  currency: string | null;
  /** Records. */
  cdrs: number;
  /** Records with usage. */
  answered: number;
  /** Usage of voice records. */
  seconds: number;
  /** What the side billed of it. */
  billedSeconds: number;
  /** Usage of what is no voice. */
  units: number;
  /** Sum of amounts as they were rounded once; null: these records have none. */
  amount: string | null;
}

export interface StatementLine extends StatementSums {
  /** By the clocks of the zone, `2026-03-02`. */
  day: string;
  /** As the tariff names it; null: no row matched. */
  destination: string | null;
}

/** What a store is to sum by. */
export const STATEMENT_KEYS = ["tenant", "day", "destination"] as const;

/** Sums of the records that the side has an amount for, and of those that it has none for. */
export interface StatementRows {
  priced: readonly SummaryRow[];
  unpriced: readonly SummaryRow[];
}

/** Below every amount: what has one is at least this. */
export const LEAST_AMOUNT = `-${"9".repeat(34)}`;

/** In the order of days, then destinations; what has no name, or no price, comes first. */
export function statementLines(
  { priced, unpriced }: StatementRows,
  side: StatementSide,
): StatementLine[] {
  const lines = new Map<string, StatementLine>();
  const put = (row: SummaryRow, sums: StatementSums): void => {
    const day = row.keys.day ?? "";
    const destination = row.keys.destination ?? null;
    const name = JSON.stringify([day, destination, sums.currency]);
    const line = lines.get(name);
    if (line === undefined) lines.set(name, { day, destination, ...sums });
    else add(line, sums);
  };
  for (const row of priced) put(row, sumsOfSide(row, side));
  for (const row of unpriced) {
    put(row, { ...sumsOfSide(row, side), currency: null, amount: null });
  }
  return [...lines.values()].sort(
    (left, right) =>
      compareNames(left.day, right.day) ||
      compareNames(left.destination, right.destination) ||
      compareNames(left.currency, right.currency),
  );
}

/** One a currency, what has none first. */
export function statementTotals(lines: readonly StatementLine[]): StatementSums[] {
  const totals = new Map<string | null, StatementSums>();
  for (const { day: _day, destination: _destination, ...sums } of lines) {
    const total = totals.get(sums.currency);
    if (total === undefined) totals.set(sums.currency, { ...sums });
    else add(total, sums);
  }
  return [...totals.values()].sort((left, right) => compareNames(left.currency, right.currency));
}

function sumsOfSide(row: SummaryRow, side: StatementSide): StatementSums {
  const isSell = side === "sell";
  return {
    currency: isSell ? row.currency : row.buyCurrency,
    cdrs: row.calls,
    answered: row.answered,
    seconds: row.usageMs / 1000,
    billedSeconds: (isSell ? row.billedMs : row.buyBilledMs) / 1000,
    units: row.units,
    amount: isSell ? row.sell : row.buy,
  };
}

const COUNTS = ["cdrs", "answered", "units"] as const;
const SECONDS = ["seconds", "billedSeconds"] as const;

/** Both are of one currency. */
function add(to: StatementSums, more: StatementSums): void {
  for (const name of COUNTS) to[name] += more[name];
  // Whole milliseconds: sums of binary seconds would drift.
  for (const name of SECONDS) {
    to[name] = (Math.round(to[name] * 1000) + Math.round(more[name] * 1000)) / 1000;
  }
  if (to.amount !== null && more.amount !== null) to.amount = sumOf(to.amount, more.amount);
}
