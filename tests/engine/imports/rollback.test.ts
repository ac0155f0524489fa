// Goal: what a batch brought is voided and given back, each CDR once, whenever the process dies; every
// line stays accounted for, and what others did since is not lost. Method: engines on both stores; one
// that dies at each of its writes in turn.
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import type { Store } from "../../../src/stores/store.ts";
import { createTestEngine, STORES, TENANT, type TestEngine } from "../rerate/test-engine.ts";
import { beginImport, callTable, importFile } from "./import-file.ts";

const BY = { note: "", by: "test", scope: EVERYTHING };
const HOUR_MS = 3_600_000;

describe.each(STORES)("the rollback of a batch on $name", ({ url }) => {
  let test: TestEngine;
  let engine: ComposedEngine;
  beforeAll(async () => {
    test = await createTestEngine(url());
    engine = test.engine;
    const version = await test.load("0.10");
    await engine.tariffs.activate(version);
  });
  afterAll(() => test.close());

  async function rolledBack(id: string) {
    const { id: job } = await engine.rollbacks.begin(id, BY);
    await engine.rollbacks.settled(job);
    return engine.rollbacks.get(job, EVERYTHING);
  }

  async function restored(id: string) {
    const { id: job } = await engine.rollbacks.restore(id, EVERYTHING);
    await engine.rollbacks.settled(job);
    return engine.rollbacks.get(job, EVERYTHING);
  }

  const accounted = async (id: string) => {
    const { ok, outcomes, batch, faults } = await engine.batches.reconcile(id, EVERYTHING);
    expect(faults).toEqual([]);
    expect(ok).toBe(true);
    return { state: batch.state, ...outcomes };
  };
  const only = async (batch: string) => {
    const found = await test.store.cdrs.find({
      filter: { batchIds: [batch], outcomes: ["rated", "voided"] },
      sort: { by: "callTime", descending: false },
      limit: 100,
    });
    return new Map(found.cdrs.map((cdr) => [cdr.primary.originId, cdr]));
  };

  it("voids all of it, and gives back each CDR as it was just before", async () => {
    await importFile(engine, callTable(["a1", "a2", "a3", "a4"]), { batch: "a" });
    await importFile(engine, callTable(["b1"]), { batch: "b" });
    const before = await only("a");
    const key = (name: string) => ({ id: before.get(name)?.id ?? "", tenant: TENANT });
    const question = (name: string) => ({ ...key(name), scope: EVERYTHING });
    await engine.corrections.correct(question("a2"), { fields: { usage: 120 }, note: "wrong" });
    await engine.corrections.void(question("a3"), "test call");
    const sums = await engine.batches.sums("a", EVERYTHING);
    expect(sums).toMatchObject([{ calls: 3, seconds: 240, currency: "EUR" }]);

    expect((await rolledBack("a")).body.rollback).toEqual({
      total: 3,
      done: 3,
      left: 0,
      changed: 1,
    });
    expect(await accounted("a")).toEqual({ state: "rolled-back", voided: 4 });
    expect(await engine.batches.sums("a", EVERYTHING)).toEqual([]);
    expect(await accounted("b")).toEqual({ state: "done", rated: 1 });
    // Again it does nothing.
    const revisions = async () => [...(await only("a")).values()].map((cdr) => cdr.rating.revision);
    const seen = await revisions();
    expect((await rolledBack("a")).state).toBe("rolled-back");
    expect(await revisions()).toEqual(seen);

    expect((await restored("a")).body.restore).toEqual({ total: 3, done: 3, left: 0 });
    expect(await accounted("a")).toEqual({ state: "done", rated: 3, voided: 1 });
    expect(await engine.batches.sums("a", EVERYTHING)).toEqual(sums);
    const after = await only("a");
    for (const name of ["a1", "a2", "a4"]) {
      const {
        revision: _revision,
        ratedAtMs: _at,
        job: _job,
        ...rating
      } = after.get(name)?.rating ?? {};
      expect(after.get(name)?.primary.usage).toBe(name === "a2" ? 120_000 : 60_000);
      if (name !== "a2") expect(before.get(name)?.rating).toMatchObject(rating);
    }
    expect(after.get("a3")?.rating.note).toBe("test call");
    await expect(engine.rollbacks.restore("b", EVERYTHING)).rejects.toMatchObject({
      code: "conflict",
    });
    const audit = await engine.audits.run({});
    expect(audit.filter(({ ok }) => ok !== true)).toEqual([]);
  });

  it("leaves what another batch took over since, and counts each line of both", async () => {
    const wrong = callTable(["m1", "m2", "m3"], "44207946000");
    const right = callTable(["m1", "m2"], "34650123457");
    await importFile(engine, wrong, { batch: "wrong" });
    await rolledBack("wrong");
    await importFile(engine, right, { batch: "right" });
    expect(await accounted("right")).toEqual({ state: "done", rated: 2 });
    expect(await accounted("wrong")).toEqual({ state: "rolled-back", voided: 3 });
    expect((await restored("wrong")).body.restore).toEqual({ total: 3, done: 1, left: 2 });
    expect(await accounted("wrong")).toEqual({ state: "done", rated: 1, voided: 2 });
    await rolledBack("right");
    expect(await accounted("right")).toEqual({ state: "rolled-back", voided: 2 });
    const check = (await engine.audits.run({})).find(({ name }) => name === "batches-accounted");
    expect(check).toMatchObject({ ok: true, detail: "4 batches" });
  });

  it("a rerate that was applied before is not undone for what was restored since, and says so", async () => {
    await importFile(engine, callTable(["r1", "r2"]), { batch: "rated" });
    await importFile(engine, callTable(["o1"]), { batch: "others" });
    const dearer = await test.load("0.20");
    const request = { filter: { batchIds: ["rated", "others"] }, tariffVersion: dearer };
    const { id: job } = await engine.rerates.plan(request);
    await engine.rerates.settled(job);
    await engine.rerates.apply(job);
    await engine.rerates.settled(job);
    await rolledBack("rated");
    await restored("rated");
    await engine.rerates.undo(job);
    await engine.rerates.settled(job);
    expect((await engine.rerates.get(job)).state).toBe("undone");
    const { lines } = await engine.jobs.lines(
      job,
      { list: "undo-left", after: 0, limit: 10 },
      EVERYTHING,
    );
    expect(lines).toHaveLength(2);
    const amounts = async (batch: string) =>
      [...(await only(batch)).values()].map(({ rating }) => rating.sell?.amount);
    expect(await amounts("others")).toEqual(["0.1000"]);
    expect(await amounts("rated")).toEqual(["0.2000", "0.2000"]);
    for (const batch of ["rated", "others"]) await rolledBack(batch);
  });

  it("a line of a batch that is not accounted for is a fault of the audit", async () => {
    const seen = await test.store.batches.get("right");
    if (seen === null) throw new Error("it is there");
    const body = { ...seen.body, lines: 5 };
    await test.store.batches.update({ ...seen, body, version: seen.version + 1 }, seen.version);
    const faulty = (await engine.audits.run({})).find(({ name }) => name === "batches-accounted");
    expect(faulty?.ok).toBe(false);
    expect(faulty?.detail).toContain("right: It has 5 lines, and 2 are accounted for.");
    await test.store.batches.update({ ...seen, version: seen.version + 2 }, seen.version + 1);
  });

  it("is refused while the import is under way, and what is rolled back is not gone on with", async () => {
    const ids = Array.from({ length: 700 }, (_none, n) => `u${n}`);
    const job = await beginImport(engine, callTable(ids), { batch: "under-way" });
    const state = async () => (await test.store.batches.get("under-way"))?.state;
    while ((await state()) === undefined) await pause(5);
    await expect(engine.rollbacks.begin("under-way", BY)).rejects.toMatchObject({
      code: "conflict",
    });
    await engine.imports.cancel(job.id, EVERYTHING);
    expect(await state()).toBe("cancelled");
    await rolledBack("under-way");
    await expect(engine.imports.resume(job.id, EVERYTHING)).rejects.toMatchObject({
      code: "conflict",
    });
    await restored("under-way");
    await engine.imports.resume(job.id, EVERYTHING);
    await engine.imports.settled(job.id);
    expect(await accounted("under-way")).toEqual({ state: "done", rated: 700 });
  });

  it("is a job beside all others", async () => {
    const { jobs } = await engine.jobs.list({ limit: 100 }, EVERYTHING);
    const job = jobs.find(({ subject }) => subject === "the batch under-way");
    expect(job).toMatchObject({
      kind: "rollback",
      state: "restored",
      isUnderWay: false,
      by: "test",
    });
    expect(new Set(jobs.map(({ kind }) => kind))).toEqual(
      new Set(["rollback", "import", "rerate"]),
    );
    await expect(engine.jobs.cancel(job?.id ?? "", EVERYTHING)).rejects.toMatchObject({
      code: "conflict",
    });
    const own = { tenants: ["other.example"], seesBuy: true };
    expect((await engine.jobs.list({ limit: 100 }, own)).jobs).toEqual([]);
    const imports = jobs.find(
      ({ kind, subject }) => kind === "import" && subject.endsWith("wrong"),
    );
    const { lines } = await engine.jobs.lines(
      imports?.id ?? "",
      { list: "moved", after: 0, limit: 10 },
      EVERYTHING,
    );
    expect(lines.map(({ line }) => line)).toEqual([1, 2]);
    await expect(
      engine.jobs.lines(imports?.id ?? "", { list: "planned", after: 0, limit: 1 }, EVERYTHING),
    ).rejects.toMatchObject({ code: "invalid-params" });
  });

  it("goes on after the process died at any write of it, and so does the restore", async () => {
    const calls = 30;
    const ids = Array.from({ length: calls }, (_none, n) => `k${n}`);
    await importFile(engine, callTable(ids), { batch: "killed" });
    let isDone = false;
    for (let writes = 0; !isDone; writes += 1) {
      for (const [step, state, outcomes] of [
        ["begin", "rolled-back", { voided: calls }],
        ["restore", "done", { rated: calls }],
      ] as const) {
        const mortal = await test.another((store) => dyingAfter(store, writes));
        const isAlive = await (step === "begin"
          ? mortal.rollbacks.begin("killed", BY)
          : mortal.rollbacks.restore("killed", EVERYTHING)
        ).then(
          async ({ id }) => {
            await mortal.rollbacks.settled(id);
            return (await mortal.rollbacks.get(id, EVERYTHING)).state !== "failed";
          },
          () => false,
        );
        test.now.ms += HOUR_MS;
        // Another process takes it up; whoever got no answer asks again.
        await engine.rollbacks.takeUp();
        const done = step === "begin" ? await rolledBack("killed") : await restored("killed");
        const walk = step === "begin" ? done.body.rollback : done.body.restore;
        expect(walk).toMatchObject({ total: calls, done: calls, left: 0 });
        expect(await accounted("killed")).toEqual({ state, ...outcomes });
        isDone = isAlive;
      }
    }
    for (const cdr of (await only("killed")).values()) {
      // One revision for each way, however often a process died on it.
      const steps = cdr.rating.revision - 1;
      expect(steps % 2).toBe(0);
      expect(cdr.history).toHaveLength(steps);
    }
  }, 60_000);
});

/** From its so many-th write on, nothing is written any more: the process is gone. */
function dyingAfter(store: Store, writes: number): Store {
  let left = writes;
  const mortal =
    <Args extends unknown[], Result>(write: (...args: Args) => Promise<Result>) =>
    (...args: Args): Promise<Result> => {
      left -= 1;
      return left < 0 ? Promise.reject(new Error("the process is gone")) : write(...args);
    };
  const { jobs, batches, cdrs } = store;
  return {
    ...store,
    jobs: { ...jobs, put: mortal(jobs.put), update: mortal(jobs.update) },
    batches: { ...batches, update: mortal(batches.update) },
    cdrs: { ...cdrs, revise: mortal(cdrs.revise) },
  };
}
