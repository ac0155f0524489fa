// How the place of a store is: what every store must tell of it.
import { expect, test } from "vitest";
import { sampleCdr } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

export function conditionContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("what it takes is told, and grows with what is stored", async () => {
      const before = await store().condition({ deep: false });
      expect(before.bytes).toBeGreaterThan(0);
      expect(before.damage).toBeNull();
      const long = "x".repeat(100_000);
      const many = Array.from({ length: 20 }, (_, n) => sampleCdr(`c${n}`, { extra: { long } }));
      await store().cdrs.insert(many);
      const after = await store().condition({ deep: false });
      expect(after.bytes).toBeGreaterThan(before.bytes + 1_000_000);
    });

    test("a look through what is stored finds no damage, where the store looks itself", async () => {
      const { damage } = await store().condition({ deep: true });
      expect(damage).toEqual(store().kind === "sqlite" ? [] : null);
    });
  });
}
