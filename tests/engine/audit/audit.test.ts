// Goal: the audit finds nothing wrong with a store that works, and each of its checks can fire.
// Method: CDRs of every kind on every store; then single members of what is stored are broken by
// hand on the way out, and one row in the SQLite file itself.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { AuditCheckName } from "../../../src/engine/audit/run-audit.ts";
import { correctCdr } from "../../../src/engine/correct-cdr.ts";
import { voidCdr } from "../../../src/engine/void-cdr.ts";
import type { Store } from "../../../src/stores/store.ts";
import { createTestEngine, STORES, settled, type TestEngine } from "../rerate/test-engine.ts";

async function fill(test: TestEngine): Promise<void> {
  const first = await test.load("0.0371");
  const second = await test.load("0.0293");
  await test.engine.tariffs.activate(first, { fromMs: 0 });
  const ids: string[] = [];
  for (let n = 0; n < 40; n += 1) {
    const fields = [
      { usage: `${n * 7}s` },
      // A record without an answer time, which a period holds by its call time.
      {
        destination: "442079460123",
        usage: n + 1,
        answerTime: "",
        setupTime: "2026-03-05T10:00:00Z",
      },
      { destination: "999", usage: 30 },
      { direction: "*in" },
    ][n % 4];
    ids.push(await test.post(`audited-${n}`, { ...fields, account: `${1000 + (n % 3)}` }));
  }
  await correctCdr(test.engine.rating, [], { id: ids[4] ?? "", fields: { usage: "123s" } });
  await voidCdr(test.engine.rating, { id: ids[8] ?? "", note: "test" });
  await test.engine.tariffs.activate(second, { fromMs: 0 });
  const { id } = await test.engine.rerates.plan({ filter: {} });
  await settled(test.engine, id);
  await test.engine.rerates.apply(id);
  expect((await settled(test.engine, id)).body.apply.done).toBeGreaterThan(5);
}

/** A store that shows some CDRs otherwise than they are. */
function showing(change: (cdr: StoredCdr) => StoredCdr, more: Partial<Store> = {}) {
  return (store: Store): Store => ({
    ...Object.fromEntries(
      Object.keys(store).map((name) => [
        name,
        (...args: unknown[]) => Reflect.apply(Reflect.get(store, name), store, args),
      ]),
    ),
    ...(store as object as Store),
    async *scan(...args) {
      for await (const page of store.scan(...args)) yield page.map(change);
    },
    ...more,
  });
}

const broken = (cdr: StoredCdr, rating: Partial<StoredCdr["rating"]>): StoredCdr => ({
  ...cdr,
  rating: { ...cdr.rating, ...rating },
});
/** Only a CDR with two amounts. */
const priced = (change: (cdr: StoredCdr) => StoredCdr) => (cdr: StoredCdr) =>
  cdr.rating.outcome === "rated" && cdr.rating.reason === undefined ? change(cdr) : cdr;

const cent = (cdr: StoredCdr): StoredCdr =>
  broken(cdr, { sell: cdr.rating.sell && { ...cdr.rating.sell, amount: "0.0001" } });

/** Its sell amount is another one when it is first read, which is when an export adds it up. */
function restless(cdr: StoredCdr): StoredCdr {
  const { sell } = cdr.rating;
  if (sell === null) return cdr;
  let reads = 0;
  const changing = {
    ...sell,
    get amount() {
      reads += 1;
      return reads === 1 ? "0.0001" : sell.amount;
    },
  };
  return broken(cdr, { sell: changing });
}

const FAULTS: [string, (cdr: StoredCdr) => StoredCdr, AuditCheckName[]][] = [
  ["an amount", priced(cent), ["amounts-are-their-basis", "explained", "sums-agree"]],
  [
    "a margin",
    priced((cdr) =>
      broken(cdr, { margin: cdr.rating.margin && { ...cdr.rating.margin, amount: "1.0000" } }),
    ),
    ["amounts-are-their-basis", "explained", "sums-agree"],
  ],
  [
    "a carrier",
    priced((cdr) =>
      broken(cdr, { buy: cdr.rating.buy && { ...cdr.rating.buy, carrier: "Omega" } }),
    ),
    ["explained"],
  ],
  [
    "a lost revision",
    (cdr) => ({ ...cdr, history: cdr.history.slice(1) }),
    ["one-current-revision"],
  ],
  [
    "an outcome",
    priced((cdr) => broken(cdr, { outcome: "unrated" })),
    ["one-current-revision", "explained", "sums-agree"],
  ],
  [
    "a line of a batch twice",
    (cdr) => ({ ...cdr, batchId: "monday.csv", batchLine: 7 }),
    ["batch-lines-once"],
  ],
  [
    "a line of a batch without its number",
    (cdr) => ({ ...cdr, batchId: "monday.csv" }),
    ["batch-lines-once"],
  ],
];

describe.each(STORES)("the audit on $name", ({ url }) => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine(url());
    await fill(test);
  });
  afterAll(() => test.close());

  it("finds nothing wrong, also with what was corrected, voided and rerated", async () => {
    const checks = await test.engine.audits.run({ explain: "all" });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ detail }) => detail)).toEqual(Array(5).fill("40 CDRs"));
    expect(test.engine.audits.last()).toEqual({ atMs: test.now.ms, checks });
  });

  it("a period and a tenant bound it", async () => {
    const none = { fromMs: 0, toMs: 1 };
    const details = async (request: object) =>
      new Set((await test.engine.audits.run(request)).map(({ detail }) => detail));
    expect(await details({ period: none })).toEqual(new Set(["0 CDRs"]));
    expect(await details({ tenants: ["b.example"] })).toEqual(new Set(["0 CDRs"]));
  });

  it("runs once a night, over the day before, on one of several processes", async () => {
    const processes = [test.engine, await test.another(), await test.another()];
    const run = () => Promise.all(processes.map(({ audits }) => audits.nightly(180)));
    const midnight = Date.parse("2026-03-06T00:00:00Z");
    test.now.ms = midnight + 179 * 60_000;
    expect(await run()).toEqual([null, null, null]);
    test.now.ms = midnight + 180 * 60_000;
    const answers = (await run()).filter((checks) => checks !== null);
    expect(answers).toHaveLength(1);
    expect(answers[0]?.[0]).toMatchObject({ ok: true, detail: "40 CDRs" });
    expect(await run()).toEqual([null, null, null]);
    test.now.ms += 86_400_000;
    const next = (await run()).filter((checks) => checks !== null);
    expect(next[0]?.[0]).toMatchObject({ detail: "0 CDRs" });
  });

  it.each(FAULTS)("%s that is wrong is found", async (_name, change, expected) => {
    const engine = await test.another(showing(change));
    const checks = await engine.audits.run({ explain: "all" });
    const fired = checks.filter(({ ok }) => !ok).map(({ name }) => name);
    expect(fired.sort()).toEqual([...expected].sort());
  });

  it.each<[string, (page: StoredCdr[]) => StoredCdr[]]>([
    ["leaves out a CDR", (page) => page.slice(1)],
    ["has a CDR twice", (page) => [...page, ...page.slice(0, 1)]],
    ["shows another amount", (page) => page.map(priced(cent))],
    ["states other sums than those of its lines", (page) => page.map(priced(restless))],
  ])("an export that %s is found", async (_name, change) => {
    const wrap = (store: Store): Store => ({
      ...showing((cdr) => cdr)(store),
      async *scan(filter, pageSize, options) {
        const pages = store.scan(filter, pageSize, options);
        // The export names the size of its chunks; the audit's own reading does not.
        for await (const page of pages) yield pageSize === undefined ? page : change(page);
      },
    });
    const engine = await test.another(wrap);
    const found = (await engine.audits.run()).filter(({ ok }) => !ok);
    expect(found.map(({ name }) => name)).toEqual(["sums-agree"]);
    expect(found[0]?.detail).toContain("the lines of cdr.export");
    expect(found[0]?.detail).not.toContain("cdr.summarize");
  });

  it("sums that move while the CDRs are read are not held against them", async () => {
    let asked = 0;
    const moving = showing(priced(cent), {
      summarize: async (query) => {
        asked += 1;
        const rows = await test.store.summarize(query);
        return rows.map((row) => ({ ...row, calls: row.calls + asked }));
      },
    });
    const engine = await test.another(moving);
    const checks = await engine.audits.run();
    expect(checks.find(({ name }) => name === "sums-agree")).toMatchObject({
      ok: true,
      detail: expect.stringContaining("not compared"),
    });
  });
});

describe("a store file that somebody changed", () => {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-audit-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("a column that sums go by is held against the rating beside it", async () => {
    const path = join(folder, "changed.db");
    const test = await createTestEngine(`sqlite:${path}`);
    try {
      await fill(test);
      const file = new Sqlite(path);
      file
        .prepare(
          "UPDATE cdr SET sell_parts = sell_parts + 1 WHERE rowid IN (SELECT rowid FROM cdr WHERE sell_parts > 0 LIMIT 1)",
        )
        .run();
      file.close();
      const checks = await test.engine.audits.run({ explain: "all" });
      expect(checks.filter(({ ok }) => !ok).map(({ name }) => name)).toEqual(["sums-agree"]);
    } finally {
      await test.close();
    }
  });
});
