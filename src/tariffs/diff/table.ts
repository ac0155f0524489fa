// A difference as a table, for CSV and spreadsheets.
import { rateCells } from "../decks/report.ts";
import type { PricingRules, RateRow } from "../tariff.ts";
import { callPrices, SHOWN_CALLS } from "./call-prices.ts";
import type { RateChange, RateDifference } from "./compare.ts";
import type { PlanDifference } from "./tariffs.ts";

const COMPARED = [
  "rate",
  "connect_fee",
  "first_interval",
  "next_interval",
  "minimum_seconds",
  "status",
] as const;
const PLACE = ["caller_prefix", "tor", "band", "from_second"] as const;

export const DIFF_COLUMNS: readonly string[] = [
  "plan",
  "side",
  "prefix",
  "destination",
  "change",
  "percent",
  ...COMPARED.flatMap((column) => [`old_${column}`, `new_${column}`]),
  ...SHOWN_CALLS.flatMap((seconds) => [`old_${seconds}_seconds`, `new_${seconds}_seconds`]),
  "old_effective_from",
  "new_effective_from",
  "old_effective_to",
  "new_effective_to",
  ...PLACE,
];

/** The rows of these changes, in the order of the columns. */
export function* diffTable(
  plans: readonly PlanDifference[],
  changes: ReadonlySet<RateChange>,
): Generator<string[], void> {
  for (const plan of plans) {
    for (const row of plan.rows) if (changes.has(row.change)) yield cellsOf(plan, row);
  }
}

function cellsOf(plan: PlanDifference, row: RateDifference): string[] {
  const [old, fresh] = [sideOf(row.old, plan.old), sideOf(row.new, plan.new)];
  const place = fresh ?? old;
  const both = (column: string) => [old?.[column] ?? "", fresh?.[column] ?? ""];
  return [
    plan.plan,
    plan.side,
    place?.["prefix"] ?? "",
    place?.["destination"] ?? "",
    row.change,
    row.percent ?? "",
    ...COMPARED.flatMap(both),
    ...SHOWN_CALLS.flatMap((seconds) => both(String(seconds))),
    ...both("effective_from"),
    ...both("effective_to"),
    ...PLACE.map((column) => place?.[column] ?? ""),
  ];
}

function sideOf(row: RateRow | null, rules: PricingRules | null): Record<string, string> | null {
  if (row === null || rules === null) return null;
  const prices = row.status === "open" ? callPrices(row, rules.rounding) : {};
  return { status: "open", ...rateCells(row, rules.timeZone), ...prices };
}
