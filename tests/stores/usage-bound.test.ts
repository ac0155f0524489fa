// Goal: a bound in seconds selects exactly the milliseconds whose seconds reach it, and every
// number is answered. Method: fixed cases, and properties over all doubles.
import fc from "fast-check";
import { expect, test } from "vitest";
import { millisecondsFrom } from "../../src/stores/usage-bound.ts";

test("the least milliseconds whose seconds are at least the bound", () => {
  expect(millisecondsFrom(1.001)).toBe(1001);
  expect(millisecondsFrom(0)).toBe(0);
  expect(millisecondsFrom(0.0004)).toBe(1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000_000 }), (milliseconds) => {
      expect(millisecondsFrom(milliseconds / 1000)).toBe(milliseconds);
      expect(millisecondsFrom(milliseconds / 1000 + 0.0001)).toBe(milliseconds + 1);
    }),
  );
});

const EDGES = [
  9007199254740,
  9007199254740.99,
  9007199254741,
  2 ** 53,
  2 ** 53 + 2,
  1e17,
  Number.MAX_VALUE,
  Number.MIN_VALUE,
];

test.each(EDGES.flatMap((edge) => [edge, -edge]))("%d is answered, and is a bound", (seconds) => {
  expectBound(seconds);
});

test("every number is answered, and is a bound", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (seconds) => {
      expectBound(seconds);
    }),
    { numRuns: 2000 },
  );
});

/** Within the stored range nothing below the bound reaches it, and the bound itself does. */
function expectBound(seconds: number): void {
  const bound = millisecondsFrom(seconds);
  expect(Number.isInteger(bound)).toBe(true);
  expect(Math.abs(bound)).toBeLessThanOrEqual(2 ** 53);
  if (bound < 2 ** 53) expect(bound / 1000).toBeGreaterThanOrEqual(seconds);
  if (bound > -(2 ** 53)) expect((bound - 1) / 1000).toBeLessThan(seconds);
}
