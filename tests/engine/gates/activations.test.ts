// Goal: a version is activated only past the gates of the tariff in force, and a refusal names each that
// fails with its figures. Method: engines on every store with a clock that stands; each gate by itself and all
// at once; and an override, a rollback and a first version besides.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AskedActivation } from "../../../src/engine/gates/activations.ts";
import { filesOf, type Prices, TENANT } from "../backtest/tried-tariffs.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";

const DAY_MS = 86_400_000;

describe.each(STORES)("gates on $name", ({ url }) => {
  let test: TestEngine;
  beforeEach(async () => {
    test = await createTestEngine(url());
  });
  afterEach(() => test.close());

  async function load(prices: Prices, by: string | undefined = "loader"): Promise<string> {
    return (await test.engine.tariffs.load({ files: filesOf(prices) }, { by })).version;
  }

  /** The version in force, with these gates; its prices are those of `filesOf`. */
  async function inForce(gates: string, prices: Prices = {}): Promise<string> {
    const version = await load({ ...prices, settings: `gates: ${gates}\n` });
    await test.engine.activations.activate({ version, by: "activator" });
    return version;
  }

  const activate = (version: string, asked: Partial<AskedActivation> = {}) =>
    test.engine.activations.activate({ version, by: "activator", ...asked });

  /** Gates that refuse it; none where it is activated. */
  async function refused(version: string, asked: Partial<AskedActivation> = {}) {
    try {
      await activate(version, asked);
      return [];
    } catch (error) {
      expect(error).toMatchObject({ code: "gates-failed" });
      return (error as { detail: { data: { gates: unknown[] } } }).detail.data.gates;
    }
  }

  async function backtest(version: string, from?: string): Promise<string> {
    const asked = { tried: { version }, filter: {}, days: 30, from };
    const { id } = await test.engine.backtests.begin(asked, { by: "tester" });
    await test.engine.backtests.settled(id);
    return id;
  }

  it("none is on by itself, whatever the version does", async () => {
    await inForce("{}");
    expect(await refused(await load({ retail: "34,9.99,\n" }))).toEqual([]);
  });

  it("maxPriceJump goes by the largest change of a rate, either way", async () => {
    await inForce("{ maxPriceJump: 50 }");
    expect(await refused(await load({ alpha: "34,0.15,\n44,0.25,\n" }))).toEqual([]);
    // Now that version is in force, which names no gate.
    await inForce("{ maxPriceJump: 50 }");
    const jump = { plan: "alpha", side: "buy", prefix: "34" };
    expect(await refused(await load({ alpha: "34,0.1501,\n44,0.25,\n" }))).toMatchObject([
      {
        gate: "maxPriceJump",
        limit: 50,
        found: { ...jump, old: "0.1", new: "0.1501", percent: "50.1" },
      },
    ]);
    expect(await refused(await load({ alpha: "34,0.04,\n44,0.25,\n" }))).toMatchObject([
      { found: { ...jump, percent: "-60" } },
    ]);
    // A row to come counts as well; what comes new or goes is no change of a rate.
    const later = await load({ alpha: "34,0.10,\n34,0.30,2027-01-01\n44,0.25,\n" });
    expect(await refused(later)).toMatchObject([{ found: { ...jump, percent: "200" } }]);
    expect(await refused(await load({ alpha: "34,0.10,\n49,9,\n" }))).toEqual([]);
  });

  it("minNoticeDays goes by the first day of a rate that rises", async () => {
    await inForce("{ minNoticeDays: 7 }");
    const rise = { retail: "34,0.20,\n34,0.21,2026-03-16\n44,0.50,\n" };
    // The clock stands at noon of the 10th; the 16th begins at 23:00 of the 15th in UTC.
    expect(await refused(await load(rise))).toMatchObject([
      {
        gate: "minNoticeDays",
        limit: 7,
        found: { plan: "standard", prefix: "34", old: "0.2", new: "0.21", days: 5.45 },
      },
    ]);
    const atOnce = await load({ retail: "34,0.21,\n44,0.50,\n" });
    expect(await refused(atOnce)).toMatchObject([{ found: { days: 0 } }]);
    expect(await refused(await load({ retail: "34,0.19,\n44,0.50,\n" }))).toEqual([]);
    await inForce("{ minNoticeDays: 7 }");
    expect(await refused(atOnce, { fromMs: test.now.ms + 7 * DAY_MS })).toEqual([]);
  });

  it("requireBacktest and maxLossPercent go by a back-test against the version in force", async () => {
    const live = await inForce("{ requireBacktest: true, maxLossPercent: 50 }");
    const lossy = await load({ retail: "34,0.05,\n44,0.50,\n" });
    const none = [
      { gate: "maxLossPercent", found: { backtest: null } },
      { gate: "requireBacktest", found: { backtest: null } },
    ];
    expect(await refused(lossy)).toMatchObject(none);
    // One that met no answered call says nothing, nor does one against another version.
    await backtest(lossy);
    expect(await refused(lossy)).toMatchObject(none);
    for (const [id, destination] of Object.entries({ a: "34650123456", b: "442079460123" })) {
      await test.post(id, { destination });
    }
    await backtest(lossy, lossy);
    expect(await refused(lossy)).toMatchObject(none);
    const half = await backtest(lossy);
    await test.post("c", { destination: "34650123456" });
    expect(await refused(lossy)).toEqual([]);
    await test.engine.activations.activate({ version: live, by: "x" });
    test.now.ms += 1000;
    const job = await backtest(lossy);
    expect(job).not.toBe(half);
    expect(await refused(lossy)).toMatchObject([
      {
        gate: "maxLossPercent",
        limit: 50,
        found: { percent: "66.6666", losing: 2, answered: 3, backtest: job },
      },
    ]);
  });

  it("lint: fault refuses a version with warnings; warning only tells them", async () => {
    const warned = {
      retail: "34,0.20,\n44,0.50,\n0044,0.50,\n",
      settings: "numbering: { w: { preset: wholesale-e164 } }\ndefaultNumbering: w\n",
    };
    await inForce("{ lint: warning }");
    const version = await load(warned);
    expect(await refused(version)).toEqual([]);
    await inForce("{ lint: fault }");
    expect(await refused(version)).toMatchObject([
      {
        gate: "lint",
        limit: "fault",
        found: { codes: expect.arrayContaining(["unreachable-prefix"]) },
      },
    ]);
  });

  it("fourEyes: who loaded it does not activate it", async () => {
    await inForce("{ fourEyes: true }");
    const version = await load({ retail: "34,0.3,\n" }, "activator");
    const unknown = (await test.engine.tariffs.load({ files: filesOf({ retail: "34,0.4,\n" }) }))
      .version;
    expect(await refused(version)).toMatchObject([
      { gate: "fourEyes", found: { loadedBy: "activator", by: "activator" } },
    ]);
    expect(await refused(unknown)).toMatchObject([{ found: { loadedBy: null } }]);
    // Loaded again by another one it has the same content, and is theirs no more than before.
    await load({ retail: "34,0.3,\n" }, "other");
    expect(await refused(version)).toHaveLength(1);
    expect(await refused(version, { by: "other" })).toEqual([]);
  });

  it("names every gate that fails at once, and is overridden for a reason", async () => {
    await inForce(
      "{ maxLossPercent: 1, maxPriceJump: 10, minNoticeDays: 7, lint: fault, requireBacktest: true, fourEyes: true }",
    );
    // 34 is sold below what it is bought for: a warning of its own.
    const version = await load({ retail: "34,0.05,\n44,5,\n" }, "activator");
    const failed = (await refused(version)) as { gate: string; message: string }[];
    expect(failed.map(({ gate }) => gate)).toEqual([
      ...["maxLossPercent", "maxPriceJump", "minNoticeDays", "lint"],
      ...["requireBacktest", "fourEyes"],
    ]);
    for (const { message } of failed) expect(message.length).toBeGreaterThan(20);
    const done = await activate(version, { override: "the carrier asked for it" });
    expect(done.overridden).toEqual(failed);
    expect(await test.engine.tariffs.inForce({ tenant: TENANT })).toEqual({ [TENANT]: version });
    // A rollback passes no gate.
    const back = await test.engine.tariffs.rollback(TENANT);
    expect(back.version).not.toBe(version);
  });

  it("a first version goes by the gates of the settings, the next one by its own", async () => {
    const strict = await test.another((same) => same, undefined, {
      maxPriceJump: 1,
      fourEyes: true,
    });
    const version = await load({}, "a");
    await expect(strict.activations.activate({ version, by: "a" })).rejects.toMatchObject({
      code: "gates-failed",
    });
    await strict.activations.activate({ version, by: "b" });
    const dear = await load({ retail: "34,9,\n" }, "a");
    expect((await strict.activations.activate({ version: dear, by: "a" })).overridden).toEqual([]);
  });

  it("a version that changes gates says so in its diff", async () => {
    const from = await inForce("{ maxPriceJump: 50 }");
    const to = await load({ settings: "gates: { fourEyes: true }\n" });
    const asked = {
      from,
      to: { version: to },
      changes: [],
      page: { offset: 0, limit: 1 },
      csv: false,
    };
    const everything = { tenants: null, seesBuy: true };
    const found = await test.engine.differences.diff(asked, everything);
    expect(found.gates).toEqual({ old: { maxPriceJump: 50 }, new: { fourEyes: true } });
    expect(found.summary).toContain("gates: maxPriceJump 50 → fourEyes true");
    const same = await test.engine.differences.diff(
      { ...asked, to: { version: from } },
      everything,
    );
    expect(same.gates).toBeNull();
  });
});
