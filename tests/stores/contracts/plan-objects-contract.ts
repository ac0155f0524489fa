// Objects of stored tariff plans: what every store must do with them.
import { expect, test } from "vitest";
import { type OpenStore, withStore } from "./store-under-test.ts";

function named(plan: string, kind: string, name: string, ...bytes: number[]) {
  return { plan, kind, name, body: new Uint8Array(bytes) };
}

export function planObjectsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an object comes back as it was put, and is replaced by the next of its key", async () => {
      const { planObjects } = store();
      const key = { plan: "replaced", kind: "Rate", name: 'r":[\u00f1' };
      expect(await planObjects.get(key)).toBeNull();
      await planObjects.put([named("replaced", "Rate", key.name, 1, 0, 255)]);
      expect(await planObjects.get(key)).toEqual({ ...key, body: new Uint8Array([1, 0, 255]) });
      await planObjects.put([named("replaced", "Rate", key.name)]);
      expect(await planObjects.get(key)).toEqual({ ...key, body: new Uint8Array() });
      await planObjects.put([]);
    });

    test("lists go by name, in pages, within plan and kind", async () => {
      const { planObjects } = store();
      const names = ["Z", "a", "b", "é"];
      await planObjects.put(names.toReversed().map((name) => named("paged", "Rate", name, 7)));
      await planObjects.put([named("paged", "Timing", "a"), named("other", "Rate", "a")]);
      const page = { plan: "paged", kind: "Rate", limit: 3 };
      expect(await planObjects.names(page)).toEqual(names.slice(0, 3));
      expect(await planObjects.names({ ...page, after: "b" })).toEqual(["é"]);
      const found = await planObjects.list({ ...page, after: "Z" });
      expect(found).toEqual(names.slice(1).map((name) => named("paged", "Rate", name, 7)));
    });

    test("plans are those that have an object and a name; what is removed is gone", async () => {
      const { planObjects } = store();
      await planObjects.put([named("", "Account", "t:1", 1)]);
      for (const plan of ["one", "two"]) {
        await planObjects.put([named(plan, "Rate", "a"), named(plan, "Rate", "b")]);
        await planObjects.put([named(plan, "Timing", "a")]);
      }
      const plans = async () =>
        (await planObjects.plans()).filter((plan) => plan === "one" || plan === "two");
      expect(await plans()).toEqual(["one", "two"]);
      expect(await planObjects.plans()).not.toContain("");
      await planObjects.remove({ plan: "one", kind: "Rate", name: "a" });
      await planObjects.remove({ plan: "one", kind: "Rate", name: "absent" });
      const rates = { plan: "one", kind: "Rate", limit: 9 };
      expect(await planObjects.names(rates)).toEqual(["b"]);
      await planObjects.remove({ plan: "one", kind: "Rate" });
      expect(await planObjects.names(rates)).toEqual([]);
      expect(await planObjects.names({ ...rates, kind: "Timing" })).toEqual(["a"]);
      await planObjects.remove({ plan: "one" });
      expect(await plans()).toEqual(["two"]);
    });
  });
}
