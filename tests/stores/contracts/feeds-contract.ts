// Feeds: what every store must do with who runs them and how far they came.
import { expect, test } from "vitest";
import type { FeedRecord } from "../../../src/stores/ports/feeds.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function feed(name: string, changes: Partial<FeedRecord> = {}): FeedRecord {
  return {
    name,
    version: 1,
    owner: null,
    leaseUntilMs: 0,
    isStopped: false,
    position: null,
    state: {},
    ...changes,
  };
}

export function feedsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a feed comes back as it was put; its name is taken once", async () => {
      const full = feed("full", {
        owner: "p1",
        leaseUntilMs: 1_772_442_000_123,
        isStopped: true,
        position: { "a.b": { $c: 9_007_199_254_740_991 }, "": null },
        state: { gaps: [{ reason: "x" }] },
      });
      expect(await store().feeds.put(full)).toBe(true);
      expect(await store().feeds.put(feed("full"))).toBe(false);
      expect(await store().feeds.put(feed("empty"))).toBe(true);
      const found = await store().feeds.getFor(["empty", "none", "full"]);
      expect(found.sort((left, right) => (left.name < right.name ? -1 : 1))).toEqual([
        feed("empty"),
        full,
      ]);
      expect(await store().feeds.getFor([])).toEqual([]);
    });

    test("of updates that saw the same version one wins, and no member is left of the old", async () => {
      await store().feeds.put(feed("raced", { owner: "p0", position: { n: 0 } }));
      const next = (n: number) =>
        feed("raced", {
          version: 2,
          owner: `p${n}`,
          leaseUntilMs: n,
          position: { n },
          state: { n },
        });
      const wins = await Promise.all(
        Array.from({ length: 8 }, (_, n) => store().feeds.update(next(n), 1)),
      );
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await store().feeds.getFor(["raced"])).toEqual([next(wins.indexOf(true))]);
      const freed = feed("raced", { version: 3, isStopped: true });
      expect(await store().feeds.update(freed, 2)).toBe(true);
      expect(await store().feeds.getFor(["raced"])).toEqual([freed]);
      expect(await store().feeds.update(feed("absent", { version: 2 }), 1)).toBe(false);
      expect(await store().feeds.getFor(["absent"])).toEqual([]);
    });
  });
}
