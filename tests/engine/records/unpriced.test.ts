// Goal: calls without a price are counted for every tenant, also for those that nothing but the
// stored CDRs tells of. Method: more tenants than are read at once, seen by another process.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { unpricedHint } from "../../../src/engine/records/unpriced.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";

const DAY_MS = 86_400_000;

describe.each(STORES)("unpriced calls on $name", ({ url }) => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine(url());
  });
  afterAll(() => test.close());

  it("are counted by a process that took none of them, whether their tenant has a tariff or not", async () => {
    const version = await test.load("0.05");
    await test.engine.tariffs.activate(version, { fromMs: 0 });
    await test.post("priced");
    await test.post("no-rate", { destination: "999" });
    for (let n = 10; n < 35; n += 1) {
      await test.post(`call-${n}`, { tenant: `tenant-${n}.example` });
    }
    await test.post("again", { tenant: "tenant-34.example" });
    const rows = await (await test.another()).unpriced.counts();
    expect(rows).toHaveLength(26);
    const outcome = { outcome: "unrated", calls: 1 };
    expect(rows[0]).toEqual({
      ...outcome,
      tenant: "tenant-34.example",
      reason: "no-active-tariff",
      calls: 2,
    });
    expect(rows).toContainEqual({ ...outcome, tenant: "example.com", reason: "no-rate" });
  });

  it("are those of the last days only", async () => {
    test.now.ms += 8 * DAY_MS;
    expect(await (await test.another()).unpriced.counts()).toEqual([]);
  });
});

it("the command of the hint is one word for each tenant, whatever a sender wrote", () => {
  const hint = unpricedHint([
    { tenant: "a'b; $(c)", outcome: "unrated", reason: "no-rate", calls: 3 },
  ]);
  expect(hint).toContain("--tenant 'a'\\''b; $(c)' --outcome unrated --reason no-rate");
});
