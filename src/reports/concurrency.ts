// How many calls were under way at once: the peak and the mean of each bucket, exact. Calls are taken in
// the order of their beginnings; what is kept is the ends of those under way, never the calls.

/** How long a row is, and what rows may be of. */
export const CONCURRENT_STEPS = ["minute", "quarterHour", "hour", "day"] as const;
export const CONCURRENT_KEYS = [
  "account",
  "carrier",
  "source",
  "country",
  "callDirection",
] as const;

/** A call from its first millisecond to the one after its last. */
export interface Talk {
  fromMs: number;
  toMs: number;
}

export interface Stretch {
  fromMs: number;
  toMs: number;
}

export interface Concurrency {
  peak: number;
  /** Six decimals, half up. */
  mean: number;
}

/** The smallest of many numbers is at hand. */
export interface Heap {
  readonly size: number;
  least(): number;
  push(value: number): void;
  pop(): void;
}

export function createHeap(): Heap {
  const values: number[] = [];
  const at = (index: number): number => values[index] ?? Infinity;
  const swap = (left: number, right: number): void => {
    [values[left], values[right]] = [at(right), at(left)];
  };
  return {
    get size() {
      return values.length;
    },
    least: () => at(0),
    push(value) {
      values.push(value);
      for (let child = values.length - 1; child > 0; ) {
        const parent = (child - 1) >> 1;
        if (at(parent) <= at(child)) return;
        swap(parent, child);
        child = parent;
      }
    },
    pop() {
      const last = values.pop();
      if (last === undefined || values.length === 0) return;
      values[0] = last;
      for (let parent = 0; ; ) {
        const child = at(2 * parent + 1) <= at(2 * parent + 2) ? 2 * parent + 1 : 2 * parent + 2;
        if (at(parent) <= at(child)) return;
        swap(parent, child);
        parent = child;
      }
    },
  };
}

export interface Sweep {
  /** Calls come in the order of their beginnings. @throws RangeError for one that comes too late */
  add(talk: Talk): void;
  /** Of each bucket, when every call was added. */
  end(): Concurrency[];
}

/** `buckets`: one after the other without a gap, as those of a calendar are. */
export function createSweep(buckets: readonly Stretch[]): Sweep {
  const peaks = buckets.map(() => 0);
  /** Milliseconds of calls: sums of some thousand calls over a year stay below 2^53. */
  const sums = buckets.map(() => 0);
  const ends = createHeap();
  let index = 0;
  let atMs = buckets[0]?.fromMs ?? 0;
  let last = -Infinity;

  /** As many calls are under way until then as are now. */
  function goTo(toMs: number): void {
    while (index < buckets.length && atMs < toMs) {
      const { fromMs, toMs: bucketEnd } = buckets[index] ?? { fromMs: atMs, toMs: atMs };
      atMs = Math.max(atMs, fromMs);
      const until = Math.min(toMs, bucketEnd);
      if (until > atMs) {
        peaks[index] = Math.max(peaks[index] ?? 0, ends.size);
        sums[index] = (sums[index] ?? 0) + ends.size * (until - atMs);
        atMs = until;
      }
      if (atMs >= bucketEnd) index += 1;
    }
  }

  /** Ends come before beginnings of the same instant. */
  function passEnds(untilMs: number): void {
    while (ends.size > 0 && ends.least() <= untilMs) {
      goTo(ends.least());
      ends.pop();
    }
  }

  return {
    add({ fromMs, toMs }) {
      if (fromMs < last)
        throw new RangeError("Calls are to come in the order of their beginnings.");
      last = fromMs;
      if (toMs <= fromMs) return;
      passEnds(fromMs);
      goTo(fromMs);
      ends.push(toMs);
    },
    end() {
      passEnds(Infinity);
      goTo(buckets.at(-1)?.toMs ?? 0);
      return buckets.map(({ fromMs, toMs }, place) => ({
        peak: peaks[place] ?? 0,
        mean: meanOf(sums[place] ?? 0, toMs - fromMs),
      }));
    },
  };
}

function meanOf(sumMs: number, lengthMs: number): number {
  const millionths = (BigInt(sumMs) * 2_000_000n + BigInt(lengthMs)) / (2n * BigInt(lengthMs));
  return Number(millionths) / 1_000_000;
}
