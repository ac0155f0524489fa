// CGRateS's order of the rate intervals of a destination, with its flaw.

import type { IntervalOrders, RateInterval } from "../snapshot.ts";
import { patternDefeatingSort } from "./pattern-defeating-sort.ts";

/** So many orders of a list are kept; the sort may go through very many before one comes again. */
const ORDERS_KEPT = 16;

/** The orders of a list before any sort. */
export function fileOrder(intervals: RateInterval[]): IntervalOrders {
  return { lists: [intervals], repeatsFrom: null };
}

/**
 * The order that one more sort leaves. CGRateS sorts in place for every span, so a span starts from
 * the order `previous`, which `sorts` sorts have left; mostly the orders come round at once.
 */
export function nextOrder(
  orders: IntervalOrders,
  { sorts, previous }: { sorts: number; previous: RateInterval[] },
): RateInterval[] {
  const { lists, repeatsFrom } = orders;
  const known = lists[sorts + 1];
  if (known !== undefined) return known;
  if (repeatsFrom !== null) {
    const period = lists.length - repeatsFrom;
    return lists[repeatsFrom + ((sorts + 1 - lists.length) % period)] as RateInterval[];
  }
  const next = previous.slice();
  sortLikeCgrates(next);
  if (sorts + 1 === lists.length) {
    const same = lists.findIndex((list) => list.every((interval, i) => interval === next[i]));
    if (same >= 0) orders.repeatsFrom = same;
    else if (lists.length < ORDERS_KEPT) lists.push(next);
  }
  return next;
}

/**
 * Sorts in place, as CGRateS does anew for every span of a call.
 *
 * The comparison is no order at all: an interval also comes before one that starts later in the
 * day when its weight is lower, so of two intervals each may come before the other, and the result
 * depends on the order the list had. Prices of real plans hang on it (a base row, then a peak row
 * of higher weight), so the comparison and the very steps of the sort are reproduced: Go sorts up
 * to twelve elements by insertion, longer lists by pattern-defeating quicksort.
 */
function sortLikeCgrates(intervals: RateInterval[]): void {
  const length = intervals.length;
  if (length > 12) {
    patternDefeatingSort(intervals, comesBefore);
    return;
  }
  for (let i = 1; i < length; i++) {
    for (let j = i; j > 0; j--) {
      const left = intervals[j - 1] as RateInterval;
      const right = intervals[j] as RateInterval;
      if (!comesBefore(right, left)) break;
      intervals[j - 1] = right;
      intervals[j] = left;
    }
  }
}

function comesBefore(a: RateInterval, b: RateInterval): boolean {
  return a.weight > b.weight || b.startNs > a.startNs;
}
