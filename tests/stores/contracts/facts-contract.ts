// Facts of a store: each is kept once.
import { expect, test } from "vitest";
import { type OpenStore, withStore } from "./store-under-test.ts";

export function factsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a fact is kept once: whoever comes later gets the first", async () => {
      const kept = await Promise.all(
        [1, 2, 3].map((value) =>
          store().facts.keepFirst("quality:2026-03-01", { "a.b $c": value }),
        ),
      );
      expect(new Set(kept.map((fact) => JSON.stringify(fact))).size).toBe(1);
      expect(await store().facts.keepFirst("quality:2026-03-01", { other: true })).toEqual(kept[0]);
      expect(await store().facts.get("quality:2026-03-01")).toEqual(kept[0]);
      expect(await store().facts.get("quality:2026-03-02")).toBeNull();
      expect(await store().facts.keepFirst("quality:2026-03-02", { other: true })).toEqual({
        other: true,
      });
    });
  });
}
