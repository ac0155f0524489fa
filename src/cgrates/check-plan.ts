// Checks a plan as a whole: references, and what would crash or misprice a call in CGRateS.
import { gapInTimings } from "./check-gaps.ts";
import { checkTies } from "./check-ties.ts";
import type { FaultList } from "./fault-list.ts";
import type { CgratesPlan, PlanRow, Timing } from "./plan.ts";
import type { TableContext } from "./read-prices.ts";

/** Adds the faults of the plan; nothing is thrown away, so a plan with errors is not compiled. */
export function checkPlan({ plan, faults, layout, destinationPlaces }: TableContext): void {
  checkDestinationRates(plan, faults);
  checkRatingPlans(plan, faults);
  checkProfiles(plan, { faults, firstColumn: layout === "0.9.1" ? 6 : 5 });
  checkSlots(plan, faults);
  checkGaps(plan, faults);
  checkTies(plan, faults, destinationPlaces);
  if (plan.hasChargers) checkChargers(plan, faults);
}

function checkDestinationRates(plan: CgratesPlan, faults: FaultList): void {
  const tags = new Set(plan.destinationTags).add("*any");
  for (const [tag, rows] of plan.destinationRates) {
    for (const row of rows) {
      const place = { file: row.file, line: row.line, column: tag.length + 2 };
      if (!tags.has(row.destination)) faults.add(place, "unknown-destination", row.destination);
      if (plan.rates.has(row.rate)) continue;
      const column = place.column + row.destination.length + 1;
      faults.add({ ...place, column }, "unknown-rate", row.rate);
    }
  }
}

function checkRatingPlans(plan: CgratesPlan, faults: FaultList): void {
  for (const [tag, rows] of plan.ratingPlans) {
    for (const row of rows) {
      const place = { file: row.file, line: row.line, column: tag.length + 2 };
      if (!plan.destinationRates.has(row.destinationRates)) {
        faults.add(place, "unknown-destination-rates", row.destinationRates);
      }
      const timing = plan.timings.get(row.timing);
      const column = place.column + row.destinationRates.length + 1;
      if (timing === undefined) faults.add({ ...place, column }, "unknown-timing", row.timing);
      else if (timing.startNs === null) {
        faults.add({ ...place, column }, "timing-without-start", row.timing);
      }
    }
  }
}

function checkProfiles(plan: CgratesPlan, at: { faults: FaultList; firstColumn: number }): void {
  const subjects = new Set(
    plan.profiles.map(({ tenant, category, subject }) => `${tenant}:${category}:${subject}`),
  );
  for (const { tenant, category, activations } of plan.profiles) {
    for (const { file, line, plan: planTag, fallbackSubjects } of activations) {
      const place = { file, line, column: 1 };
      if (!plan.ratingPlans.has(planTag)) at.faults.add(place, "unknown-rating-plan", planTag);
      for (const subject of fallbackSubjects) {
        if (subjects.has(`${tenant}:${category}:${subject}`)) continue;
        at.faults.add(place, "unknown-fallback", subject);
      }
    }
  }
}

function checkSlots(plan: CgratesPlan, faults: FaultList): void {
  for (const { tag, file, slots } of plan.rates.values()) {
    const first = slots[0];
    if (first === undefined || first.startNs === 0) continue;
    faults.add({ file, line: first.line, column: 1 }, "missing-slot", tag);
  }
}

/** One warning for each plan and set of timings, which names the first destination of it. */
function checkGaps(plan: CgratesPlan, faults: FaultList): void {
  const known = new Map<string, string | null>();
  for (const [planTag, rows] of plan.ratingPlans) {
    if (rows.every((row) => isAlways(plan.timings.get(row.timing)))) continue;
    for (const [timings, found] of timingSets(plan, rows)) {
      if (!known.has(timings)) known.set(timings, gapOf(plan, timings));
      const gap = known.get(timings);
      if (!gap) continue;
      const { file, line } = found.row;
      const others = found.count > 1 ? ` and ${found.count - 1} more destinations` : "";
      const detail = `Plan ${planTag}, ${found.destination}${others}: nothing ${gap}.`;
      faults.add({ file, line, column: 1 }, "gap-in-timings", detail);
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
  const rules = timings.split("\n").flatMap((tag) => plan.timings.get(tag) ?? []);
  // A plan that CGRateS crashes on, or with an unknown timing, has its own fault.
  return rules.some(({ startNs }) => startNs === null) ? null : gapInTimings(rules);
}

function isAlways(timing: Timing | undefined): boolean {
  if (timing === undefined || timing.startNs !== 0) return false;
  const { years, months, monthDays, weekDays } = timing;
  return years.length + months.length + monthDays.length + weekDays.length === 0;
}

function checkChargers(plan: CgratesPlan, faults: FaultList): void {
  const first = plan.chargers[0];
  if (first === undefined || plan.chargers.some(({ runId }) => runId === "*default")) return;
  faults.add({ file: first.file, line: first.line, column: 1 }, "no-default-run");
}
