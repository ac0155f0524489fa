// The destination search in one rating plan: which tag supplies the prices.

import { childOf } from "../prefix-trie.ts";
import type {
  CgratesSnapshot,
  CompiledPlan,
  CompiledPlanRow,
  DestinationIntervals,
  RateInterval,
} from "../snapshot.ts";
import { isActive, type LocalTime } from "./day-rule.ts";
import { fileOrder } from "./interval-order.ts";

export interface FoundDestination {
  /** As CGRateS reports it; `*any` for the default row. */
  prefix: string;
  intervals: DestinationIntervals;
  /** More tags of the plan hold the prefix with the same weight: CGRateS draws lots there. */
  tied: boolean;
}

/**
 * The longest prefix that has an interval active at the given time, of it the tag of highest
 * weight, of equals the one that comes first in the file; else the plan's `*any` row, of which no
 * activity is asked. Null: the plan does not have the destination.
 */
export function findDestination(
  snapshot: CgratesSnapshot,
  plan: CompiledPlan,
  wanted: { destination: string; at: LocalTime },
): FoundDestination | null {
  const { destination, at } = wanted;
  if (destination !== "" && destination !== "*any") {
    const path = prefixesOf(snapshot, destination);
    for (let i = path.length - 2; i >= 0; i -= 2) {
      const prefix = path[i + 1] as number;
      const found = heaviestTag(snapshot, plan, prefix, at);
      if (found === null) continue;
      const { intervals, tied } = found;
      return { prefix: destination.slice(0, path[i]), intervals, tied };
    }
  }
  if (snapshot.anyTag < 0) return null;
  const intervals = intervalsOf(snapshot, plan, snapshot.anyTag);
  return intervals && { prefix: "*any", intervals, tied: false };
}

/**
 * The longest prefix of which any tag has an interval active at the given time, with the intervals
 * of all its tags that the plan has, one after the other; else the plan's `*any` row.
 */
export function findMergedDestination(
  snapshot: CgratesSnapshot,
  plan: CompiledPlan,
  wanted: { destination: string; at: LocalTime },
): { prefix: string; tag: number; intervals: RateInterval[] } | null {
  const { destination, at } = wanted;
  const path = destination === "*any" ? [] : prefixesOf(snapshot, destination);
  for (let i = path.length - 2; i >= 0; i -= 2) {
    const tags = new Set(tagsOf(snapshot, path[i + 1] as number));
    const found = [...tags].flatMap((tag) => intervalsOf(snapshot, plan, tag) ?? []);
    const intervals = found.flatMap((tag) => tag.intervals);
    const first = found[0];
    if (first && isAnyActive(intervals, at)) {
      return { prefix: destination.slice(0, path[i]), tag: first.tag, intervals };
    }
  }
  const any = snapshot.anyTag < 0 ? null : intervalsOf(snapshot, plan, snapshot.anyTag);
  return any && { prefix: "*any", tag: any.tag, intervals: any.intervals };
}

function tagsOf({ prefixTags, prefixTagsFrom }: CgratesSnapshot, prefix: number): Int32Array {
  return prefixTags.subarray(prefixTagsFrom[prefix], prefixTagsFrom[prefix + 1]);
}

/** The prefixes of the number, shortest first: length and number of each, one after the other. */
function prefixesOf({ trie }: CgratesSnapshot, destination: string): number[] {
  const path: number[] = [];
  let node = 0;
  for (let i = 0; i < destination.length; i++) {
    node = childOf(trie, node, destination.charCodeAt(i));
    if (node === 0) break;
    const prefix = trie.prefixAt[node] as number;
    if (prefix !== 0) path.push(i + 1, prefix);
  }
  return path;
}

function heaviestTag(
  snapshot: CgratesSnapshot,
  plan: CompiledPlan,
  prefix: number,
  at: LocalTime,
): { intervals: DestinationIntervals; tied: boolean } | null {
  let best: DestinationIntervals | null = null;
  let tied = false;
  const end = snapshot.prefixTagsFrom[prefix + 1] as number;
  for (let i = snapshot.prefixTagsFrom[prefix] as number; i < end; i++) {
    const candidate = intervalsOf(snapshot, plan, snapshot.prefixTags[i] as number);
    if (candidate === null || candidate === best) continue;
    if (!isAnyActive(candidate.intervals, at)) continue;
    if (best === null || candidate.maxWeight > best.maxWeight) {
      best = candidate;
      tied = false;
    } else if (candidate.maxWeight === best.maxWeight) tied = true;
  }
  return best && { intervals: best, tied };
}

function isAnyActive(intervals: RateInterval[], at: LocalTime): boolean {
  for (const interval of intervals) if (isActive(interval, at.day, at.timeOfDayNs)) return true;
  return false;
}

/** What the plan has for a destination tag, in the order of its rows; null: nothing. */
export function intervalsOf(
  snapshot: CgratesSnapshot,
  plan: CompiledPlan,
  tag: number,
): DestinationIntervals | null {
  const known = plan.resolved.get(tag);
  if (known !== undefined) return known;
  const intervals: RateInterval[] = [];
  for (const row of plan.rows) addIntervals(snapshot, { row, tag, intervals });
  const resolved =
    intervals.length === 0
      ? null
      : {
          tag,
          intervals,
          orders: fileOrder(intervals),
          maxWeight: Math.max(0, ...intervals.map(({ weight }) => weight)),
        };
  plan.resolved.set(tag, resolved);
  return resolved;
}

function addIntervals(
  snapshot: CgratesSnapshot,
  target: { row: CompiledPlanRow; tag: number; intervals: RateInterval[] },
): void {
  const { row, tag, intervals } = target;
  const { destination, rate, terms, line } = snapshot.destinationRates;
  let low = row.from;
  let high = row.to;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((destination[middle] as number) < tag) low = middle + 1;
    else high = middle;
  }
  for (let i = low; i < row.to && destination[i] === tag; i++) {
    const interval: RateInterval = {
      timing: row.timing,
      days: row.timing.days,
      startNs: row.timing.startNs,
      weight: row.weight,
      rate: snapshot.rates[rate[i] as number] as RateInterval["rate"],
      terms: snapshot.terms[terms[i] as number] as RateInterval["terms"],
      planLine: row.line,
      destinationRateLine: line[i] as number,
    };
    if (!intervals.some((other) => isDuplicate(interval, other))) intervals.push(interval);
  }
}

/** Rows of one timing, rate and weight collapse into the first. */
function isDuplicate(a: RateInterval, b: RateInterval): boolean {
  return (
    a.timing.likeness === b.timing.likeness &&
    a.rate.likeness === b.rate.likeness &&
    a.terms === b.terms &&
    a.weight === b.weight
  );
}
