// Goal: the shares of all workers together are what the service may have, rounded up for each; one
// request always fits.
import fc from "fast-check";
import { expect, it } from "vitest";
import { workersOf } from "../../../src/compose/workers/count.ts";
import { shareOfLimits } from "../../../src/compose/workers/share.ts";
import { readSettings } from "../../../src/config/config.ts";

const { limits } = readSettings({ environment: {}, flags: {} });
const COUNTED = ["callerRequests", "callerHeavy", "heavy", "callerExports", "queue"] as const;

it("each has its part, and together they have at least all, and less than one each more", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), (workers) => {
      const share = shareOfLimits(limits, workers);
      for (const name of COUNTED) {
        expect(share[name] * workers).toBeGreaterThanOrEqual(limits[name]);
        expect(share[name] * workers).toBeLessThan(limits[name] + workers);
      }
      expect(share.callerAnswerBytes).toBeGreaterThanOrEqual(limits.rpcAnswerBytes);
      expect(share.callerBodyBytes).toBeGreaterThanOrEqual(limits.bodyBytes);
      expect(share.queueBytes).toBeGreaterThanOrEqual(limits.bodyBytes);
      expect(share.bodyBytes).toBe(limits.bodyBytes);
      expect(share.storeSeconds).toBe(limits.storeSeconds);
    }),
  );
  expect(shareOfLimits(limits, 1)).toEqual(limits);
});

it("never gives more than the settings say", () => {
  const narrow = { ...limits, callerAnswerBytes: 1_000_000, queueBytes: 1024 };
  expect(shareOfLimits(narrow, 2)).toMatchObject({
    callerAnswerBytes: 1_000_000,
    queueBytes: 1024,
  });
});

it("a store in memory is that of one process", () => {
  const store = "sqlite:./data/cdrate.db";
  expect(workersOf({ store: "sqlite::memory:", workers: 4 })).toBe(1);
  expect(workersOf({ store, workers: 3 })).toBe(3);
  expect(workersOf({ store, workers: undefined })).toBe(1);
  const byItself = workersOf({ store: "mongodb://127.0.0.1/cdrate", workers: undefined });
  expect(byItself).toBeGreaterThanOrEqual(1);
  expect(byItself).toBeLessThanOrEqual(8);
});
