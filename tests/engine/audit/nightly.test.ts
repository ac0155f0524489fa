// Goal: one process audits the night, every process shows what it found, also after a restart, and
// where it died another one does it. Method: engines on one store and a clock that is moved.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";
import { showing } from "./audited-store.ts";

const MIDNIGHT = Date.parse("2026-03-06T00:00:00Z");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** 03:00. */
const DUE = 180;

const wrong = (cdr: StoredCdr): StoredCdr => ({
  ...cdr,
  rating: { ...cdr.rating, sell: cdr.rating.sell && { ...cdr.rating.sell, amount: "7.0000" } },
});
const amounts = (engine: ComposedEngine) =>
  engine.audits.last()?.checks.find(({ name }) => name === "amounts-are-their-basis")?.ok;

describe.each(STORES)("the nightly audit on $name", ({ url }) => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await createTestEngine(url());
    const version = await test.load("0.0371");
    await test.engine.tariffs.activate(version, { fromMs: 0 });
    await test.post("call");
    test.now.ms = MIDNIGHT + 3 * HOUR_MS;
  });
  afterEach(() => test.close());

  const finding = () => test.another(showing(wrong));
  /** A store that is gone as soon as records are to be read: its claim is all that is left. */
  const dying = () =>
    test.another((store) =>
      showing((cdr) => cdr, {
        count: async () => {
          throw new Error("died");
        },
      })(store),
    );

  it("a fault is not cleared by an audit of somebody else or of another time", async () => {
    const engine = await finding();
    expect(await engine.audits.nightly(DUE)).not.toBeNull();
    expect(amounts(engine)).toBe(false);
    await engine.audits.run({ tenants: ["nobody.test"] });
    await engine.audits.run({ period: { toMs: 1 } });
    expect(amounts(engine)).toBe(false);
  });

  it("every process takes over what was found, also one that starts later", async () => {
    const engine = await finding();
    await engine.audits.nightly(DUE);
    expect(await test.engine.audits.nightly(DUE)).toBeNull();
    expect(test.engine.audits.last()).toEqual(engine.audits.last());
    const restarted = await test.another();
    expect(await restarted.audits.nightly(DUE)).toBeNull();
    expect(amounts(restarted)).toBe(false);
    await restarted.audits.run();
    expect(amounts(restarted)).toBe(true);
    expect(await restarted.audits.nightly(DUE)).toBeNull();
    expect(amounts(restarted)).toBe(true);
  });

  it("a start shows the night before, until this night's audit is done", async () => {
    const engine = await finding();
    await engine.audits.nightly(DUE);
    test.now.ms = MIDNIGHT + DAY_MS + 2 * HOUR_MS;
    const early = await test.another();
    expect(await early.audits.nightly(DUE)).toBeNull();
    expect(amounts(early)).toBe(false);
    test.now.ms += HOUR_MS;
    await (await dying()).audits.nightly(DUE).catch(() => undefined);
    const late = await test.another();
    expect(await late.audits.nightly(DUE)).toBeNull();
    expect(amounts(late)).toBe(false);
    test.now.ms += 6 * HOUR_MS;
    expect(await late.audits.nightly(DUE)).not.toBeNull();
    expect(amounts(late)).toBe(true);
    await early.audits.nightly(DUE);
    expect(amounts(early)).toBe(true);
  });

  it("where the process died that had claimed it, one other does it six hours later", async () => {
    await expect((await dying()).audits.nightly(DUE)).rejects.toThrow("died");
    const others = [test.engine, await test.another()];
    const run = () => Promise.all(others.map(({ audits }) => audits.nightly(DUE)));
    expect(await run()).toEqual([null, null]);
    test.now.ms += 6 * HOUR_MS - 1;
    expect(await run()).toEqual([null, null]);
    test.now.ms += 1;
    const answers = (await run()).filter((checks) => checks !== null);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.[0]).toMatchObject({ ok: true, detail: "1 CDRs" });
    expect(await run()).toEqual([null, null]);
  });

  it("a claim of the evening is taken over after midnight", async () => {
    test.now.ms = MIDNIGHT + 22 * HOUR_MS;
    await (await dying()).audits.nightly(22 * 60).catch(() => undefined);
    test.now.ms += 7 * HOUR_MS;
    const checks = await test.engine.audits.nightly(22 * 60);
    expect(checks?.[0]).toMatchObject({ ok: true, detail: "1 CDRs" });
  });

  it("a process whose audit failed tries again after ten minutes", async () => {
    let isAway = true;
    const engine = await test.another((store) =>
      showing((cdr) => cdr, {
        count: (filter) => (isAway ? Promise.reject(new Error("away")) : store.cdrs.count(filter)),
      })(store),
    );
    await expect(engine.audits.nightly(DUE)).rejects.toThrow("away");
    isAway = false;
    expect(await engine.audits.nightly(DUE)).toBeNull();
    test.now.ms += 600_000;
    expect(await engine.audits.nightly(DUE)).not.toBeNull();
  });
});
