// Calls that lose a price: a side that had an amount and has none any more.
import { type Decimal, decimalText, parseDecimal } from "../../money/decimal.ts";
import { addAmount, zeroSum } from "../../money/sum.ts";
import type { ComparedCall } from "./compared.ts";

const SIDES = ["sell", "buy"] as const;

export interface UnpricedRow {
  side: "sell" | "buy";
  /** Why it has no amount now. */
  reason: string;
  currency: string;
  calls: number;
  /** What the calls had. */
  amount: string;
}

export interface UnpricedState {
  calls: number;
  rows: [key: string, calls: number, amount: string][];
}

export interface UnpricedReport {
  /** True where the call loses a price. */
  add(call: ComparedCall): boolean;
  state(): UnpricedState;
  /** The most frequent first. */
  view(): { calls: number; rows: UnpricedRow[] };
}

/** Rows are as many as reasons and currencies. @param state goes on from there */
export function createUnpricedReport(state?: UnpricedState): UnpricedReport {
  let calls = state?.calls ?? 0;
  const rows = new Map<string, { calls: number; amount: Decimal }>();
  for (const [key, count, amount] of state?.rows ?? []) {
    rows.set(key, { calls: count, amount: parseDecimal(amount) });
  }

  return {
    add({ old, new: fresh, isAnswered }) {
      let isLost = false;
      for (const side of SIDES) {
        const [was, is] = [old[side], fresh[side]];
        if (!isAnswered || was === null || was.amount === null) continue;
        if (is !== null && is.amount !== null) continue;
        isLost = true;
        const key = [side, is?.reason ?? fresh.reason ?? "no-side", was.currency].join(" ");
        const row = rows.get(key) ?? { calls: 0, amount: zeroSum() };
        rows.set(key, row);
        row.calls += 1;
        addAmount(row.amount, was.amount);
      }
      if (isLost) calls += 1;
      return isLost;
    },
    state: () => ({
      calls,
      rows: [...rows].map(([key, row]) => [key, row.calls, decimalText(row.amount)]),
    }),
    view: () => ({
      calls,
      rows: [...rows].map(rowOf).sort((a, b) => b.calls - a.calls),
    }),
  };
}

function rowOf([key, { calls, amount }]: [
  string,
  { calls: number; amount: Decimal },
]): UnpricedRow {
  // None of the three has a blank in it.
  const [side, reason = "", currency = ""] = key.split(" ");
  return { side: side as "sell" | "buy", reason, currency, calls, amount: decimalText(amount) };
}
