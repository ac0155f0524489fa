// Goal: one process at a time works on a job, and a slow one that lost it writes nothing twice.
// Method: an engine whose store holds back its first revision, as in a process that hangs, beside
// another engine on the same store; the clock is moved by hand.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Store } from "../../../src/stores/store.ts";
import { withParts } from "../../stores/wrapped-store.ts";
import { createTestEngine, STORES, settled, type TestEngine } from "./test-engine.ts";

function holdingRevise() {
  let release = () => {};
  let reached = () => {};
  const isReleased = new Promise<void>((resolve) => {
    release = resolve;
  });
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const wrap = (store: Store): Store =>
    withParts(store, {
      cdrs: {
        async revise(revisions) {
          reached();
          await isReleased;
          return store.cdrs.revise(revisions);
        },
      },
    });
  return { wrap, isReached, release: () => release() };
}

describe.each(STORES)("the lease of a job on $name", ({ url }) => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await createTestEngine(url());
    await test.engine.tariffs.activate(await test.load("0.20"), { fromMs: 0 });
    for (const id of ["a", "b", "c"]) await test.post(id);
    await test.engine.tariffs.activate(await test.load("0.10"), { fromMs: 0 });
  });
  afterEach(() => test.close());

  it.each(["apply", "undo"] as const)(
    "keeps others off at %s until it is over; then each line is still written once",
    async (step) => {
      const { id: job } = await test.engine.rerates.plan({ filter: {} });
      await settled(test.engine, job);
      if (step === "undo") {
        await test.engine.rerates.apply(job);
        await settled(test.engine, job);
      }
      const held = holdingRevise();
      const slow = await test.another(held.wrap);
      await slow.rerates[step](job);
      await held.isReached;
      const other = await test.another();

      test.now.ms += 29_000;
      await other.rerates[step](job);
      await other.rerates.resume();
      await other.rerates.settled(job);
      expect(other.rerates.counts()).toMatchObject({ applied: 0, undone: 0 });

      test.now.ms += 1000;
      await other.rerates[step](job);
      const ended = await settled(other, job);
      expect(ended).toMatchObject({
        state: step === "apply" ? "applied" : "undone",
        body: { [step]: { done: 3, left: 0 } },
      });
      held.release();
      await slow.rerates.settled(job);
      expect(await other.rerates.get(job)).toEqual(ended);
      for await (const page of test.store.cdrs.scan({})) {
        const revisions = page.map(({ rating, history }) => [rating.revision, history.length]);
        const last = step === "apply" ? 2 : 3;
        expect(revisions).toEqual(Array(3).fill([last, last - 1]));
      }
    },
  );
});
