// Goal: the audit finds nothing wrong with a store that works, and each of its checks can fire.
// Method: CDRs of every kind on every store; then single members of what is stored are broken by
// hand on the way out.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HistoryEntry, StoredCdr } from "../../../src/cdr/cdr.ts";
import type { JsonObject } from "../../../src/cdr/json.ts";
import type { Rating } from "../../../src/cdr/rating.ts";
import { AUDIT_CHECKS, type AuditCheckName } from "../../../src/engine/audit/findings.ts";
import type { Store } from "../../../src/stores/store.ts";
import { withParts } from "../../stores/wrapped-store.ts";
import { createTestEngine, STORES, type TestEngine } from "../rerate/test-engine.ts";
import { fill, showing } from "./audited-store.ts";

/** What checks look at, where it is no CDR. */
const NOT_CDRS: Partial<Record<AuditCheckName, string>> = {
  "batches-accounted": "0 batches",
  "sealed-sums-whole": "0 quarter hours with erased CDRs",
  "periods-reproduce": "0 statements",
  "log-unbroken": "0 entries of the log",
};

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

/** The oldest revision of CDRs with two amounts, changed. */
const once = (change: (rating: Rating) => Rating) =>
  priced((cdr) => {
    const [first, ...later] = cdr.history;
    if (first === undefined || first.rating.buy?.amount == null) return cdr;
    return { ...cdr, history: [{ ...first, rating: change(first.rating) }, ...later] };
  });

const dearer = (rating: Rating): Rating => ({
  ...rating,
  sell: rating.sell && { ...rating.sell, amount: "9.0000" },
  margin: rating.margin && { ...rating.margin, amount: "8.9500" },
});

/** The fee of a basis makes up for what the amount was changed by. */
function withItsBasis(rating: Rating): Rating {
  const changed = dearer(rating);
  const basis = structuredClone(rating.basis) as { sell: JsonObject; buy: { amount: string } };
  Object.assign(basis.sell, { connectFee: "9", spans: [], amount: "9.0000" });
  const margin = (9 - Number(rating.buy?.amount)).toFixed(4);
  return {
    ...changed,
    margin: rating.margin && { ...rating.margin, amount: margin },
    basis: basis as unknown as JsonObject,
  };
}

function withOther(entry: HistoryEntry, name: "originId" | "originHost" | "tenant"): HistoryEntry {
  const { content } = entry;
  if (content === undefined) return entry;
  return { ...entry, content: { ...content, primary: { ...content.primary, [name]: "other" } } };
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
    "a margin that is gone",
    priced((cdr) => broken(cdr, { margin: null })),
    ["amounts-are-their-basis", "explained", "sums-agree"],
  ],
  [
    "a margin of an unanswered call",
    (cdr) =>
      cdr.rating.reason === "unanswered"
        ? broken(cdr, { margin: { amount: "777", currency: "EUR" } })
        : cdr,
    ["amounts-are-their-basis", "explained", "sums-agree"],
  ],
  [
    "a currency",
    priced((cdr) =>
      broken(cdr, { sell: cdr.rating.sell && { ...cdr.rating.sell, currency: "USD" } }),
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
  ["an amount of long ago", once(dearer), ["amounts-are-their-basis", "explained"]],
  ["an amount of long ago, with its basis,", once(withItsBasis), ["explained"]],
  [
    "an outcome of long ago",
    once((rating) => ({ ...rating, outcome: "partial" })),
    ["one-current-revision", "explained"],
  ],
  [
    "an outcome beside all amounts",
    priced((cdr) => broken(cdr, { outcome: "partial" })),
    ["one-current-revision", "explained", "sums-agree"],
  ],
  [
    "a side that is gone",
    priced((cdr) => broken(cdr, { buy: null, margin: null })),
    ["one-current-revision", "amounts-are-their-basis", "explained", "sums-agree"],
  ],
  [
    "a tenant",
    (cdr) => ({ ...cdr, tenant: "other.example" }),
    ["keys-are-their-record", "explained", "sums-agree"],
  ],
  [
    "an origin id",
    (cdr) => ({ ...cdr, primary: { ...cdr.primary, originId: `${cdr.primary.originId}1` } }),
    ["keys-are-their-record", "one-current-revision"],
  ],
  ["an id", (cdr) => ({ ...cdr, id: cdr.id.replace(/^./, "x") }), ["keys-are-their-record"]],
  ...(["originId", "originHost", "tenant"] as const).map((name): (typeof FAULTS)[number] => [
    `another record's ${name} in the history`,
    (cdr) => ({ ...cdr, history: cdr.history.map((entry) => withOther(entry, name)) }),
    ["one-current-revision"],
  ]),
  [
    "a rating without a basis",
    priced((cdr) => broken(cdr, { basis: null as unknown as JsonObject })),
    ["amounts-are-their-basis", "explained"],
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

/** The faults by which every check fires once. */
const ONE_A_CHECK = FAULTS.filter(([, , expected], index) => {
  const before = new Set(FAULTS.slice(0, index).flatMap(([, , checks]) => checks));
  return expected.some((check) => !before.has(check));
});

describe.each(STORES)("the audit on $name", ({ name, url }) => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await createTestEngine(url());
    await fill(test);
  });
  afterAll(() => test.close());

  it("finds nothing wrong, also with what was corrected, voided and rerated", async () => {
    const checks = await test.engine.audits.run({ explain: "all" });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(checks.map(({ name, detail }) => [name, detail])).toEqual(
      AUDIT_CHECKS.map((name) => [name, NOT_CDRS[name] ?? "40 CDRs"]),
    );
    expect(test.engine.audits.last()).toEqual({ atMs: test.now.ms, checks });
  });

  it("a period and a tenant bound it", async () => {
    const none = { fromMs: 0, toMs: 1 };
    const details = async (request: object) =>
      new Set((await test.engine.audits.run(request)).map(({ detail }) => detail));
    expect(await details({ period: none })).toEqual(
      new Set(["0 CDRs", ...Object.values(NOT_CDRS)]),
    );
    expect(await details({ tenants: ["b.example"] })).toEqual(
      new Set(["0 CDRs", ...Object.values(NOT_CDRS)]),
    );
  });

  it.each([
    { fromMs: 2, toMs: 1 },
    { fromMs: 1, toMs: 1 },
  ])("a period that holds nothing is refused: %j", async (period) => {
    await expect(test.engine.audits.run({ period })).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "period.to" },
    });
  });

  it("runs once a night, over the day before, on one of several processes", async () => {
    const processes = [test.engine, await test.another(), await test.another()];
    const run = () => Promise.all(processes.map(({ audits }) => audits.nightly(180)));
    const now = test.now.ms;
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
    test.now.ms = now;
  });

  // What is broken on the way out of a store is seen the same way, whichever it is.
  it.each(name === "sqlite" ? FAULTS : ONE_A_CHECK)(
    "%s that is wrong is found",
    async (_name, change, expected) => {
      const engine = await test.another(showing(change));
      const checks = await engine.audits.run({ explain: "all" });
      const fired = checks.filter(({ ok }) => !ok).map(({ name }) => name);
      expect(fired.sort()).toEqual([...expected].sort());
    },
  );

  it("a CDR that was moved to another tenant is found, also where it is not in the sample", async () => {
    const move = (cdr: StoredCdr): StoredCdr => {
      const primary = { ...cdr.primary, tenant: "other.example" };
      return { ...cdr, tenant: primary.tenant, primary, history: [] };
    };
    const many = (store: Store) => showing(move, { count: async () => 1_000_000 })(store);
    const checks = await (await test.another(many)).audits.run();
    const explained = checks.find(({ name }) => name === "explained");
    expect(explained?.ok).toBe(false);
    expect(explained?.detail).toContain("of 39 CDRs");
    expect(explained?.detail).toContain("is not one of tenant other.example");
  });

  it.each<[string, (page: StoredCdr[]) => StoredCdr[]]>([
    ["leaves out a CDR", (page) => page.slice(1)],
    ["has a CDR twice", (page) => [...page, ...page.slice(0, 1)]],
    ["shows another amount", (page) => page.map(priced(cent))],
    ["states other sums than those of its lines", (page) => page.map(priced(restless))],
  ])("an export that %s is found", async (_name, change) => {
    const wrap = (store: Store): Store =>
      withParts(store, {
        cdrs: {
          async *scan(filter, pageSize, options) {
            const pages = store.cdrs.scan(filter, pageSize, options);
            // The export names the size of its chunks; the audit's own reading does not.
            for await (const page of pages) yield pageSize === undefined ? page : change(page);
          },
        },
      });
    const engine = await test.another(wrap);
    const found = (await engine.audits.run()).filter(({ ok }) => !ok);
    expect(found.map(({ name }) => name)).toEqual(["sums-agree"]);
    expect(found[0]?.detail).toContain("the lines of cdr.export");
    expect(found[0]?.detail).not.toContain("cdr.summarize");
  });
});
