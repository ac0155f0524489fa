// Sums over every CDR, read one by one, against those that cdr.summarize answers.
import { isDeepStrictEqual } from "node:util";
import type { StoredCdr } from "../../cdr/cdr.ts";
import type { SummaryRow } from "../../reports/cdr-query.ts";
import { addAmount, type MoneySum, sumText, zeroSum } from "../../reports/money-sum.ts";

const MONEY = ["sell", "buy", "margin"] as const;

/** One tenant, outcome and pair of currencies. */
type Row = Record<string, string | number | null>;

export interface SumCheck {
  see(cdr: StoredCdr): void;
  /** The rows in the form of `summaryRows`. */
  rows(): Map<string, Row>;
}

export function createSumCheck(): SumCheck {
  const groups = new Map<string, { calls: number; sums: Map<string, MoneySum> }>();
  return {
    see({ tenant, rating }) {
      const { sell, buy, outcome } = rating;
      const currency = (sell ?? buy)?.currency ?? null;
      const key = keyOf({ tenant, outcome, currency, buyCurrency: buy?.currency ?? null });
      let group = groups.get(key);
      if (group === undefined) {
        group = { calls: 0, sums: new Map() };
        groups.set(key, group);
      }
      group.calls += 1;
      for (const name of MONEY) {
        const amount = rating[name]?.amount ?? null;
        if (amount === null) continue;
        const sum = group.sums.get(name) ?? zeroSum();
        addAmount(sum, amount);
        group.sums.set(name, sum);
      }
    },
    rows() {
      const text = (sum: MoneySum | undefined) => (sum === undefined ? null : sumText(sum));
      return new Map(
        [...groups].map(([key, { calls, sums }]) => [
          key,
          {
            calls,
            sell: text(sums.get("sell")),
            buy: text(sums.get("buy")),
            margin: text(sums.get("margin")),
          },
        ]),
      );
    },
  };
}

export function summaryRows(rows: SummaryRow[]): Map<string, Row> {
  return new Map(
    rows.map(({ keys, currency, buyCurrency, calls, sell, buy, margin }) => [
      keyOf({ tenant: keys.tenant ?? "", outcome: keys.outcome ?? "", currency, buyCurrency }),
      { calls, sell, buy, margin },
    ]),
  );
}

function keyOf(keys: {
  tenant: string;
  outcome: string;
  currency: string | null;
  buyCurrency: string | null;
}): string {
  const { tenant, outcome, currency, buyCurrency } = keys;
  return JSON.stringify([tenant, outcome, currency, buyCurrency]);
}

/** The rows that differ, with both values. */
export function sumDifferences(ours: Map<string, Row>, theirs: Map<string, Row>): string[] {
  return [...new Set([...ours.keys(), ...theirs.keys()])]
    .filter((key) => !isDeepStrictEqual(ours.get(key), theirs.get(key)))
    .map(
      (key) =>
        `${key}: the CDRs give ${JSON.stringify(ours.get(key) ?? null)}, cdr.summarize ${JSON.stringify(theirs.get(key) ?? null)}`,
    );
}
