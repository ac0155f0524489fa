// Goal: peaks and means are exact. Method: an oracle that looks at every second, over random calls on
// whole seconds, in buckets of a zone around changes of its clocks.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createCalendar } from "../../src/reports/calendar.ts";
import { createHeap, createSweep, type Stretch, type Talk } from "../../src/reports/concurrency.ts";
import { runs } from "../runs.ts";

const SECOND_MS = 1000;
const CLOCKS: [string, number][] = [
  ["Europe/Madrid", Date.UTC(2026, 9, 25, 0)],
  ["Europe/Madrid", Date.UTC(2026, 2, 29, 0)],
  ["Australia/Lord_Howe", Date.UTC(2026, 3, 4, 14)],
  ["Asia/Kathmandu", Date.UTC(2026, 5, 1, 17)],
];

/** Counts the calls of each second; a call has the seconds from its begin up to its end. */
function everySecond(talks: readonly Talk[], buckets: readonly Stretch[]) {
  const startMs = buckets[0]?.fromMs ?? 0;
  const endMs = buckets.at(-1)?.toMs ?? 0;
  const counts = new Uint32Array((endMs - startMs) / SECOND_MS);
  for (const { fromMs, toMs } of talks) {
    const first = Math.max(0, (fromMs - startMs) / SECOND_MS);
    const last = Math.min(counts.length, (toMs - startMs) / SECOND_MS);
    for (let second = first; second < last; second += 1) counts[second] = (counts[second] ?? 0) + 1;
  }
  return buckets.map(({ fromMs, toMs }) => {
    const own = counts.subarray((fromMs - startMs) / SECOND_MS, (toMs - startMs) / SECOND_MS);
    const sum = own.reduce((total, count) => total + count, 0);
    return { peak: own.reduce((most, count) => Math.max(most, count), 0), mean: sum / own.length };
  });
}

const calls = (startMs: number, spanSeconds: number) =>
  fc
    .array(
      fc.record({
        from: fc.integer({ min: -3600, max: spanSeconds + 600 }),
        seconds: fc.oneof(
          fc.constantFrom(0, 1, 2, 60, 900, 3600),
          fc.integer({ min: 0, max: 3600 }),
          fc.constantFrom(86_400, 3 * 86_400),
        ),
      }),
      { maxLength: 25 },
    )
    .map((list): Talk[] =>
      list
        .map(({ from, seconds }) => ({
          fromMs: startMs + from * SECOND_MS,
          toMs: startMs + (from + seconds) * SECOND_MS,
        }))
        .sort((a, b) => a.fromMs - b.fromMs),
    );

function swept(talks: readonly Talk[], buckets: readonly Stretch[]) {
  const sweep = createSweep(buckets);
  for (const talk of talks) sweep.add(talk);
  return sweep.end();
}

describe("calls at once", () => {
  test("are those of every second, over sets of random calls", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...CLOCKS).chain(([zone, startMs]) =>
          fc.record({
            zone: fc.constant(zone),
            startMs: fc.constant(startMs),
            by: fc.constantFrom("quarterHour" as const, "hour" as const),
            talks: calls(startMs, 4 * 3600),
          }),
        ),
        ({ zone, startMs, by, talks }) => {
          const buckets = createCalendar(zone).buckets(by, startMs, startMs + 3 * 3_600_000);
          const expected = everySecond(talks, buckets);
          const found = swept(talks, buckets);
          expect(found.map(({ peak }) => peak)).toEqual(expected.map(({ peak }) => peak));
          found.forEach(({ mean }, index) => {
            expect(Math.abs(mean - (expected[index]?.mean ?? 0))).toBeLessThan(0.000_000_6);
          });
        },
      ),
      { numRuns: runs(300) },
    );
  });

  test("a call that ends when another begins is not beside it", () => {
    const minute = [{ fromMs: 0, toMs: 60_000 }];
    const chain = [0, 1, 2].map((n) => ({ fromMs: n * 1000, toMs: (n + 1) * 1000 }));
    expect(swept(chain, minute)).toEqual([{ peak: 1, mean: 0.05 }]);
    const together = [
      { fromMs: 0, toMs: 1001 },
      { fromMs: 1000, toMs: 2000 },
    ];
    expect(swept(together, minute)).toMatchObject([{ peak: 2 }]);
  });

  test("a call of days is in each of them, and one of no length in none", () => {
    const days = createCalendar("UTC").buckets("day", 0, 3 * 86_400_000);
    const found = swept(
      [
        { fromMs: -86_400_000, toMs: 2.5 * 86_400_000 },
        { fromMs: 5000, toMs: 5000 },
      ],
      days,
    );
    expect(found).toEqual([
      { peak: 1, mean: 1 },
      { peak: 1, mean: 1 },
      { peak: 1, mean: 0.5 },
    ]);
  });

  test("without calls it is 0; without buckets it is nothing", () => {
    expect(swept([], [{ fromMs: 0, toMs: 1000 }])).toEqual([{ peak: 0, mean: 0 }]);
    expect(swept([{ fromMs: 0, toMs: 9 }], [])).toEqual([]);
  });

  test("a call that comes out of order is refused", () => {
    const sweep = createSweep([{ fromMs: 0, toMs: 10 }]);
    sweep.add({ fromMs: 5, toMs: 6 });
    expect(() => sweep.add({ fromMs: 4, toMs: 6 })).toThrow(RangeError);
  });

  test("the least of a heap is the least", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (values) => {
        const heap = createHeap();
        for (const value of values) heap.push(value);
        const out: number[] = [];
        for (; heap.size > 0; heap.pop()) out.push(heap.least());
        expect(out).toEqual(values.toSorted((a, b) => a - b));
      }),
    );
  });
});
