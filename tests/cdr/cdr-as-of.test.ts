// Goal: a CDR can be seen as it was at any moment, facts and price. Method: one with a correction
// and a rerate in its history, looked at before, at and after each of them.
import { describe, expect, it } from "vitest";
import { cdrAsOf } from "../../src/cdr/as-of.ts";
import type { CdrContent, StoredCdr } from "../../src/cdr/cdr.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";

const sample = sampleCdr("as-of");
const rating = (revision: number, ratedAtMs: number) => ({ ...sample.rating, revision, ratedAtMs });
const content = (usage: number): CdrContent => ({
  primary: { ...sample.primary, usage },
  extra: {},
  contentHash: `${usage}`,
});

/** Stored at 100, corrected at 200 (10 to 20 ms), rerated at 300, corrected at 400 (to 30 ms). */
const cdr: StoredCdr = {
  ...sample,
  ...content(30),
  rating: rating(4, 400),
  history: [
    { rating: rating(1, 100), replacedAtMs: 200, content: content(10) },
    { rating: rating(2, 200), replacedAtMs: 300 },
    { rating: rating(3, 300), replacedAtMs: 400, content: content(20) },
  ],
};

describe("a CDR as of a moment", () => {
  it.each([
    [100, 1, 10],
    [199, 1, 10],
    [200, 2, 20],
    [300, 3, 20],
    [399, 3, 20],
    [400, 4, 30],
    [9999, 4, 30],
  ])("at %i it has revision %i and %i ms", (atMs, revision, usage) => {
    const seen = cdrAsOf(cdr, atMs);
    expect(seen?.rating.revision).toBe(revision);
    expect(seen?.primary.usage).toBe(usage);
    expect(seen?.history).toHaveLength(revision - 1);
  });

  it("is not there before it was stored", () => {
    expect(cdrAsOf(cdr, 99)).toBeNull();
    expect(cdrAsOf({ ...cdr, history: [], rating: rating(1, 100) }, 99)).toBeNull();
  });
});
