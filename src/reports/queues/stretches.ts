// The buckets of a report of queues: one after the other without a gap, over its whole range.
import type { Stretch } from "../concurrency.ts";

/** The place of the bucket that an instant is in; null: it is in none. */
export function bucketAt(buckets: readonly Stretch[], atMs: number): number | null {
  let [low, high] = [0, buckets.length - 1];
  while (low <= high) {
    const middle = (low + high) >> 1;
    const bucket = buckets[middle];
    if (bucket === undefined) return null;
    if (atMs < bucket.fromMs) high = middle - 1;
    else if (atMs >= bucket.toMs) low = middle + 1;
    else return middle;
  }
  return null;
}

/** How much of a span lies in each bucket: calls `add` for those that have some of it. */
export function inEach(
  buckets: readonly Stretch[],
  span: Stretch,
  add: (place: number, ms: number) => void,
): void {
  const first = buckets[0];
  if (first === undefined) return;
  const place = bucketAt(buckets, Math.max(span.fromMs, first.fromMs));
  if (place === null) return;
  for (let at = place; at < buckets.length; at += 1) {
    const bucket = buckets[at];
    if (bucket === undefined || bucket.fromMs >= span.toMs) return;
    const ms = Math.min(bucket.toMs, span.toMs) - Math.max(bucket.fromMs, span.fromMs);
    if (ms > 0) add(at, ms);
  }
}
