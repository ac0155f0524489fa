// Goal: a bound in seconds selects exactly the milliseconds whose seconds reach it.
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
