// Compiles a CGRateS plan into a snapshot that calls are priced against.
import { NO_CURRENCY } from "../cdr/defaults.ts";
import { createNumbers, type Numbers, rateKey, tagNumber, termsKey, timingKey } from "./numbers.ts";
import {
  type CgratesPlan,
  type DestinationRate,
  profileKey,
  type RatingProfile,
  type Timing,
} from "./plan.ts";
import { buildPrefixTrie } from "./prefix-trie.ts";
import type {
  CgratesSemantics,
  CgratesSnapshot,
  CompiledPlan,
  CompiledProfile,
  CompiledTiming,
  DestinationRateTable,
} from "./snapshot.ts";

export interface CompileOptions {
  version: string;
  semantics: CgratesSemantics;
  /** ISO 4217 code that amounts are stated in; `XXX` (no currency) when not said. */
  currency?: string;
}

/** Compiles a plan that was read without faults; references that do not exist are left out. */
export function compileCgrates(plan: CgratesPlan, options: CompileOptions): CgratesSnapshot {
  const numbers = createNumbers();
  numberTags(plan, numbers);
  const destinations = compileDestinations(plan, numbers);
  const { table, plans } = compilePrices(plan, numbers);
  return {
    version: options.version,
    semantics: options.semantics,
    currency: options.currency ?? NO_CURRENCY,
    ...destinations,
    changes: null,
    destinationTags: numbers.tags,
    anyTag: numbers.tagNumbers.get("*any") ?? -1,
    rates: numbers.rates,
    terms: numbers.terms,
    destinationRates: table,
    plans,
    profiles: compileProfiles(plan.profiles),
    chargers: plan.chargers,
    hasChargers: plan.hasChargers,
  };
}

/** The buffers that move to another thread without a copy. */
export function cgratesTransferables(snapshot: CgratesSnapshot): ArrayBuffer[] {
  const { trie, prefixTagsFrom, prefixTags, destinationRates } = snapshot;
  const { destination, rate, terms, line } = destinationRates;
  const lists = [trie.children, trie.prefixAt, prefixTagsFrom, prefixTags];
  return [...lists, destination, rate, terms, line].map((list) => list.buffer as ArrayBuffer);
}

/** The rating plans of a plan, with the rows of prices that they stand on. */
export function compilePrices(
  plan: CgratesPlan,
  numbers: Numbers,
): { table: DestinationRateTable; plans: Map<string, CompiledPlan> } {
  const rateNumbers = compileRates(plan, numbers);
  const { table, ranges } = compileDestinationRates(plan, { numbers, rateNumbers });
  return { table, plans: compilePlans(plan, { table, ranges, numbers }) };
}

/** Tags of destinations first, in the order of their rows. */
function numberTags(plan: CgratesPlan, numbers: Numbers): void {
  let previous = "";
  for (const tag of plan.destinationTags) {
    if (tag === previous) continue;
    previous = tag;
    tagNumber(numbers, tag);
  }
}

function compileDestinations(plan: CgratesPlan, { tagNumbers: tags }: Numbers) {
  const { trie, prefixCount, prefixOfRow } = buildPrefixTrie(plan.destinationPrefixes);
  const prefixTagsFrom = new Int32Array(prefixCount + 2);
  for (const prefix of prefixOfRow) {
    prefixTagsFrom[prefix + 1] = (prefixTagsFrom[prefix + 1] as number) + 1;
  }
  for (let p = 1; p < prefixTagsFrom.length; p++) {
    prefixTagsFrom[p] = (prefixTagsFrom[p] as number) + (prefixTagsFrom[p - 1] as number);
  }
  const next = prefixTagsFrom.slice();
  const prefixTags = new Int32Array(prefixOfRow.length);
  for (let row = 0; row < prefixOfRow.length; row++) {
    const prefix = prefixOfRow[row] as number;
    const place = next[prefix] as number;
    prefixTags[place] = tags.get(plan.destinationTags[row] as string) as number;
    next[prefix] = place + 1;
  }
  return { trie, prefixTagsFrom, prefixTags };
}

/** Adds the rates of the plan; answers the number of each by its name there. */
function compileRates(plan: CgratesPlan, { rates, rateLikeness }: Numbers): Map<string, number> {
  const rateNumbers = new Map<string, number>();
  for (const [name, rate] of plan.rates) {
    rateNumbers.set(name, rates.length);
    const { tag, connectFee, connectFeeText, slots } = rate;
    const likeness = rateLikeness.of(rateKey(rate));
    rates.push({ tag, connectFee, connectFeeText, slots, likeness });
  }
  return rateNumbers;
}

interface RowContext {
  numbers: Numbers;
  rateNumbers: Map<string, number>;
}

function compileDestinationRates(plan: CgratesPlan, context: RowContext) {
  let rowCount = 0;
  for (const rows of plan.destinationRates.values()) rowCount += rows.length;
  const table = {
    destination: new Int32Array(rowCount),
    rate: new Int32Array(rowCount),
    terms: new Int32Array(rowCount),
    line: new Int32Array(rowCount),
  };
  const ranges = new Map<string, { from: number; to: number }>();
  let place = 0;
  for (const [tag, rows] of plan.destinationRates) {
    const from = place;
    const numbered = rows.map((row) => ({ row, tag: tagNumber(context.numbers, row.destination) }));
    // Array.sort is stable, so rows of one destination stay in file order.
    numbered.sort((a, b) => a.tag - b.tag);
    for (const { row, tag: destination } of numbered) {
      table.destination[place] = destination;
      table.rate[place] = context.rateNumbers.get(row.rate) as number;
      table.terms[place] = numberTerms(row, context.numbers);
      table.line[place] = row.line;
      place++;
    }
    ranges.set(tag, { from, to: place });
  }
  return { table, ranges };
}

function numberTerms(row: DestinationRate, { terms, termNumbers }: Numbers): number {
  const { roundingMethod, roundingDecimals, maxCost, maxCostText, maxCostStrategy } = row;
  const own = { roundingMethod, roundingDecimals, maxCost, maxCostText, maxCostStrategy };
  const number = termNumbers.of(termsKey(own));
  terms[number] ??= own;
  return number;
}

interface PlanContext {
  table: DestinationRateTable;
  ranges: Map<string, { from: number; to: number }>;
  numbers: Numbers;
}

function compilePlans(plan: CgratesPlan, { table, ranges, numbers }: PlanContext) {
  const timings = compileTimings(plan.timings, numbers);
  const plans = new Map<string, CompiledPlan>();
  for (const [id, planRows] of plan.ratingPlans) {
    const rows = planRows.flatMap((row) => {
      const timing = timings.get(row.timing);
      const range = ranges.get(row.destinationRates);
      if (timing === undefined || range === undefined) return [];
      return [{ line: row.line, weight: row.weight, timing, table, ...range }];
    });
    plans.set(id, { id, rows, resolved: new Map() });
  }
  return plans;
}

function compileTimings(
  timings: Map<string, Timing>,
  { timingLikeness }: Numbers,
): Map<string, CompiledTiming> {
  const compiled = new Map<string, CompiledTiming>();
  for (const [name, timing] of timings) {
    const { years, months, monthDays, weekDays, startText } = timing;
    const written = { years, months, monthDays, weekDays, startText };
    compiled.set(name, {
      tag: timing.tag,
      written,
      startNs: timing.startNs ?? Number.POSITIVE_INFINITY,
      likeness: timingLikeness.of(timingKey(written)),
      days: {
        everyDay: [years, months, monthDays, weekDays].every((list) => list.length === 0),
        years: timing.years,
        monthMask: maskOf(timing.months),
        monthDayMask: maskOf(timing.monthDays),
        weekDayMask: maskOf(timing.weekDays),
      },
    });
  }
  return compiled;
}

/** Numbers that no date has (a month 13, the day −1) set no bit, so they never match. */
function maskOf(list: number[]): number {
  if (list.length === 0) return -1;
  let mask = 0;
  for (const value of list) if (value >= 0 && value <= 31) mask |= 1 << value;
  return mask;
}

export function compileProfiles(ratingProfiles: RatingProfile[]): CgratesSnapshot["profiles"] {
  const profiles: CgratesSnapshot["profiles"] = new Map();
  for (const { tenant, category, subject, activations } of ratingProfiles) {
    const categories = profiles.get(tenant) ?? new Map<string, Map<string, CompiledProfile>>();
    const subjects = categories.get(category) ?? new Map<string, CompiledProfile>();
    subjects.set(subject, {
      identity: profileKey(tenant, category, subject),
      activations: activations
        .map(({ line, atMs, atNs, plan, fallbackSubjects }) => ({
          line,
          atMs,
          atNs,
          plan,
          fallbackSubjects,
        }))
        .sort((a, b) => timeOrder(a.atMs, b.atMs) || a.atNs - b.atNs),
    });
    categories.set(category, subjects);
    profiles.set(tenant, categories);
  }
  return profiles;
}

function timeOrder(a: number | null, b: number | null): number {
  if (a === b) return 0;
  return (a ?? Number.NEGATIVE_INFINITY) < (b ?? Number.NEGATIVE_INFINITY) ? -1 : 1;
}
