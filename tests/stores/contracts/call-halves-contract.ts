// Halves of calls: the first of an id stays, they are found by id and by age, and go when they are told to.
import { expect, test } from "vitest";
import type { CallHalf } from "../../../src/stores/ports/call-halves.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function half(id: string, changes: Partial<CallHalf> = {}): CallHalf {
  return {
    id,
    feed: "kam",
    side: "begin",
    bytes: new Uint8Array([1, 0, 255]),
    sinceMs: 1000,
    isPaired: false,
    ...changes,
  };
}

const ids = (halves: readonly CallHalf[]) => halves.map(({ id }) => id);

export function callHalvesContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("the first of an id stays, as it came", async () => {
      const { callHalves } = store();
      await callHalves.put([half("a"), half("b", { side: "end", bytes: new Uint8Array() })]);
      await callHalves.put([half("a", { sinceMs: 5, bytes: new Uint8Array([9]) })]);
      await callHalves.put([]);
      const found = await callHalves.getFor(["a", "b", "none"]);
      expect(found.toSorted((one, other) => (one.id < other.id ? -1 : 1))).toEqual([
        half("a"),
        half("b", { side: "end", bytes: new Uint8Array() }),
      ]);
      expect(await callHalves.getFor([])).toEqual([]);
    });

    test("by age, of one feed, those that wait and those that are paired apart", async () => {
      const { callHalves } = store();
      await callHalves.put([
        half("c", { sinceMs: 3000 }),
        half("b", { sinceMs: 2000 }),
        half("a", { sinceMs: 2000 }),
        half("d", { sinceMs: 1 }),
        half("e", { sinceMs: 1, feed: "other" }),
      ]);
      await callHalves.pair(["d", "none"]);
      const query = { feed: "kam", isPaired: false, beforeMs: 3000, limit: 10 };
      expect(ids(await callHalves.older(query))).toEqual(["a", "b"]);
      expect(ids(await callHalves.older({ ...query, beforeMs: 3001, limit: 1 }))).toEqual(["a"]);
      expect(ids(await callHalves.older({ ...query, isPaired: true }))).toEqual(["d"]);
      expect(await callHalves.getFor(["d"])).toEqual([half("d", { sinceMs: 1, isPaired: true })]);
    });

    test("what is removed is gone, and may come again", async () => {
      const { callHalves } = store();
      await callHalves.put([half("a"), half("b")]);
      await callHalves.remove(["a", "none"]);
      await callHalves.remove([]);
      expect(ids(await callHalves.getFor(["a", "b"]))).toEqual(["b"]);
      await callHalves.put([half("a", { sinceMs: 7 })]);
      expect(await callHalves.getFor(["a"])).toEqual([half("a", { sinceMs: 7 })]);
    });
  });
}
