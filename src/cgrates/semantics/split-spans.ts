// Cuts a call into spans of one price each, with `cgrates` semantics.

import type { RateInterval } from "../snapshot.ts";
import { civilDate, DAY_NS, isActive } from "./day-rule.ts";
import { nextOrder } from "./interval-order.ts";
import type { RatingEntry } from "./select-entries.ts";

/** All times are nanoseconds after the midnight before the call, on the call's own clock. */
export interface Span {
  startNs: number;
  endNs: number;
  /** Position in the call where the span ends; its start's position is `groupStart`. */
  groupEndNs: number;
  entry: RatingEntry;
  interval: RateInterval | null;
}

export interface CutOptions {
  /** `*voice` is cut by time of day, at midnights and activations; nothing else is. */
  isVoice: boolean;
  /** Day of the midnight that times count from, in days since 1970-01-01. */
  day: number;
}

const SECOND_NS = 1_000_000_000;
/** More than a call of a year at 200 cuts a day; beyond it CGRateS is in an endless loop. */
const SPANS_MAX = 100_000;

/** The spans in CGRateS's order; null: CGRateS would not come to an end. */
export function splitSpans(first: Span, entries: RatingEntry[], options: CutOptions) {
  const spans = [first];
  if (options.isVoice) {
    cutAtActivations(spans, entries);
    cutAtMidnights(spans, options.day);
  }
  for (let index = 0; index < spans.length; index++) {
    if (spans.length > SPANS_MAX || !cutByIntervals(spans, index, options)) return null;
  }
  return spans;
}

/** Position of the span's start in the call, which chooses the rate slot. */
export function groupStart(span: Span): number {
  return Math.max(0, span.groupEndNs - (span.endNs - span.startNs));
}

/** The right part keeps the entry, the interval offered to it and the old group end. */
function cut(span: Span, atNs: number): Span {
  const { endNs, groupEndNs, entry } = span;
  const right: Span = { startNs: atNs, endNs, groupEndNs, entry, interval: null };
  span.groupEndNs -= span.endNs - atNs;
  span.endNs = atNs;
  return right;
}

/**
 * Leading entries from before the call replace one another. Later ones only split the first span:
 * its right part keeps the old entry's prices and goes to the end of the list (oddity 1).
 */
function cutAtActivations(spans: Span[], entries: RatingEntry[]): void {
  const first = spans[0] as Span;
  let later = 0;
  while (later < entries.length && (entries[later] as RatingEntry).atNs < first.startNs) {
    first.entry = entries[later] as RatingEntry;
    later++;
  }
  for (; later < entries.length; later++) {
    const { atNs } = entries[later] as RatingEntry;
    if (atNs > first.startNs && atNs < first.endNs) spans.push(cut(first, atNs));
  }
}

/** Two days of equal number in different months look like one day: no cut (oddity 11). */
function cutAtMidnights(spans: Span[], day: number): void {
  for (let index = 0; index < spans.length; index++) {
    const span = spans[index] as Span;
    const startDay = Math.floor(span.startNs / DAY_NS);
    const endDay = Math.floor(span.endNs / DAY_NS);
    if (startDay === endDay || readsMidnight(span.endNs)) continue;
    if (civilDate(day + startDay).monthDay === civilDate(day + endDay).monthDay) continue;
    insertAfter(spans, index, cut(span, (startDay + 1) * DAY_NS));
  }
}

/** Mostly at the end, where `push` is much faster than `splice`. */
function insertAfter(spans: Span[], index: number, right: Span): void {
  if (index + 1 === spans.length) spans.push(right);
  else spans.splice(index + 1, 0, right);
}

/** Does the clock read 00:00:00, whatever the fraction of the second? */
function readsMidnight(ns: number): boolean {
  return timeOfDay(ns) < SECOND_NS;
}

function timeOfDay(ns: number): number {
  return ns - Math.floor(ns / DAY_NS) * DAY_NS;
}

/** Prices and cuts one span by the intervals of its entry; false: an endless loop in CGRateS. */
function cutByIntervals(spans: Span[], index: number, options: CutOptions): boolean {
  const span = spans[index] as Span;
  const edges = edgesOf(span);
  for (const interval of workList(span, edges, options.day)) {
    const right = cutByInterval(span, interval, { edges, options });
    if (right === null) continue;
    readEnd(edges, span);
    // A cut at the span's own start leaves the very same span to the right, for ever.
    if (right.startNs === span.startNs) return false;
    insertAfter(spans, index, right);
    if (span.interval !== null) break;
  }
  return true;
}

/** On which days, and when on them, a span begins and ends; divisions are the dear part. */
interface Edges {
  startDay: number;
  startTimeNs: number;
  /** Of the last second where the end reads 00:00:00. */
  lastDay: number;
  lastTimeNs: number;
}

function edgesOf(span: Span): Edges {
  const startDay = Math.floor(span.startNs / DAY_NS);
  const startTimeNs = span.startNs - startDay * DAY_NS;
  const edges = { startDay, startTimeNs, lastDay: startDay, lastTimeNs: 0 };
  readEnd(edges, span);
  return edges;
}

function readEnd(edges: Edges, { endNs }: Span): void {
  const day = Math.floor(endNs / DAY_NS);
  const timeNs = endNs - day * DAY_NS;
  const isMidnight = timeNs < SECOND_NS;
  edges.lastDay = isMidnight ? day - 1 : day;
  edges.lastTimeNs = isMidnight ? timeNs + DAY_NS - SECOND_NS : timeNs;
}

/** The candidate, then what follows it in the list down to the first lower weight (2.6 b, c). */
function workList(
  span: Span,
  { startDay, startTimeNs: time }: Edges,
  baseDay: number,
): RateInterval[] {
  const { entry } = span;
  if (entry.intervals === null) return [];
  if (entry.intervals.intervals.length === 1) return entry.intervals.intervals;
  const intervals = nextOrder(entry.intervals.orders, {
    sorts: entry.sorts,
    previous: entry.order,
  });
  entry.order = intervals;
  entry.sorts++;
  const dayStart = startDay * DAY_NS;
  const day = baseDay + startDay;
  let candidate = -1;
  let weight = 0;
  let startNs = 0;
  for (let i = 0; i < intervals.length; i++) {
    const interval = intervals[i] as RateInterval;
    if (!isActive(interval, day, time)) continue;
    if (interval.weight < weight) break;
    if (candidate < 0 || interval.startNs > startNs) {
      candidate = i;
      weight = interval.weight;
      startNs = interval.startNs;
    }
  }
  const from = Math.max(candidate, 0);
  const list = [intervals[from] as RateInterval];
  for (let i = from + 1; i < intervals.length; i++) {
    const interval = intervals[i] as RateInterval;
    if (interval.weight < weight) break;
    if (dayStart + interval.startNs < span.endNs) list.push(interval);
  }
  return list;
}

/** Offers an interval to the span, cutting it where the interval asks; the right part if cut. */
function cutByInterval(
  span: Span,
  interval: RateInterval,
  { edges, options }: { edges: Edges; options: CutOptions },
): Span | null {
  const { isVoice, day } = options;
  const atStart = isActive(interval, day + edges.startDay, edges.startTimeNs);
  const atEnd = isActive(interval, day + edges.lastDay, edges.lastTimeNs);
  if (!atStart && !atEnd) return null;
  const slotCutNs = firstSlotCut(span, interval);
  if (slotCutNs !== null) {
    offer(span, interval);
    const right = cut(span, slotCutNs);
    offer(right, interval);
    return right;
  }
  if (!isVoice || (atStart && atEnd)) {
    if (atStart) offer(span, interval);
    return null;
  }
  if (atStart) {
    offer(span, interval);
    const midnightNs = (edges.startDay + 1) * DAY_NS;
    // The midnight may lie after the span's end: the right part then has a negative length.
    return midnightNs === span.endNs ? null : cut(span, midnightNs);
  }
  const cutNs = startOfInterval(span, interval);
  if (cutNs === span.endNs) return null;
  const right = cut(span, cutNs);
  offer(right, interval);
  return right;
}

/** The interval's start of day, on the day of the span's end if it is midnight, else of its start. */
function startOfInterval(span: Span, interval: RateInterval): number {
  const dayOf = interval.startNs < SECOND_NS ? span.endNs : span.startNs;
  return Math.floor(dayOf / DAY_NS) * DAY_NS + interval.startNs;
}

function firstSlotCut(span: Span, interval: RateInterval): number | null {
  const { slots } = interval.rate;
  if (slots.length === 0) return null;
  const from = groupStart(span);
  for (const slot of slots) {
    if (slot.startNs > from && slot.startNs < span.groupEndNs) {
      return span.startNs + (slot.startNs - from);
    }
  }
  return null;
}

/** Taken if the span has none, or by higher weight, or by a later start of day. */
function offer(span: Span, interval: RateInterval): void {
  if (interval.startNs > timeOfDay(span.startNs)) return;
  const present = span.interval;
  if (present === null || interval.weight > present.weight || interval.startNs > present.startNs) {
    span.interval = interval;
  }
}
