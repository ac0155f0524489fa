// Finds plans that CGRateS prices otherwise than they read, because of the order of their intervals.
import { compileCgrates } from "../compile.ts";
import type { CgratesPlan, PlanRow, Timing } from "../plan.ts";
import { compareSemantics } from "../semantics/compare.ts";
import type { CgratesSnapshot } from "../snapshot.ts";
import type { TableContext } from "./read-prices.ts";

/** Pairs of rows of one set that are tried; more have the same cause. */
const PAIRS_MAX = 100;
const MINUTE_NS = 60e9;
const DAY_MS = 86_400_000;
const USUAL_YEAR = 2024;

/**
 * One warning for each set of timings and weights of a plan. A row of higher weight that starts later
 * in the day than one of lower weight is what CGRateS's sort stumbles on, in some orders of the rows:
 * a call before, and one after the later start are priced by both semantics.
 */
export function checkOrder({ plan, faults, placeIn }: TableContext): void {
  for (const [planTag, rows] of plan.ratingPlans) {
    for (const { destination, own } of rowSets(plan, rows).values()) {
      const pairs = stumblingPairs(plan, own);
      if (pairs.length === 0) continue;
      const snapshots = compileFor(plan, { planTag, rows, destination });
      const found = pairs.find((pair) => isFlawed(pair, { planTag, ...snapshots }));
      if (found === undefined) continue;
      const { heavier, lighter } = found;
      const detail = `Plan ${planTag}, ${destination}: ${heavier.row.timing} (weight ${heavier.row.weight}) and ${lighter.row.timing} (${lighter.row.weight}).`;
      faults.add(placeIn(heavier.row, 3), "interval-order", detail);
    }
  }
}

/** The rows of a plan that a destination has; of destinations with the same rows the first one. */
function rowSets(plan: CgratesPlan, rows: PlanRow[]) {
  const ownRows = new Map<string, PlanRow[]>();
  for (const row of rows) {
    for (const { destination } of plan.destinationRates.get(row.destinationRates) ?? []) {
      const own = ownRows.get(destination);
      if (own === undefined) ownRows.set(destination, [row]);
      else if (own.at(-1) !== row) own.push(row);
    }
  }
  const sets = new Map<string, { destination: string; own: PlanRow[] }>();
  for (const [destination, own] of ownRows) {
    const key = own.map(({ timing, weight }) => `${timing} ${weight}`).join("\n");
    if (own.length > 1 && !sets.has(key)) sets.set(key, { destination, own });
  }
  return sets;
}

interface TimedRow {
  row: PlanRow;
  timing: Timing & { startNs: number };
}

interface StumblingPair {
  heavier: TimedRow;
  lighter: TimedRow;
  /** Midnight of a day on which both hold, in epoch milliseconds. */
  dayMs: number;
}

function stumblingPairs(plan: CgratesPlan, rows: PlanRow[]): StumblingPair[] {
  const timed = rows.flatMap((row) => {
    const timing = plan.timings.get(row.timing);
    if (timing === undefined || timing.startNs === null) return [];
    return [{ row, timing: { ...timing, startNs: timing.startNs } }];
  });
  const pairs: StumblingPair[] = [];
  for (const heavier of timed) {
    for (const lighter of timed) {
      if (heavier.row.weight <= lighter.row.weight) continue;
      if (heavier.timing.startNs <= lighter.timing.startNs) continue;
      const dayMs = commonDay(heavier.timing, lighter.timing);
      if (dayMs !== null) pairs.push({ heavier, lighter, dayMs });
      if (pairs.length >= PAIRS_MAX) return pairs;
    }
  }
  return pairs;
}

function commonDay(a: Timing, b: Timing): number | null {
  const year = a.years[0] ?? b.years[0] ?? USUAL_YEAR;
  const first = Date.UTC(year, 0, 1);
  for (let day = 0; day < 366; day++) {
    const date = new Date(first + day * DAY_MS);
    if (holdsOn(a, date) && holdsOn(b, date)) return date.getTime();
  }
  return null;
}

function holdsOn({ years, months, monthDays, weekDays }: Timing, date: Date): boolean {
  const has = (list: number[], value: number) => list.length === 0 || list.includes(value);
  return (
    has(years, date.getUTCFullYear()) &&
    has(months, date.getUTCMonth() + 1) &&
    has(monthDays, date.getUTCDate()) &&
    has(weekDays, date.getUTCDay())
  );
}

interface Compiled {
  planTag: string;
  number: string;
  cgrates: CgratesSnapshot;
  exact: CgratesSnapshot;
}

/** The plan with one destination alone: quick to compile, and no other tag plays a part. */
function compileFor(
  plan: CgratesPlan,
  of: { planTag: string; rows: PlanRow[]; destination: string },
): Omit<Compiled, "planTag"> {
  const { planTag, rows, destination } = of;
  const index = plan.destinationTags.indexOf(destination);
  const number = plan.destinationPrefixes[index] ?? "1";
  const destinationRates = new Map(
    [...plan.destinationRates].map(([tag, rates]) => [
      tag,
      rates.filter((rate) => rate.destination === destination),
    ]),
  );
  const alone: CgratesPlan = {
    ...plan,
    destinationTags: index < 0 ? [] : [destination],
    destinationPrefixes: index < 0 ? [] : [number],
    destinationRates,
    ratingPlans: new Map([[planTag, rows]]),
    profiles: [],
    chargers: [],
    hasChargers: false,
  };
  const [cgrates, exact] = (["cgrates", "exact"] as const).map((semantics) =>
    compileCgrates(alone, { version: "check", semantics }),
  ) as [CgratesSnapshot, CgratesSnapshot];
  return { number, cgrates, exact };
}

/** A call over the later start, or one from a minute after it, is priced by another interval. */
function isFlawed(
  { heavier, dayMs }: StumblingPair,
  { planTag, number, ...by }: Compiled,
): boolean {
  const { startNs } = heavier.timing;
  return [startNs - MINUTE_NS, startNs + MINUTE_NS].some((fromNs) => {
    const timeStart = { atMs: dayMs + Math.floor(fromNs / 1e6), offsetMinutes: 0 };
    const call = { tenant: "", category: "", subject: "", destination: number, timeStart };
    const usageNs = 2 * MINUTE_NS;
    const { rule } = compareSemantics({ ...call, usageNs, ratingPlanIDs: [planTag] }, by);
    return rule === "interval-order";
  });
}
