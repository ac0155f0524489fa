// A difference in a few lines, as a mail takes them.
import { rateCells } from "../decks/report.ts";
import type { RateDifference } from "./compare.ts";
import { countChanges, type PlanDifference, type TariffDifference } from "./tariffs.ts";

/** Rows of each kind that are named. */
const NAMED = 5;

/** At most about forty lines for a tariff of a few plans; the largest changes by name. */
export function diffSummary({ atMs, plans, gates }: TariffDifference): string {
  const head = `Rates in force at ${new Date(atMs).toISOString().replace(".000Z", "Z")}`;
  return [head, ...gateLines(gates), ...plans.flatMap(planLines)].join("\n");
}

function gateLines(gates: TariffDifference["gates"]): string[] {
  if (gates === null) return [];
  const text = (side: Record<string, unknown>) => {
    const named = Object.entries(side).map(([name, value]) => `${name} ${String(value)}`);
    return named.length === 0 ? "none" : named.join(", ");
  };
  return [`gates: ${text(gates.old)} → ${text(gates.new)}`];
}

function planLines(difference: PlanDifference): string[] {
  const { plan, side, old, new: fresh, rows } = difference;
  const counts = countChanges(rows);
  const told = Object.entries(counts).filter(([, count]) => count > 0);
  const texts = told.map(([change, count]) => `${count} ${change}`).join(", ");
  const currency =
    old !== null && fresh !== null && old.currency !== fresh.currency
      ? [
          `  the currency was ${old.currency} and is ${fresh.currency}: rates are compared as they stand`,
        ]
      : [];
  return [
    `${plan} (${side}): ${texts === "" ? "no rates" : texts}`,
    ...currency,
    ...largest(rows, "up"),
    ...largest(rows, "down"),
    ...named(rows, "conflict"),
    ...named(rows, "closed"),
    ...named(rows, "new"),
    ...withdrawn(difference),
  ];
}

/** Announced for later by the old side, and by the new one no more. */
function withdrawn({ withdrawn: rows, old }: PlanDifference): string[] {
  const lines = rows.slice(0, NAMED).map((row) => {
    const {
      prefix,
      rate = "blocked",
      effective_from: from,
    } = rateCells(row, old?.timeZone ?? "UTC");
    return `  withdrawn: ${prefix} from ${from}: ${rate}`;
  });
  const rest = rows.length - NAMED;
  return rest > 0 ? [...lines, `  withdrawn: ${rest} more`] : lines;
}

function largest(rows: readonly RateDifference[], change: "up" | "down"): string[] {
  const size = ({ percent }: RateDifference) =>
    Math.abs(Number(percent ?? Number.POSITIVE_INFINITY));
  const found = rows.filter((row) => row.change === change).toSorted((a, b) => size(b) - size(a));
  return found.slice(0, NAMED).map(rowLine);
}

function named(rows: readonly RateDifference[], change: "new" | "closed" | "conflict"): string[] {
  return rows
    .filter((row) => row.change === change)
    .slice(0, NAMED)
    .map(rowLine);
}

function rowLine({ change, old, new: fresh, percent }: RateDifference): string {
  const row = fresh ?? old;
  const name = row?.destination === "" ? "" : ` ${row?.destination}`;
  const rate = (one: typeof old) =>
    one === null ? "none" : one.status === "blocked" ? "blocked" : one.rate;
  const by = percent === null ? "" : ` (${percent.startsWith("-") ? "" : "+"}${percent} %)`;
  return `  ${change}: ${row?.prefix || "*"}${name}: ${rate(old)} → ${rate(fresh)}${by}`;
}
