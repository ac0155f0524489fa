// Goal: a back-test tells to the last digit what a tariff would make of calls, and changes nothing.
// Method: engines on every store with a clock that stands; a rerate, and each call priced by itself, as
// what it is held against.
import fc from "fast-check";
import { DateTime } from "luxon";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { toCall } from "../../../src/cdr/call.ts";
import type { AskedBacktest } from "../../../src/engine/backtest/request.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { rateCalls } from "../../../src/engine/pricing/rate-batch.ts";
import { createRerateTotals } from "../../../src/engine/rerate/totals.ts";
import { sumOf } from "../../../src/money/sum.ts";
import { backtestView } from "../../../src/rpc/methods/backtest/view.ts";
import { dyingAfter } from "../rerate/dying-store.ts";
import { createTestEngine, STORES, settled, type TestEngine } from "../rerate/test-engine.ts";
import { type MovedCall, plainFacts, shiftedFacts } from "./plain-count.ts";
import { filesOf, load, type Prices, TENANT } from "./tried-tariffs.ts";

const at = (text: string) => Date.parse(`2026-03-${text}Z`);
const BY = { by: "tester" };

describe.each(STORES)("a back-test on $name", ({ url }) => {
  let test: TestEngine;
  let live: string;

  beforeEach(async () => {
    test = await createTestEngine(url());
    live = await load(test);
    await test.engine.tariffs.activate(live, { fromMs: at("01T00:00:00") });
  });
  afterEach(() => test.close());

  async function post(count = 8): Promise<void> {
    for (let n = 0; n < count; n += 1) {
      await test.post(`call-${n}`, {
        account: n % 2 === 0 ? "1001" : "1002",
        destination: n % 4 < 2 ? "34650123456" : "442079460123",
        answerTime: `2026-03-0${3 + (n % 4)}T10:00:00Z`,
        usage: `${30 + 17 * n}s`,
        ...(n === 7 ? { carrier: "Beta" } : {}),
        ...(n === 3 ? { usage: "0s" } : {}),
      });
    }
  }

  async function run(asked: Partial<AskedBacktest>, engine: ComposedEngine = test.engine) {
    const whole = { tried: { version: live }, filter: {}, days: 30, ...asked };
    const { id } = await engine.backtests.begin(whole, BY);
    await engine.backtests.settled(id);
    return shown(id, engine);
  }

  async function shown(id: string, engine: ComposedEngine = test.engine) {
    const job = await engine.backtests.get(id);
    return { id, state: job.state, fault: job.body.fault, ...backtestView(job, 50) };
  }

  const tryFiles = (prices: Prices) => ({ tried: { source: { files: filesOf(prices) } } });

  async function stored(): Promise<string> {
    const { cdrs } = await test.store.cdrs.find({
      filter: {},
      sort: { by: "callTime", descending: false },
      limit: 100,
    });
    return JSON.stringify(cdrs);
  }

  it("by the version that rated the calls is zero everywhere", async () => {
    await post();
    const found = await run({});
    expect(found).toMatchObject({ state: "done", as: "dated", answered: 7 });
    expect(found.totals).toMatchObject({ cdrs: 8, changed: 0 });
    for (const rows of [found.totals.currencies, ...Object.values(found.by)]) {
      expect(rows.length).toBeGreaterThan(0);
      for (const { sell, buy, margin } of rows) {
        expect([sell.difference, buy.difference, margin.difference]).toEqual(["0", "0", "0"]);
      }
    }
    expect(found.lossyPrefixes.count).toBe(0);
    expect(found.newlyUnpriced.calls).toBe(0);
    for (const { calls, seconds } of found.carriers.rows) {
      expect([calls.difference, seconds.difference]).toEqual([0, 0]);
    }
    expect(found.changedRows).toMatchObject({ total: 0, inForceForNoCall: 0 });
    const moved = await run({ as: "shifted" });
    expect(moved.totals).toMatchObject({ cdrs: 8, changed: 0, sell: { difference: "0" } });
  });

  it("of a folder says money, losses, lost prices and carriers; nothing is stored but the job", async () => {
    await post();
    const before = await stored();
    const found = await run(
      // 34 is sold below cost, 44 is gone from retail, Beta becomes the cheaper one.
      tryFiles({
        retail: "34,0.05,\n",
        alpha: "34,0.10,\n44,0.25,\n",
        beta: "34,0.09,\n44,0.20,\n",
      }),
    );
    expect(found).toMatchObject({ state: "done", as: "dated", loaded: false });
    expect(found.losing).toEqual({ old: 0, new: 4 - 0 });
    expect(found.lossyPrefixes).toMatchObject({
      count: 1,
      rows: [{ prefix: "34", currency: "EUR", losing: { old: 0, new: 4 } }],
    });
    expect(found.newlyUnpriced).toMatchObject({
      calls: 3,
      rows: [{ side: "sell", reason: "no-rate", currency: "EUR", calls: 3 }],
    });
    expect(found.carriers.rows).toMatchObject([
      { carrier: "Alpha", calls: { old: 6, new: 0, difference: -6 } },
      { carrier: "Beta", calls: { old: 0, new: 6, difference: 6 } },
    ]);
    // The one call that names Beta: Alpha was cheaper, and is not any more.
    expect(found.named.rows).toMatchObject([
      { carrier: "Beta", currency: "EUR", calls: { old: 1, new: 0 } },
    ]);
    const lines = async (list: string) =>
      (await test.store.jobs.pageLines(found.id, list, { after: 0, limit: 100 })).length;
    expect([await lines("unpriced"), await lines("losing")]).toEqual([3, 4]);
    expect(await stored()).toBe(before);
    const { versions } = await test.store.tariffs.list(10);
    expect(versions.map(({ version }) => version)).toEqual([live]);
    await expect(test.engine.tariffs.activate(found.version)).rejects.toMatchObject({
      code: "not-found",
    });
  });

  it("of a carrier's file puts it in place of one plan's deck", async () => {
    await post();
    async function* pieces() {
      yield Buffer.from("prefix,rate\n34,0.01\n44,0.25\n");
    }
    const found = await run({ tried: { deck: { plan: "alpha", pieces: pieces() } } });
    expect(found).toMatchObject({ state: "done", loaded: false, changedRows: { total: 1 } });
    expect(found.totals.sell).toMatchObject({ difference: "0" });
    expect(found.by.prefix).toMatchObject([{ prefix: "34" }, { prefix: "44" }]);
    const same = await load(test, { alpha: "34,0.01,\n44,0.25,\n" });
    const loaded = await run({ tried: { version: same } });
    expect(loaded.totals).toEqual(found.totals);
  });

  it("moves calls where a changed row is still to come, active or not", async () => {
    await post();
    const later = await load(test, { retail: "34,0.20,\n34,0.30,2026-03-16\n44,0.50,\n" });
    const asked = { tried: { version: later } };
    const expected = {
      as: "shifted",
      at: "2026-03-15T23:00:00.000Z",
      // From Tuesday the 3rd: 14 days would be the 17th, which is the first Tuesday behind the 16th.
      weeks: 2,
      timeZone: "Europe/Madrid",
      live: { [TENANT]: live },
      changedRows: { total: 1, inForceForNoCall: 0 },
    };
    const found = await run(asked);
    expect(found).toMatchObject(expected);
    expect(found.by.day.map(({ day }) => day).toSorted()).toEqual([
      "2026-03-17",
      "2026-03-18",
      "2026-03-19",
      "2026-03-20",
    ]);
    const dated = await run({ ...asked, as: "dated" });
    expect(dated).toMatchObject({ changedRows: { total: 1, inForceForNoCall: 1 }, at: null });
    expect(dated.totals.changed).toBe(0);
    await test.engine.tariffs.activate(later);
    const active = await run(asked);
    expect(active).toMatchObject(expected);
    expect(active.totals).toEqual(found.totals);
    expect(found.totals.changed).toBeGreaterThan(0);
  });

  it("refuses what contradicts itself, and ends when it is cancelled", async () => {
    await post(2);
    await expect(run({ as: "dated", atMs: at("20T00:00:00") })).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "at" },
    });
    await expect(run({ tried: { version: "0".repeat(32) } })).rejects.toMatchObject({
      code: "not-found",
    });
    await expect(run({ filter: { tenants: ["other.example"] } })).rejects.toMatchObject({
      code: "invalid-params",
    });
    await expect(run({ filter: { outcomes: ["voided"] } })).rejects.toMatchObject({
      detail: { path: "filter.outcomes" },
    });
    const { id } = await run({});
    await expect(test.engine.backtests.cancel(id)).rejects.toMatchObject({ code: "conflict" });
    const other = { tenants: ["other.example"], seesBuy: true };
    await expect(test.engine.backtests.get(id, other)).rejects.toMatchObject({ code: "not-found" });
    const begun = await test.engine.backtests.begin(
      { tried: { version: live }, filter: {}, days: 30 },
      BY,
    );
    const ended = await test.engine.backtests.cancel(begun.id).catch(() => null);
    const { state } = await test.engine.backtests.get(begun.id);
    expect(state).toBe(ended === null ? "done" : "cancelled");
  });

  it("goes on in another process, whichever write the first one died in", async () => {
    await post();
    const whole = await run(tryFiles({ retail: "34,0.05,\n" }));
    for (const writes of [0, 1, 2, 3]) {
      const dying = await test.another(dyingAfter(writes));
      const asked = { ...tryFiles({ retail: "34,0.05,\n" }), filter: {}, days: 30 };
      const begun = await dying.backtests.begin(asked, BY).catch(() => null);
      if (begun !== null) await dying.backtests.settled(begun.id).catch(() => undefined);
      test.now.ms += 3_600_000;
      const heir = await test.another();
      await heir.backtests.resume();
      const { jobs } = await test.store.jobs.list({ kinds: ["backtest"], limit: 1 });
      const [last] = jobs;
      if (last === undefined) throw new Error("there is a job");
      await heir.backtests.settled(last.id);
      const found = await shown(last.id, heir);
      if (found.state === "failed") {
        // The tariff was not whole yet: nobody was answered a job.
        expect([begun, found.fault]).toEqual([
          null,
          expect.stringContaining("begin the back-test"),
        ]);
      } else {
        expect(found.state).toBe("done");
        expect(found.totals).toEqual(whole.totals);
      }
    }
  });

  const rate = fc.constantFrom("0.05", "0.11", "0.20", "0.333");
  const prices = fc
    .record({ spain: rate, mobile: fc.option(rate), britain: fc.option(rate), alpha: rate })
    .map(
      ({ spain, mobile, britain, alpha }): Prices => ({
        retail: [
          `34,${spain},\n`,
          ...(mobile === null ? [] : [`346,${mobile},\n`]),
          ...(britain === null ? [] : [`44,${britain},2026-03-05\n`]),
        ].join(""),
        alpha: `34,${alpha},\n44,0.25,\n`,
      }),
    );

  it("dated equals, to the last digit, what a rerate with that version does", async () => {
    await post();
    await fc.assert(
      fc.asyncProperty(prices, async (some) => {
        const version = await load(test, some);
        const found = await run({ tried: { version }, as: "dated" });
        const { id } = await test.engine.rerates.plan({ filter: {}, tariffVersion: version });
        const { body } = await settled(test.engine, id);
        const planned = createRerateTotals(body.plan.totals).view(body.plan.cdrs, 50);
        expect(found.totals.changed).toBe(planned.totals.changed);
        expect(found.reasons).toEqual(planned.reasons);
        for (const name of ["sell", "buy", "margin"] as const) {
          const of = ({ totals }: typeof planned) => totals.currencies[0]?.[name].difference ?? "0";
          expect(found.totals[name].difference).toBe(of(planned));
        }
        await test.engine.rerates.apply(id);
        await settled(test.engine, id);
        const { cdrs } = await test.store.cdrs.find({
          filter: {},
          sort: { by: "callTime", descending: false },
          limit: 100,
        });
        for (const name of ["sell", "buy", "margin"] as const) {
          const amounts = cdrs.flatMap(({ rating }) => rating[name]?.amount ?? []);
          expect(found.totals[name].new).toBe(sumOf(...amounts));
        }
        await test.engine.rerates.undo(id);
        await settled(test.engine, id);
      }),
      { numRuns: 4 },
    );
  });

  it("shifted equals pricing each moved call by itself", async () => {
    await post();
    const dated = fc.tuple(prices, fc.integer({ min: 0, max: 40 }));
    await fc.assert(
      fc.asyncProperty(dated, async ([some, days]) => {
        const version = await load(test, some);
        const atMs = at("20T00:00:00") + days * 86_400_000;
        const found = await run({ tried: { version }, as: "shifted", atMs });
        const { cdrs } = await test.store.cdrs.find({
          filter: {},
          sort: { by: "callTime", descending: false },
          limit: 100,
        });
        const priced: MovedCall[] = [];
        for (const cdr of cdrs) {
          const call = toCall(cdr);
          const moment = DateTime.fromMillis(call.callTime?.atMs ?? 0, { zone: "Europe/Madrid" });
          const moved = moment.plus({ weeks: found.weeks }).toMillis();
          const asked = { ...call, callTime: { atMs: moved, offsetMinutes: 0 } };
          const by = async (version: string) => {
            const [one] = await rateCalls(test.engine.rating, [asked], {
              versionOf: () => version,
            });
            if (one === undefined) throw new Error("one call has one price");
            return one.priced;
          };
          const isAnswered = (call.usage ?? 0) !== 0;
          priced.push({ isAnswered, old: await by(live), new: await by(version) });
        }
        expect(shiftedFacts(found)).toEqual(plainFacts(priced));
      }),
      { numRuns: 4 },
    );
  });
});
