// Comparing thousands of values: `expect` for each takes longer than what is tested.
import { isDeepStrictEqual } from "node:util";
import { expect } from "vitest";

/** `expect(actual, hint).toEqual(expected)`, which is only asked where the two are not equal at sight. */
export function expectSame(actual: unknown, expected: unknown, hint?: string): void {
  if (!isDeepStrictEqual(actual, expected)) expect(actual, hint).toEqual(expected);
}
