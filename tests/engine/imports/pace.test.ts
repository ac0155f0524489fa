// Goal: imports take what others leave, and no more. Method: a clock and an intake of our own.
import { fc, test as property } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { createPace, restMs } from "../../../src/engine/imports/pace.ts";

describe("the rest after work", () => {
  const share = fc.double({ min: 0, max: 1, noNaN: true });
  property.prop([fc.double({ min: 1, max: 100, noNaN: true }), share])(
    "is longer the more others have, and leaves them that",
    (tookMs, others) => {
      const ms = restMs(tookMs, others);
      expect(ms).toBeGreaterThanOrEqual(restMs(tookMs, others / 2));
      expect(ms).toBeLessThanOrEqual(1000);
      if (ms < 1000) expect(ms / (ms + tookMs)).toBeCloseTo(Math.min(others, 0.9), 6);
    },
  );
});

/** Milliseconds that one record of an import takes. */
const RECORD_MS = 0.5;

/** A list of 2000 while so many records a second are posted. */
async function taken(perSecond: number, what: "previewed" | "stored" = "stored", lists = 1) {
  let [nowMs, own] = [0, 0];
  const rests: number[] = [];
  const pieces: number[] = [];
  const pace = createPace({
    received: () => own + Math.floor((nowMs * perSecond) / 1000),
    now: () => nowMs,
    async wait(ms) {
      rests.push(ms);
      nowMs += ms;
    },
  });
  const items = Array.from({ length: 2000 }, (_none, index) => index);
  const work = async (piece: readonly number[]) => {
    pieces.push(piece.length);
    if (what === "stored") own += piece.length;
    await Promise.resolve();
    nowMs += piece.length * RECORD_MS;
    return piece.map((item) => item * 2);
  };
  const all = Array.from({ length: lists }, () => pace.inPieces(items, what, work));
  for (const answers of await Promise.all(all)) {
    expect(answers).toEqual(items.map((item) => item * 2));
  }
  const rest = rests.reduce((sum, ms) => sum + ms, 0);
  return { pieces, rests, share: (2000 * lists * RECORD_MS) / nowMs, rest };
}

describe("a list", () => {
  it("is taken in large pieces without a rest where nobody else is, also by two imports", async () => {
    expect(await taken(0)).toMatchObject({ pieces: [500, 500, 500, 500], rests: [], share: 1 });
    expect(await taken(0, "stored", 2)).toMatchObject({ rests: [] });
  });

  it.each(["previewed", "stored"] as const)(
    "is taken in small ones beside a full load, which has most of the time: %s",
    async (what) => {
      const { pieces, share } = await taken(2000, what);
      expect(pieces.slice(0, 2)).toEqual([500, 64]);
      expect(share).toBeLessThan(0.25);
      expect(share).toBeGreaterThan(0.09);
    },
  );

  it("is hardly slowed by few posts", async () => {
    const { share } = await taken(50);
    expect(share).toBeGreaterThan(0.9);
  });
});
