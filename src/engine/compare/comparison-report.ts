// What a comparison found, as it goes: counts by rule, exact sums by currency, the first differences.
import { type Decimal, decimalText } from "../../money/decimal.ts";
import { addAmount, differenceText, zeroSum } from "../../money/sum.ts";
import { COMPARISON_RULES, type SideComparison } from "./call.ts";

/** What names a call in the list of differences. */
export interface ComparedCall {
  /** CDR id, or what the line calls itself. */
  id?: string | number;
  account: string;
  destination: string;
  /** RFC 3339, or the text that was given. */
  answerTime: string | null;
  /** Seconds for voice, units otherwise, or the text that was given. */
  usage: number | string;
}

export interface ListedDifference extends ComparedCall, SideComparison {
  rule: string;
  /** after − before in one currency; null where a side has no amount. */
  difference: string | null;
}

interface MoneyRow {
  currency: string;
  before: string;
  after: string;
  difference: string;
}

export interface ComparisonReport {
  calls: number;
  /** Calls of which every side is equal. */
  equal: number;
  /** Most frequent first; a side without an amount counts as 0. */
  rules: { rule: string; meaning: string; sides: number; sums: MoneyRow[] }[];
  /** Over all calls, those without difference too. */
  totals: ({ side: "sell" | "buy" } & MoneyRow)[];
  differences: ListedDifference[];
  /** Differences beyond the limit of the list. */
  notListed: number;
}

type Sums = Map<string, { before: Decimal; after: Decimal }>;

export interface RunningComparison {
  add(call: ComparedCall, sides: SideComparison[]): void;
  report(): ComparisonReport;
}

/** Memory does not grow with the calls: at most `limit` differences are kept. */
export function createRunningComparison(limit: number): RunningComparison {
  const rules = new Map<string, { sides: number; sums: Sums }>();
  const totals = { sell: new Map() as Sums, buy: new Map() as Sums };
  const differences: ListedDifference[] = [];
  let calls = 0;
  let equal = 0;
  let found = 0;

  function addDifference(call: ComparedCall, compared: SideComparison, rule: string): void {
    const known = rules.get(rule) ?? { sides: 0, sums: new Map() };
    rules.set(rule, known);
    known.sides++;
    addSides(known.sums, compared);
    found++;
    if (differences.length < limit) {
      differences.push({ ...call, ...compared, rule, difference: differenceOf(compared) });
    }
  }

  return {
    add(call, sides) {
      calls++;
      for (const compared of sides) {
        addSides(totals[compared.side], compared);
        if (compared.rule !== null) addDifference(call, compared, compared.rule);
      }
      if (sides.every(({ rule }) => rule === null)) equal++;
    },
    report: () => ({
      calls,
      equal,
      rules: [...rules]
        .map(([rule, { sides, sums }]) => {
          return { rule, meaning: COMPARISON_RULES[rule] ?? "", sides, sums: rowsOf(sums) };
        })
        .sort((a, b) => b.sides - a.sides || (a.rule < b.rule ? -1 : 1)),
      totals: (["sell", "buy"] as const).flatMap((side) =>
        rowsOf(totals[side]).map((row) => ({ side, ...row })),
      ),
      differences,
      notListed: found - differences.length,
    }),
  };
}

function addSides(sums: Sums, { before, after }: SideComparison): void {
  for (const [name, side] of [["before", before] as const, ["after", after] as const]) {
    if (side === null || side.amount === null) continue;
    const row = sums.get(side.currency) ?? { before: zeroSum(), after: zeroSum() };
    sums.set(side.currency, row);
    addAmount(row[name], side.amount);
  }
}

function rowsOf(sums: Sums): MoneyRow[] {
  return [...sums]
    .map(([currency, { before, after }]) => ({
      currency,
      before: decimalText(before),
      after: decimalText(after),
      difference: differenceText(before, after),
    }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function differenceOf({ before, after }: SideComparison): string | null {
  if (before?.amount == null || after?.amount == null) return null;
  if (before.currency !== after.currency) return null;
  const sums = { was: zeroSum(), is: zeroSum() };
  addAmount(sums.was, before.amount);
  addAmount(sums.is, after.amount);
  return differenceText(sums.was, sums.is);
}
