// How long a feed waits before it connects again.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createDelays } from "../../src/feeds/delays.ts";

describe("the delay before the next connection", () => {
  it("doubles from a second to a minute, and begins anew after a good session", () => {
    const delays = createDelays(() => 0.999_999);
    const lost = [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000);
    expect(lost.map(() => delays.after("lost", 5_000))).toEqual(lost);
    expect(delays.after("lost", 30_000)).toBe(1000);
  });

  it("of wrong passwords begins at a minute and goes to ten, whatever the chance", () => {
    const delays = createDelays(() => 0);
    const refused = [60, 120, 240, 480, 600, 600].map((seconds) => seconds * 1000);
    expect(refused.map(() => delays.after("refused", 1_000))).toEqual(refused);
  });

  property.prop([fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(40)])(
    "is spread, and never under half a second or over its most",
    (chance, failures) => {
      const delays = createDelays(() => chance);
      for (let failure = 0; failure < failures; failure += 1) delays.after("lost", 0);
      const delayMs = delays.after("lost", 0);
      expect(delayMs).toBeGreaterThanOrEqual(500);
      expect(delayMs).toBeLessThanOrEqual(60_000);
    },
  );
});
