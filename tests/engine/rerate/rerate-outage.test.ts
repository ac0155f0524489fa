// A rerate whose store goes away at any of its calls: it goes on by itself, and each line is written once.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { engineError } from "../../../src/errors.ts";
import type { Store } from "../../../src/stores/store.ts";
import { wrapCalls } from "../../stores/wrapped-store.ts";
import { createTestEngine, STORES, type TestEngine } from "./test-engine.ts";

const WORK = new Set(["cdrs.find", "jobs.appendLines", "jobs.pageLines", "cdrs.revise"]);

/** The store is away for one call of the work; `done`: the call was done, and its answer is lost. */
function awayOnceAt(call: number, done: boolean): (store: Store) => Store {
  let calls = 0;
  return (store) =>
    wrapCalls(store, (name, run) => {
      if (WORK.has(name)) calls += 1;
      if (!WORK.has(name) || calls !== call) return run();
      const lost = () => Promise.reject(engineError("store-unavailable"));
      return done ? Promise.resolve(run()).then(lost) : lost();
    });
}

describe.each(STORES)("a rerate on $name through an outage", ({ url }) => {
  let test: TestEngine;
  const ids = ["a", "b", "c"];
  beforeEach(async () => {
    test = await createTestEngine(url());
    await test.engine.tariffs.activate(await test.load("0.20"), { fromMs: 0 });
    for (const id of ids) await test.post(id);
    await test.engine.tariffs.activate(await test.load("0.10"), { fromMs: 0 });
  });
  afterEach(() => test.close());

  it.each([
    [1, false],
    [2, false],
    [2, true],
    [3, false],
    [4, false],
    [4, true],
  ])("at call %i of its work, done: %s", async (call, done) => {
    const engine = await test.another(awayOnceAt(call, done));
    const { id } = await engine.rerates.plan({ filter: {} });
    await engine.rerates.settled(id);
    const planned = await engine.rerates.get(id);
    expect([planned.state, planned.body.plan.lines]).toEqual(["planned", 3]);
    await engine.rerates.apply(id);
    await engine.rerates.settled(id);
    const { state, body } = await engine.rerates.get(id);
    expect([state, body.apply.done, body.apply.left]).toEqual(["applied", 3, 0]);
    const { cdrs } = await test.store.cdrs.find({
      filter: {},
      sort: { by: "callTime", descending: false },
      limit: 10,
    });
    expect(cdrs.map(({ history }) => history.length)).toEqual([1, 1, 1]);
  });
});
