// Sums over every CDR, read one by one, against those that cdr.summarize and cdr.export have.
import { isDeepStrictEqual } from "node:util";
import { type Decimal, decimalText } from "../../money/decimal.ts";
import { addAmount, zeroSum } from "../../money/sum.ts";
import type { SummaryRow } from "../../queries/cdr-query.ts";

const MONEY = ["sell", "buy", "margin"] as const;

/** One tenant, outcome and pair of currencies. */
type Row = { calls: number } & Record<(typeof MONEY)[number], string | null>;
export type SumRows = Map<string, Row>;

/** What of a CDR is added up. */
export interface SummedCdr {
  tenant: string;
  rating: {
    outcome: string;
    sell: { amount: string | null; currency: string } | null;
    buy: { amount: string | null; currency: string } | null;
    margin: { amount: string | null } | null;
  };
}

export interface SumCheck {
  see(cdr: SummedCdr): void;
  /** What another one has seen, as its `rows`. */
  merge(part: SumRows, seen: number): void;
  /** How many there were. */
  seen(): number;
  /** The rows in the form of `summaryRows`. */
  rows(): SumRows;
}

export function createSumCheck(): SumCheck {
  const groups = new Map<string, { calls: number; sums: Map<string, Decimal> }>();
  let seen = 0;

  function add(key: string, row: Row): void {
    let group = groups.get(key);
    if (group === undefined) {
      group = { calls: 0, sums: new Map() };
      groups.set(key, group);
    }
    group.calls += row.calls;
    for (const name of MONEY) {
      const amount = row[name];
      if (amount === null) continue;
      const sum = group.sums.get(name) ?? zeroSum();
      addAmount(sum, amount);
      group.sums.set(name, sum);
    }
  }

  return {
    seen: () => seen,
    merge(part, more) {
      seen += more;
      for (const [key, row] of part) add(key, row);
    },
    see({ tenant, rating }) {
      seen += 1;
      const { sell, buy, outcome } = rating;
      const currency = (sell ?? buy)?.currency ?? null;
      const key = keyOf({ tenant, outcome, currency, buyCurrency: buy?.currency ?? null });
      add(key, {
        calls: 1,
        sell: sell?.amount ?? null,
        buy: buy?.amount ?? null,
        margin: rating.margin?.amount ?? null,
      });
    },
    rows() {
      const text = (sum: Decimal | undefined) => (sum === undefined ? null : decimalText(sum));
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

export function summaryRows(rows: SummaryRow[]): SumRows {
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

/** Sums and who says so. */
export interface NamedSums {
  name: string;
  rows: SumRows;
}

/** The rows that differ, with both values. */
export function sumDifferences(ours: NamedSums, theirs: NamedSums): string[] {
  const said = ({ name, rows }: NamedSums, key: string): string =>
    `${name} ${JSON.stringify(rows.get(key) ?? null)}`;
  return [...new Set([...ours.rows.keys(), ...theirs.rows.keys()])]
    .filter((key) => !isDeepStrictEqual(ours.rows.get(key), theirs.rows.get(key)))
    .map((key) => `${key}: ${said(ours, key)}, ${said(theirs, key)}`);
}
