// A reporting currency: amounts at stated, dated rates beside the own ones, never instead of them.
import { engineError } from "../../errors.ts";
import { fractionOf, multiply, roundedText } from "../../money/fraction.ts";
import { sumOf } from "../../money/sum.ts";
import type { StatementLine } from "../statement.ts";

/** By size, without regard to the sign: a credit is rounded as the charge that it takes back. */
export const ROUNDINGS = { "half-up": "*middle", up: "*up", down: "*down" } as const;

export interface DatedRate {
  /** The currency that amounts are in. */
  from: string;
  /** What one unit of it is in the reporting currency, decimal text. */
  rate: string;
  /** The first day that it holds for, `2026-03-01`, by the clocks of the statement. */
  date: string;
}

export interface Reporting {
  currency: string;
  rates: DatedRate[];
  decimals: number;
  rounding: keyof typeof ROUNDINGS;
}

export interface ReportingTotal {
  /** The own currency; the sum of its lines, each converted and rounded once. */
  from: string;
  amount: string;
}

/**
 * Each line at the rate of its day: the latest one whose date is not behind it; null: it has no amount.
 * @throws `invalid-params` that names a currency and a day without a rate
 */
export function reportingAmount(
  { currency, day, amount }: Pick<StatementLine, "currency" | "day" | "amount">,
  reporting: Reporting,
): string | null {
  if (currency === null || amount === null) return null;
  return rounded(amount, rateOn(currency, day, reporting), reporting);
}

/** @throws as `reportingAmount` */
export function reportingTotals(
  lines: readonly StatementLine[],
  reporting: Reporting,
): ReportingTotal[] {
  const sums = new Map<string, string>();
  for (const line of lines) {
    const converted = reportingAmount(line, reporting);
    if (line.currency === null || converted === null) continue;
    sums.set(line.currency, sumOf(sums.get(line.currency) ?? "0", converted));
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([from, amount]) => ({ from, amount }));
}

function rounded(amount: string, rate: string, { decimals, rounding }: Reporting): string {
  const isCredit = amount.startsWith("-");
  const size = multiply(fractionOf(isCredit ? amount.slice(1) : amount), fractionOf(rate));
  const text = roundedText(size, decimals, ROUNDINGS[rounding]);
  return isCredit ? sumOf(`-${text}`) : text;
}

function rateOn(from: string, day: string, { currency, rates }: Reporting): string {
  if (from === currency) return "1";
  let found: DatedRate | undefined;
  for (const rate of rates) {
    if (rate.from !== from || rate.date > day) continue;
    if (found === undefined || rate.date >= found.date) found = rate;
  }
  if (found !== undefined) return found.rate;
  throw engineError("invalid-params", `There is no rate from ${from} to ${currency} on ${day}.`, {
    path: "reporting.rates",
    hint: "Name one whose date is that day or earlier.",
  });
}
