// Goal: a rebuild makes the sums of its range anew, goes on where another process died, and ends with
// how many are right. Method: rebuilds of several processes, on one store of each kind.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { createRebuilds, type Rebuilds } from "../../../src/engine/reports/rebuild/rebuilds.ts";
import { ATTEMPTS } from "../../../src/engine/reports/sums.ts";
import type { SummaryQuery } from "../../../src/queries/cdr-query.ts";
import { ALL_TIMES } from "../../../src/rollups/pieces.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT } from "../../end-to-end/test-service.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";

const BEGIN_MS = Date.parse("2026-03-02T00:00:00Z");
const QUARTER_MS = 900_000;
const COUNT = 20;
const QUERY: SummaryQuery = {
  filter: {},
  groupBy: ["quarterHour", "account"],
  ...{ timeZone: "UTC", time: "answer", attempts: ATTEMPTS },
};

const uri = await mongoTestUri();
const STORES = [
  { name: "sqlite", open: () => openSqliteStore({ path: ":memory:" }) },
  ...(uri === null
    ? []
    : [
        {
          name: "mongo",
          open: () => openMongoStore({ url: mongoUrl(uri), changesLagSeconds: 0 }),
        },
      ]),
];

/** One that is gone with the n-th quarter hour that it makes. */
function dyingAt(store: Store, call: number): Store {
  let calls = 0;
  const make: Store["rollups"]["make"] = async (...args) => {
    calls += 1;
    if (calls >= call) throw new Error("the process is gone");
    return store.rollups.make(...args);
  };
  const update: Store["jobs"]["update"] = async (...args) => {
    if (calls >= call) throw new Error("the process is gone");
    return store.jobs.update(...args);
  };
  return { ...store, rollups: { ...store.rollups, make }, jobs: { ...store.jobs, update } };
}

/** One in whose first quarter hour something is written whenever its sums are made. */
function writtenTo(store: Store): Store {
  const make: Store["rollups"]["make"] = async (quarter, ...rest) => {
    const fromMs = quarter.quarter * QUARTER_MS;
    if (fromMs === BEGIN_MS) await store.rollups.forget({ fromMs, toMs: fromMs + 1 });
    return store.rollups.make(quarter, ...rest);
  };
  return { ...store, rollups: { ...store.rollups, make } };
}

describe.each(STORES)("a rebuild on $name", ({ open }) => {
  const now = { ms: BEGIN_MS };
  let store: Store;
  let rebuilds: Rebuilds;
  const rebuildsOn = (of: Store) =>
    createRebuilds({ store: of, clock: () => now.ms, log: SILENT, leaseMs: 30_000 });
  beforeAll(async () => {
    store = await open();
    rebuilds = rebuildsOn(store);
    const cdrs = Array.from({ length: COUNT }, (_none, quarter) => {
      const answerTime = { atMs: BEGIN_MS + quarter * QUARTER_MS, offsetMinutes: 0 };
      return sampleCdr(`call-${quarter}`, { primary: { answerTime, account: `${quarter % 3}` } });
    });
    await store.cdrs.insert(cdrs);
  });
  afterEach(async () => {
    const { rows } = await store.rollups.summarize(QUERY);
    expect(rows).toEqual(await store.cdrs.summarize(QUERY));
  });
  afterAll(() => store.close());

  async function rebuilt(by: Rebuilds, range = {}) {
    const { id } = await by.begin(range, { by: "test", scope: EVERYTHING });
    await by.settled(id);
    const { state, body } = await rebuilds.get(id);
    return { id, state, ...body.progress };
  }
  const from = async () => (await store.rollups.summarize(QUERY)).from;

  it("marks, makes and joins, and says how many", async () => {
    expect(await from()).toBe("cdrs");
    expect(await rebuilt(rebuilds)).toMatchObject({ state: "done", done: COUNT, total: COUNT });
    expect(await store.rollups.unjoined(ATTEMPTS)).toEqual({ pieces: [], before: null });
    expect(await from()).toBe("rollup");
  });

  it("is of the quarter hours that its range touches alone", async () => {
    const marks = async () => {
      await store.rollups.forget(ALL_TIMES);
      return (await store.rollups.dirty(ATTEMPTS, COUNT, ALL_TIMES)).map(({ marked }) => marked);
    };
    const before = await marks();
    const range = { fromMs: BEGIN_MS + QUARTER_MS / 2, toMs: BEGIN_MS + 2 * QUARTER_MS };
    expect(await rebuilt(rebuilds, range)).toMatchObject({ state: "done", done: 2, total: 2 });
    const added = (await marks()).map((mark, index) => mark - (before[index] ?? 0));
    expect(added).toEqual([2, 2, ...before.slice(2).map(() => 1)]);
  });

  it("goes on where another process died", async () => {
    const dead = await rebuilt(rebuildsOn(dyingAt(store, 12)));
    expect(dead.state).toBe("running");
    expect((await store.rollups.state(ATTEMPTS)).dirty).toBeGreaterThan(0);
    now.ms += 60_000;
    await rebuilds.resume();
    await rebuilds.settled(dead.id);
    const { state, body } = await rebuilds.get(dead.id);
    expect({ state, ...body.progress }).toEqual({ state: "done", done: COUNT, total: COUNT });
    expect(await from()).toBe("rollup");
  });

  it("what is written to all the while ends nothing and is not counted as made", async () => {
    const busy = await rebuilt(rebuildsOn(writtenTo(store)));
    expect(busy).toMatchObject({ state: "done", done: COUNT - 1, total: COUNT });
    expect(await from()).toBe("both");
  });
});
