// Goal: a plan, a back-test and an audit are the same to the byte, whether their CDRs are read and priced in this thread
// or in threads that read the store for themselves, from the begin or from a checkpoint. Method: the same
// CDRs, many of one time, on both stores; each job by an engine of either kind.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import { LISTS as BACKTEST_LISTS } from "../../../src/engine/backtest/job.ts";
import type { ComposedEngine } from "../../../src/engine/engine.ts";
import { LISTS } from "../../../src/engine/rerate/job.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-stretches-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** More than one stretch, and some that do not change. */
const CDRS = 1300;

async function filledEngine(url: string): Promise<TestEngine> {
  const test = await createTestEngine(url);
  await test.engine.tariffs.activate(await test.load("0.20"), { fromMs: 0 });
  await Promise.all(
    Array.from({ length: CDRS }, (_, n) =>
      test.post(`call-${n}`, {
        destination: n % 5 === 0 ? "442079460123" : n % 13 === 0 ? "49301234" : "34650123456",
        usage: `${1 + (n % 900)}s`,
        account: `${n % 7}`,
        answerTime: new Date(Date.UTC(2026, 2, 5, n % 6, n % 11)).toISOString(),
      }),
    ),
  );
  await test.engine.tariffs.activate(await test.load("0.04"), { fromMs: 0 });
  await breakSome(test.store);
  return test;
}

/** Far apart: two are one line of a batch, one has a price that its version does not give. */
async function breakSome({ cdrs }: Store): Promise<void> {
  const { cdrs: all } = await cdrs.find({
    filter: {},
    sort: { by: "callTime", descending: false },
    limit: 1000,
  });
  const { cdrs: last } = await cdrs.find({
    filter: {},
    sort: { by: "callTime", descending: true },
    limit: 1,
  });
  const outcomes = await cdrs.revise(
    [all[3], last[0]].map((cdr) => {
      if (cdr === undefined) throw new Error("there are no CDRs");
      const { tenant, id, source, rating } = cdr;
      return {
        ...{ tenant, id, expectedRevision: 1, atMs: 0 },
        origin: { source, batchId: "twice", batchLine: 7 },
        rating: {
          ...rating,
          revision: 2,
          normalized: { ...rating.normalized, caller: rating.normalized.destination },
        },
      };
    }),
  );
  expect(outcomes).toEqual(["revised", "revised"]);
}

async function plan({ rerates }: ComposedEngine, store: Store) {
  const { id } = await rerates.plan({ filter: {} });
  await rerates.settled(id);
  const { state, body } = await rerates.get(id);
  const lines = await store.jobs.pageLines(id, LISTS.planned, { after: 0, limit: CDRS });
  return { state, plan: body.plan, lines };
}

async function backtest({ backtests }: ComposedEngine, store: Store, version: string) {
  const asked = { tried: { version }, filter: {}, days: 30 };
  const { id } = await backtests.begin(asked, { by: "test" });
  await backtests.settled(id);
  const { state, body } = await backtests.get(id);
  const page = { after: 0, limit: CDRS };
  const lines = await store.jobs.pageLines(id, BACKTEST_LISTS.losing, page);
  return { state, report: body.report, done: body.progress, lines };
}

const urls = STORES.map(({ name, url }) => ({
  name,
  url: name === "sqlite" ? () => `sqlite:${join(folder, "calls.db")}` : url,
}));

describe.each(urls)("$name", ({ url }) => {
  it("a plan, a back-test and an audit in threads are those of one", async () => {
    const place = url();
    const test = await filledEngine(place);
    const tried = await test.load("0.03");
    const found = [];
    for (const jobThreads of [1, 3]) {
      const settings = readSettings({ environment: {}, flags: { store: place } });
      settings.limits.jobThreads = jobThreads;
      const store = await openStore(settings, { inThreads: true });
      const engine = await composeEngine(settings, {
        ...{ store, clock: () => test.now.ms, log: SILENT },
        leastForThreads: 1,
      });
      const planned = await plan(engine, store);
      const audited = await engine.audits.run({ explain: "all" });
      found.push({ planned, tried: await backtest(engine, store, tried), audited });
      await engine.close();
    }
    await test.close();
    const faulty = found[0]?.audited.filter(({ ok }) => ok === false).map(({ name }) => name);
    expect(faulty).toEqual(["explained", "batch-lines-once"]);
    const [inPlace, inThreads] = found;
    expect(inPlace?.planned).toMatchObject({ state: "planned", plan: { cdrs: CDRS } });
    expect(inPlace?.planned.lines.length).toBeGreaterThan(900);
    expect(inPlace?.tried).toMatchObject({ state: "done", done: { done: CDRS } });
    expect(inPlace?.tried.lines.length).toBeGreaterThan(900);
    expect(inThreads).toEqual(inPlace);
  });
});
