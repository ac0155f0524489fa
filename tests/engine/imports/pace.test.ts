// Goal: an import takes what others leave, and no more. Method: a loop that is as busy as it is told.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createPace, inPieces, restMs } from "../../../src/engine/imports/pace.ts";

describe("the rest after work", () => {
  property.prop([
    fc.double({ min: 1, max: 100, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])("is longer the busier others are, and leaves them their share", (tookMs, busy) => {
    const ms = restMs(tookMs, busy);
    expect(ms).toBeGreaterThanOrEqual(restMs(tookMs, busy / 2));
    expect(ms).toBeLessThanOrEqual(1000);
    const share = ms / (ms + tookMs);
    if (ms > 4 && ms < 1000) expect(share).toBeCloseTo(Math.min(busy, 0.9), 6);
  });

  it("is a look alone where nobody else is", () => {
    expect(restMs(300, 0)).toBe(4);
    expect(restMs(30, 1)).toBeCloseTo(270);
  });
});

/** What pieces a list of 2000 is taken in, and how long the rests are, while others are so busy. */
async function taken(busy: number) {
  const rests: number[] = [];
  const pace = createPace({
    async rest(ms) {
      rests.push(ms);
      return busy;
    },
  });
  const items = Array.from({ length: 2000 }, (_none, index) => index);
  const pieces: number[] = [];
  const answers = await inPieces(pace, items, async (piece) => {
    pieces.push(piece.length);
    return piece.map((item) => item * 2);
  });
  expect(answers).toEqual(items.map((item) => item * 2));
  return { pieces, rests };
}

describe("a list", () => {
  it("is taken in large pieces where nobody else is", async () => {
    const { pieces, rests } = await taken(0);
    expect(pieces).toEqual([500, 500, 500, 500]);
    expect(rests).toHaveLength(4);
  });

  it("is taken in small ones once others are busy", async () => {
    const { pieces } = await taken(1);
    expect(pieces.slice(0, 2)).toEqual([500, 64]);
    expect(pieces.reduce((sum, size) => sum + size, 0)).toBe(2000);
  });
});
