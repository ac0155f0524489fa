// Checks a plan as a whole: references, and what would crash or misprice a call in CGRateS.

import type { CgratesPlan, PlanRow, Timing } from "../plan.ts";
import { gapInTimings } from "./check-gaps.ts";
import { checkOrder } from "./check-order.ts";
import { checkTies } from "./check-ties.ts";
import { PROFILE_COLUMNS } from "./read-plans.ts";
import type { TableContext } from "./read-prices.ts";

/** Adds the faults of the plan; nothing is thrown away, so a plan with errors is not compiled. */
export function checkPlan(context: TableContext): void {
  checkDestinationRates(context);
  checkRatingPlans(context);
  checkProfiles(context);
  checkSlots(context);
  checkGaps(context);
  checkOrder(context);
  checkTies(context);
  checkChargers(context);
}

function checkDestinationRates(context: TableContext): void {
  const { plan, faults, placeIn, known, emptyTags } = context;
  const tags = new Set([...plan.destinationTags, ...(emptyTags ?? []), "*any"]);
  for (const rows of plan.destinationRates.values()) {
    for (const row of rows) {
      if (!tags.has(row.destination) && !known.destinations.has(row.destination)) {
        faults.add(placeIn(row, 1), "unknown-destination", row.destination);
      }
      if (!plan.rates.has(row.rate)) faults.add(placeIn(row, 2), "unknown-rate", row.rate);
    }
  }
}

function checkRatingPlans({ plan, faults, placeIn }: TableContext): void {
  for (const row of [...plan.ratingPlans.values()].flat()) {
    if (!plan.destinationRates.has(row.destinationRates)) {
      faults.add(placeIn(row, 1), "unknown-destination-rates", row.destinationRates);
    }
    const timing = plan.timings.get(row.timing);
    if (timing === undefined) faults.add(placeIn(row, 2), "unknown-timing", row.timing);
    else if (timing.startText.startsWith("*")) {
      faults.add(placeIn(row, 2), "timing-without-start", row.timing);
    }
  }
}

function checkProfiles({ plan, faults, placeIn, layout, known }: TableContext): void {
  const columns = PROFILE_COLUMNS[layout];
  const subjects = new Set(
    plan.profiles.map(({ tenant, category, subject }) => `${tenant}:${category}:${subject}`),
  );
  for (const { tenant, category, activations } of plan.profiles) {
    for (const row of activations) {
      if (!plan.ratingPlans.has(row.plan) && !known.ratingPlans.has(row.plan)) {
        faults.add(placeIn(row, columns.plan), "unknown-rating-plan", row.plan);
      }
      for (const subject of row.fallbackSubjects) {
        if (subjects.has(`${tenant}:${category}:${subject}`)) continue;
        faults.add(placeIn(row, columns.fallback), "unknown-fallback", subject);
      }
    }
  }
}

function checkSlots({ plan, faults, placeIn }: TableContext): void {
  for (const { tag, file, slots, connectFee } of plan.rates.values()) {
    const first = slots[0];
    // With a fee it is the usual way to bill a first minute by the fee and what follows by the second.
    if (first === undefined || first.startNs === 0 || connectFee !== 0) continue;
    faults.add(placeIn({ file, line: first.line }, 5), "missing-slot", tag);
  }
}

/** One warning for each plan and set of timings, which names the first destination of it. */
function checkGaps({ plan, faults, placeIn }: TableContext): void {
  const known = new Map<string, string | null>();
  for (const [planTag, rows] of plan.ratingPlans) {
    if (rows.every((row) => isAlways(plan.timings.get(row.timing)))) continue;
    for (const [timings, found] of timingSets(plan, rows)) {
      if (!known.has(timings)) known.set(timings, gapOf(plan, timings));
      const gap = known.get(timings);
      if (!gap) continue;
      const others = found.count > 1 ? ` and ${found.count - 1} more destinations` : "";
      const detail = `Plan ${planTag}, ${found.destination}${others}: nothing ${gap}.`;
      faults.add(placeIn(found.row, 2), "gap-in-timings", detail);
    }
  }
}

interface TimingSet {
  row: PlanRow;
  destination: string;
  count: number;
}

function timingSets(plan: CgratesPlan, rows: PlanRow[]): Map<string, TimingSet> {
  const timingsOf = new Map<string, { timings: string; row: PlanRow }>();
  for (const row of rows) {
    for (const { destination } of plan.destinationRates.get(row.destinationRates) ?? []) {
      const before = timingsOf.get(destination);
      if (before === undefined) timingsOf.set(destination, { timings: row.timing, row });
      else before.timings += `\n${row.timing}`;
    }
  }
  const sets = new Map<string, TimingSet>();
  for (const [destination, { timings, row }] of timingsOf) {
    const set = sets.get(timings);
    if (set === undefined) sets.set(timings, { row, destination, count: 1 });
    else set.count++;
  }
  return sets;
}

function gapOf(plan: CgratesPlan, timings: string): string | null {
  const rules = timings.split("\n").map((tag) => plan.timings.get(tag));
  const usable = rules.filter((rule) => rule !== undefined && rule.startNs !== null);
  // A timing that is unknown or no time of day has a fault of its own.
  return usable.length < rules.length ? null : gapInTimings(usable as Timing[]);
}

function isAlways(timing: Timing | undefined): boolean {
  if (timing === undefined || timing.startNs !== 0) return false;
  const { years, months, monthDays, weekDays } = timing;
  return years.length + months.length + monthDays.length + weekDays.length === 0;
}

function checkChargers({ plan, faults, placeIn }: TableContext): void {
  const first = plan.chargers[0];
  if (first === undefined || plan.chargers.some(({ runId }) => runId === "*default")) return;
  faults.add(placeIn(first, 4), "no-default-run");
}
