// The destination search in one rating plan: which tag supplies the prices.

import { childOf } from "../prefix-trie.ts";
import type {
  CgratesSnapshot,
  CompiledPlan,
  CompiledPlanRow,
  DestinationChanges,
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
    for (const [length, tags] of tagsOfNumber(snapshot, destination)) {
      const found = heaviestTag(snapshot, plan, tags, at);
      if (found === null) continue;
      const { intervals, tied } = found;
      return { prefix: destination.slice(0, length), intervals, tied };
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
  for (const [length, own] of tagsOfNumber(snapshot, destination === "*any" ? "" : destination)) {
    const tags = new Set(own);
    const found = [...tags].flatMap((tag) => intervalsOf(snapshot, plan, tag) ?? []);
    const intervals = found.flatMap((tag) => tag.intervals);
    const first = found[0];
    if (first && isAnyActive(intervals, at)) {
      return { prefix: destination.slice(0, length), tag: first.tag, intervals };
    }
  }
  const any = snapshot.anyTag < 0 ? null : intervalsOf(snapshot, plan, snapshot.anyTag);
  return any && { prefix: "*any", tag: any.tag, intervals: any.intervals };
}

function tagsOf({ prefixTags, prefixTagsFrom }: CgratesSnapshot, prefix: number): Int32Array {
  return prefixTags.subarray(prefixTagsFrom[prefix], prefixTagsFrom[prefix + 1]);
}

/** The tags of each prefix of the number, the longest prefix first: its characters, and its tags in order. */
function* tagsOfNumber(
  snapshot: CgratesSnapshot,
  destination: string,
): Generator<[length: number, tags: ArrayLike<number> & Iterable<number>]> {
  const path = prefixesOf(snapshot, destination);
  const { changes } = snapshot;
  if (changes === null) {
    for (let i = path.length - 2; i >= 0; i -= 2) {
      yield [path[i] as number, tagsOf(snapshot, path[i + 1] as number)];
    }
    return;
  }
  let i = path.length - 2;
  const longest = Math.min(destination.length, Math.max(changes.longest, path[i] ?? 0));
  for (let length = longest; length > 0; length -= 1) {
    const isInTrie = i >= 0 && path[i] === length;
    const kept = isInTrie ? keptTags(tagsOf(snapshot, path[i + 1] as number), changes) : [];
    if (isInTrie) i -= 2;
    const added = changes.added.get(destination.slice(0, length));
    if (added === undefined) {
      if (kept.length > 0) yield [length, kept];
    } else yield [length, kept.length === 0 ? added : inPlaces([...kept, ...added], changes)];
  }
}

function keptTags(tags: Int32Array, { replaced }: DestinationChanges): number[] {
  const kept: number[] = [];
  for (const tag of tags) if (!replaced.has(tag)) kept.push(tag);
  return kept;
}

function inPlaces(tags: number[], { places }: DestinationChanges): number[] {
  const placeOf = (tag: number) => places.get(tag) ?? tag;
  return tags.sort((a, b) => placeOf(a) - placeOf(b));
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
  tags: ArrayLike<number>,
  at: LocalTime,
): { intervals: DestinationIntervals; tied: boolean } | null {
  let best: DestinationIntervals | null = null;
  let tied = false;
  for (let i = 0; i < tags.length; i++) {
    const candidate = intervalsOf(snapshot, plan, tags[i] as number);
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
  const { destination, rate, terms, line } = row.table;
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
