// Compiles a CGRateS plan into a snapshot that calls are priced against.
import { NO_CURRENCY } from "../cdr/defaults.ts";
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
  CompiledRate,
  CompiledTiming,
  PriceTerms,
} from "./snapshot.ts";

export interface CompileOptions {
  version: string;
  semantics: CgratesSemantics;
  /** ISO 4217 code that amounts are stated in; `XXX` (no currency) when not said. */
  currency?: string;
}

/** Compiles a plan that was read without faults; references that do not exist are left out. */
export function compileCgrates(plan: CgratesPlan, options: CompileOptions): CgratesSnapshot {
  const tags = numberTags(plan);
  const destinations = compileDestinations(plan, tags);
  const { rates, rateNumbers } = compileRates(plan);
  const rows = compileDestinationRates(plan, { tags, rateNumbers });
  return {
    version: options.version,
    semantics: options.semantics,
    currency: options.currency ?? NO_CURRENCY,
    ...destinations,
    destinationTags: [...tags.keys()],
    anyTag: tags.get("*any") ?? -1,
    rates,
    terms: rows.terms,
    destinationRates: rows.table,
    plans: compilePlans(plan, rows.ranges),
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

function numberTags(plan: CgratesPlan): Map<string, number> {
  const tags = new Map<string, number>();
  let previous = "";
  for (const tag of plan.destinationTags) {
    if (tag === previous) continue;
    previous = tag;
    if (!tags.has(tag)) tags.set(tag, tags.size);
  }
  for (const rows of plan.destinationRates.values()) {
    for (const row of rows) if (!tags.has(row.destination)) tags.set(row.destination, tags.size);
  }
  return tags;
}

function compileDestinations(plan: CgratesPlan, tags: Map<string, number>) {
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

function compileRates(plan: CgratesPlan) {
  const rates: CompiledRate[] = [];
  const rateNumbers = new Map<string, number>();
  const likenesses = new Map<string, number>();
  for (const [name, rate] of plan.rates) {
    rateNumbers.set(name, rates.length);
    const { tag, connectFee, connectFeeText, slots } = rate;
    const prices = slots.map((slot) => [
      slot.startNs,
      slot.valueText,
      slot.unitNs,
      slot.incrementNs,
    ]);
    const key = `${connectFeeText};${prices.join(";")}`;
    const likeness = likenesses.get(key) ?? likenesses.size;
    likenesses.set(key, likeness);
    rates.push({ tag, connectFee, connectFeeText, slots, likeness });
  }
  return { rates, rateNumbers };
}

interface RowContext {
  tags: Map<string, number>;
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
  const terms: PriceTerms[] = [];
  const termNumbers = new Map<string, number>();
  const ranges = new Map<string, { from: number; to: number }>();
  let place = 0;
  for (const [tag, rows] of plan.destinationRates) {
    const from = place;
    const numbered = rows.map((row) => ({ row, tag: context.tags.get(row.destination) as number }));
    // Array.sort is stable, so rows of one destination stay in file order.
    numbered.sort((a, b) => a.tag - b.tag);
    for (const { row, tag: destination } of numbered) {
      table.destination[place] = destination;
      table.rate[place] = context.rateNumbers.get(row.rate) as number;
      table.terms[place] = numberTerms(row, terms, termNumbers);
      table.line[place] = row.line;
      place++;
    }
    ranges.set(tag, { from, to: place });
  }
  return { table, terms, ranges };
}

function numberTerms(row: DestinationRate, terms: PriceTerms[], numbers: Map<string, number>) {
  const { roundingMethod, roundingDecimals, maxCost, maxCostText, maxCostStrategy } = row;
  const key = `${roundingMethod};${roundingDecimals};${maxCostText};${maxCostStrategy}`;
  let number = numbers.get(key);
  if (number === undefined) {
    number = terms.length;
    numbers.set(key, number);
    terms.push({ roundingMethod, roundingDecimals, maxCost, maxCostText, maxCostStrategy });
  }
  return number;
}

function compilePlans(plan: CgratesPlan, ranges: Map<string, { from: number; to: number }>) {
  const timings = compileTimings(plan.timings);
  const plans = new Map<string, CompiledPlan>();
  for (const [id, planRows] of plan.ratingPlans) {
    const rows = planRows.flatMap((row) => {
      const timing = timings.get(row.timing);
      const range = ranges.get(row.destinationRates);
      if (timing === undefined || range === undefined) return [];
      return [{ line: row.line, weight: row.weight, timing, ...range }];
    });
    plans.set(id, { id, rows, resolved: new Map() });
  }
  return plans;
}

function compileTimings(timings: Map<string, Timing>): Map<string, CompiledTiming> {
  const compiled = new Map<string, CompiledTiming>();
  const likenesses = new Map<string, number>();
  for (const [name, timing] of timings) {
    const lists = [timing.years, timing.months, timing.monthDays, timing.weekDays];
    const key = `${lists.map((list) => list.join(";")).join(",")},${timing.startText}`;
    const likeness = likenesses.get(key) ?? likenesses.size;
    likenesses.set(key, likeness);
    const { years, months, monthDays, weekDays, startText } = timing;
    compiled.set(name, {
      tag: timing.tag,
      written: { years, months, monthDays, weekDays, startText },
      startNs: timing.startNs ?? Number.POSITIVE_INFINITY,
      likeness,
      days: {
        everyDay: lists.every((list) => list.length === 0),
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

function compileProfiles(ratingProfiles: RatingProfile[]) {
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
