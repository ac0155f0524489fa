// Goal: of an import that goes on and a rollback of its batch, begun at one time, one wins: never is a batch
// taken back while records of it come. Method: the one is begun between any two steps of the other, by
// another process on the same store, after a cancel, a fault, and a death.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import type { Store } from "../../../src/stores/store.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";
import { callTable, importFile } from "./import-file.ts";

const BY = { note: "", by: "test", scope: EVERYTHING };
const CALLS = 3;
const MOST_STEPS = 40;

interface Interference {
  /** Something else is done, whole, before the so many-th step of the store. */
  step: number;
  other(): Promise<void>;
  /** The file of an import cannot be read before that. */
  gate: Promise<void>;
}

function interfered(store: Store, { step, other, gate }: Interference): [Store, () => boolean] {
  let steps = 0;
  const counted =
    <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>) =>
    async (...args: Args): Promise<Result> => {
      steps += 1;
      if (steps === step) await other();
      return call(...args);
    };
  const { jobs, batches } = store;
  const wrapped = {
    ...gated(store, gate),
    jobs: { ...jobs, get: counted(jobs.get), put: counted(jobs.put), update: counted(jobs.update) },
    batches: { ...batches, get: counted(batches.get), update: counted(batches.update) },
  };
  return [wrapped, () => steps >= step];
}

function gated(store: Store, gate: Promise<void>): Store {
  const { uploads } = store;
  const getPart: typeof uploads.getPart = async (...args) => {
    await gate;
    return uploads.getPart(...args);
  };
  return { ...store, uploads: { ...uploads, getPart } };
}

type Road = "resume" | "rollback";

describe.each(STORES)("an import that goes on beside a rollback, on $name", ({ name, url }) => {
  /** Each store keeps the same promise of its conditional writes: one of them is tried at every step. */
  const stride = name === "sqlite" ? 1 : 5;
  let test: TestEngine;
  let maker: ComposedEngine;
  let number = 0;
  beforeAll(async () => {
    test = await createTestEngine(url());
    // The file is there when the import goes on.
    const drop = async () => undefined;
    maker = await test.another((store) => ({ ...store, uploads: { ...store.uploads, drop } }));
    await test.engine.tariffs.activate(await test.load("0.10"));
  });
  afterAll(() => test.close());

  /** A batch whose import ended in this state. */
  async function batchOf(state: "cancelled" | "failed"): Promise<{ batch: string; job: string }> {
    number += 1;
    const batch = `batch-${number}`;
    const ids = Array.from({ length: CALLS }, (_none, index) => `${batch}-${index}`);
    const { id: job } = await importFile(maker, callTable(ids), { batch });
    const { jobs, batches } = test.store;
    const seen = await jobs.get(job);
    const record = await batches.get(batch);
    if (seen === null || record === null) throw new Error("both are there");
    await jobs.update({ ...seen, state, version: seen.version + 1 }, seen.version);
    const ended = state === "failed" ? "running" : "cancelled";
    await batches.update({ ...record, state: ended, version: record.version + 1 }, record.version);
    return { batch, job };
  }

  async function begun(engine: ComposedEngine, road: Road, ids: { batch: string; job: string }) {
    const work =
      road === "resume"
        ? engine.imports.resume(ids.job, EVERYTHING)
        : engine.rollbacks.begin(ids.batch, BY);
    return work.then(
      () => "won",
      (error: { code?: string }) => error.code ?? String(error),
    );
  }

  async function settle(engines: ComposedEngine[], ids: { batch: string; job: string }) {
    for (const engine of engines) await engine.imports.settled(ids.job);
    const { rollback } = ((await test.store.batches.get(ids.batch))?.body ?? {}) as {
      rollback?: { job: string };
    };
    for (const engine of engines) await engine.rollbacks.settled(rollback?.job ?? "");
  }

  it.each([
    ["cancelled", "resume", "rollback"],
    ["cancelled", "rollback", "resume"],
    ["failed", "resume", "rollback"],
    ["failed", "rollback", "resume"],
  ] as const)("%s: %s, and the %s in between", async (state, first, second) => {
    for (let step = 1; step <= MOST_STEPS; step += stride) {
      const ids = await batchOf(state);
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => {
        open = resolve;
      });
      const beside = await test.another((store) => gated(store, gate));
      const results: string[] = [];
      const other = async () => {
        results.push(await begun(beside, second, ids));
      };
      const [store, wasReached] = interfered(test.store, { step, other, gate });
      const engine = await test.another(() => store);
      results.push(await begun(engine, first, ids));
      open();
      await settle([engine, beside], ids);
      expect({ step, won: results.filter((result) => result === "won"), results }).toMatchObject({
        won: ["won"],
      });
      const batch = await test.store.batches.get(ids.batch);
      const ended = (await test.store.jobs.get(ids.job))?.state;
      expect([
        { batch: "done", ended: "done" },
        { batch: "rolled-back", ended: state },
      ]).toContainEqual({ batch: batch?.state, ended });
      if (!wasReached()) return;
    }
    throw new Error(`it has over ${MOST_STEPS} steps`);
  });
});
