// CGRateS's order of the rate intervals of a destination, with its flaw (notes 2.6 a, oddity 2).
import { patternDefeatingSort } from "./pattern-defeating-sort.ts";
import type { IntervalOrders, RateInterval } from "./snapshot.ts";

/**
 * What sorting the list again and again leaves. CGRateS sorts in place for every span, so a span
 * starts from the order that the previous one left; the orders come round again, mostly at once.
 */
export function ordersOf(intervals: RateInterval[]): IntervalOrders {
  const lists = [intervals];
  for (;;) {
    const next = (lists.at(-1) as RateInterval[]).slice();
    sortLikeCgrates(next);
    const known = lists.findIndex((list) => list.every((interval, i) => interval === next[i]));
    if (known >= 0) return { lists, repeatsFrom: known };
    lists.push(next);
  }
}

/** The order after a number of sorts. */
export function orderAfter({ lists, repeatsFrom }: IntervalOrders, sorts: number): RateInterval[] {
  const last = lists.length;
  const index = sorts < last ? sorts : repeatsFrom + ((sorts - last) % (last - repeatsFrom));
  return lists[index] as RateInterval[];
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
