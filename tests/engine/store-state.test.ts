// Goal: to ask whether the store is well costs it one write a second at most, whoever asks.
// Method: a store that counts, and a clock that is a variable.
import { describe, expect, it } from "vitest";
import { createStoreState } from "../../src/engine/store-state.ts";
import { engineError } from "../../src/errors.ts";
import type { SchemaState } from "../../src/stores/migration.ts";

function countedStore() {
  const store = {
    pings: 0,
    answer: (): Promise<void> => Promise.resolve(),
    ping: () => {
      store.pings += 1;
      return store.answer();
    },
    looks: 0,
    schema: (): Promise<SchemaState> => Promise.resolve(WHOLE),
    schemaState: () => {
      store.looks += 1;
      return store.schema();
    },
  };
  return store;
}

const WHOLE: SchemaState = { version: 1, latest: 1, cdrKey: "tenant and id" };

describe("the state of the store", () => {
  it("is asked once for all within a second", async () => {
    const store = countedStore();
    let now = 0;
    const state = createStoreState(store, () => now);
    const answers = await Promise.all(Array.from({ length: 500 }, () => state.fault()));
    now = 999;
    answers.push(await state.fault());
    expect(new Set(answers)).toEqual(new Set([null]));
    expect(store.pings).toBe(1);
    now = 1000;
    await state.fault();
    expect(store.pings).toBe(2);
  });

  it("tells which indexes lack, asked once for all within a second; an outage hides nothing else", async () => {
    const store = countedStore();
    let now = 0;
    const state = createStoreState(store, () => now);
    expect(await state.indexes()).toBeNull();
    const indexes = { missing: ["cdrs.time"], progress: { done: 1, total: 2 } };
    store.schema = () => Promise.resolve({ ...WHOLE, indexes });
    expect(await state.indexes()).toBeNull();
    now = 1000;
    expect(await Promise.all([state.indexes(), state.indexes()])).toEqual([indexes, indexes]);
    expect(store.looks).toBe(2);
    now = 2000;
    store.schema = () => Promise.reject(engineError("store-unavailable"));
    expect(await state.indexes()).toBeNull();
    now = 3000;
    store.schema = () => new Promise(() => undefined);
    expect(await state.indexes()).toBeNull();
  });

  it("a fault is shared by those who ask meanwhile, and asked again after it", async () => {
    const store = countedStore();
    const state = createStoreState(store, () => 0);
    store.answer = () => Promise.reject(new Error("away"));
    expect(await Promise.all([state.fault(), state.fault(), state.fault()])).toEqual([
      "away",
      "away",
      "away",
    ]);
    expect(store.pings).toBe(1);
    store.answer = () => Promise.resolve();
    expect(await state.fault()).toBeNull();
  });

  it("a store that does not answer is not waited for, and not asked again", async () => {
    const store = countedStore();
    const state = createStoreState(store, () => 0);
    store.answer = () => new Promise(() => undefined);
    const faults = await Promise.all([state.fault(), state.fault()]);
    expect(faults).toEqual(Array(2).fill("The store has not answered for 1 s."));
    await state.fault();
    expect(store.pings).toBe(1);
  });
});
