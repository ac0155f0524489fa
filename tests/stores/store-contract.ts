// What every store must do, run on each of them.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import type { CdrFilter, CdrSort, SortKey } from "../../src/queries/cdr-query.ts";
import type { Revision } from "../../src/stores/ports/cdrs.ts";
import type { Store } from "../../src/stores/store.ts";
import { changesContract } from "./changes-contract.ts";
import { feedsContract } from "./feeds-contract.ts";
import { jobsContract } from "./jobs-contract.ts";
import { allKeyFaults, keysContract } from "./keys-contract.ts";
import { naiveFind } from "./naive-query.ts";
import { queryContract } from "./query-contract.ts";
import { recordsContract } from "./records-contract.ts";
import { sampleCdr, sampleCdrs, sampleId, sampleRating, sampleSide } from "./sample-cdrs.ts";
import { type OpenStore, stored, withStore } from "./store-under-test.ts";

const BY_TIME: CdrSort = { by: "callTime", descending: false };

async function everyPage(store: Store, filter: CdrFilter, sort: CdrSort, limit: number) {
  const pages: StoredCdr[][] = [];
  let cursor: string | undefined;
  do {
    const page = await store.cdrs.find({ filter, sort, limit, ...(cursor && { cursor }) });
    pages.push(page.cdrs);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

function insertContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a CDR comes back as it went in, to the last digit and field", async () => {
      const cdrs = [
        ...sampleCdrs(60, 11, "round"),
        sampleCdr("full", {
          primary: {
            pddMs: 1_250,
            supplier: "north",
            callerNumber: "+34911000000",
            source: "fs1",
            originHost: "10.0.0.1",
          },
          extra: { "a.b": [{ "c.$": null }], _bsontype: "ObjectId", "%2e": "%", "nul\0": 1 },
          rating: {
            job: "j1",
            runs: { "*raw.x": sampleSide({ amount: "1E-7" }), $r: sampleSide({ amount: null }) },
            cheapest: { carrier: "South", amount: "0.0000000000001", currency: "EUR" },
            sell: sampleSide({ amount: "-0.00", gateway: "gw", reason: "banned" }),
          },
          cdr: { leg: "b", callId: "c1", billedSides: "buy", ruleSet: "ES", batchId: "b" },
        }),
      ];
      await store().cdrs.insert(cdrs);
      for (const cdr of cdrs) {
        const expected = stored(cdr);
        if (expected.rating.runs?.["*raw.x"]?.amount === "1E-7") {
          const read = await store().cdrs.get(cdr);
          expect(["1E-7", "0.0000001"]).toContain(read?.rating.runs?.["*raw.x"]?.amount);
          expected.rating.runs["*raw.x"].amount = read?.rating.runs?.["*raw.x"]?.amount ?? null;
        }
        expect(await store().cdrs.get(cdr)).toEqual(expected);
      }
    });

    test("outcomes come in the order of the batch, and the first of an id stays", async () => {
      const first = sampleCdr("twice", { extra: { n: 1 } });
      const second = sampleCdr("twice", { extra: { n: 2 } });
      const other = sampleCdr("other");
      expect(await store().cdrs.insert([first, second, other])).toEqual([
        { outcome: "inserted" },
        { outcome: "exists", stored: stored(first) },
        { outcome: "inserted" },
      ]);
      expect(await store().cdrs.insert([sampleCdr("new"), second, other, second])).toEqual([
        { outcome: "inserted" },
        { outcome: "exists", stored: stored(first) },
        { outcome: "exists", stored: stored(other) },
        { outcome: "exists", stored: stored(first) },
      ]);
      expect(await store().cdrs.insert([])).toEqual([]);
    });

    test("the same id in two tenants is two CDRs, each with its own revisions", async () => {
      const own = sampleCdr("shared", { primary: { tenant: "a.example" }, extra: { of: "a" } });
      const other = sampleCdr("shared", { primary: { tenant: "b.example" }, extra: { of: "b" } });
      expect(own.id).toBe(other.id);
      expect(await store().cdrs.insert([own, other, own])).toEqual([
        { outcome: "inserted" },
        { outcome: "inserted" },
        { outcome: "exists", stored: stored(own) },
      ]);
      expect(await store().cdrs.get(own)).toEqual(stored(own));
      expect(await store().cdrs.get(other)).toEqual(stored(other));
      expect(await store().cdrs.get({ tenant: "c.example", id: own.id })).toBeNull();
      const rating = sampleRating({ revision: 2, tariffVersion: "v2" });
      const revision = { id: own.id, expectedRevision: 1, rating, atMs: 5 };
      expect(
        await store().cdrs.revise([
          { ...revision, tenant: "c.example" },
          { ...revision, tenant: "a.example" },
        ]),
      ).toEqual(["not-found", "revised"]);
      expect((await store().cdrs.get(own))?.history).toHaveLength(1);
      expect(await store().cdrs.get(other)).toEqual(stored(other));
      expect(await store().cdrs.count({ ids: [own.id] })).toBe(2);
      expect(await store().cdrs.count({ ids: [own.id], tenants: ["b.example"] })).toBe(1);
      expect((await allKeyFaults(store(), {})).found).toEqual([]);
    });

    test("writers that race for the same ids store each exactly once", async () => {
      const batches = Array.from({ length: 8 }, (_, writer) =>
        Array.from({ length: 20 }, (_call, n) => sampleCdr(`race-${n}`, { extra: { writer } })),
      );
      const outcomes = await Promise.all(batches.map((batch) => store().cdrs.insert(batch)));
      const inserted = outcomes.flat().filter((one) => one.outcome === "inserted");
      expect(inserted).toHaveLength(20);
      for (const [n, cdr] of (batches[0] ?? []).entries()) {
        const winner = outcomes.findIndex((batch) => batch[n]?.outcome === "inserted");
        expect((await store().cdrs.get(cdr))?.extra).toEqual({ writer: winner });
      }
    });

    test("an unknown id is null, also one that is no id", async () => {
      expect(await store().cdrs.get({ tenant: "example.com", id: sampleId("nobody") })).toBeNull();
      expect(await store().cdrs.get({ tenant: "example.com", id: "not an id" })).toBeNull();
    });

    test("a CDR whose id is not a SHA-1 in hex is refused and nothing of its batch is kept", async () => {
      const bad = { ...sampleCdr("bad"), id: "XYZ" };
      await expect(store().cdrs.insert([sampleCdr("beside-bad"), bad])).rejects.toThrow(RangeError);
      expect(
        await store().cdrs.get({ tenant: "example.com", id: sampleId("beside-bad") }),
      ).toBeNull();
    });
  });
}

function reviseContract(open: OpenStore): void {
  withStore(open, (store) => {
    const next = (id: string, expectedRevision: number, changes: Partial<Revision> = {}) => ({
      tenant: "example.com",
      id,
      expectedRevision,
      rating: sampleRating({
        revision: expectedRevision + 1,
        tariffVersion: "v2",
        outcome: "unrated",
        sell: null,
        buy: sampleSide({ amount: "0.5", currency: "USD", carrier: "South" }),
      }),
      atMs: 1_000 + expectedRevision,
      ...changes,
    });

    test("the old rating goes to history, the new one is what queries see", async () => {
      const cdr = sampleCdr("rerated");
      await store().cdrs.insert([cdr]);
      const revision = next(cdr.id, 1);
      expect(await store().cdrs.revise([revision])).toEqual(["revised"]);
      expect(await store().cdrs.get(cdr)).toEqual({
        ...cdr,
        rating: revision.rating,
        history: [{ rating: cdr.rating, replacedAtMs: 1_001 }],
      });
      expect(await store().cdrs.count({ ids: [cdr.id], tariffVersions: ["v1"] })).toBe(0);
      expect(await store().cdrs.count({ ids: [cdr.id], carriers: ["south"] })).toBe(1);
      const [row] = await store().cdrs.summarize({
        filter: { ids: [cdr.id] },
        groupBy: ["outcome"],
        timeZone: "UTC",
        time: "answer",
      });
      expect(row).toMatchObject({ keys: { outcome: "unrated" }, sell: null, buy: "0.5" });
    });

    test("new content replaces the old, which is kept beside its rating", async () => {
      const cdr = sampleCdr("corrected", { extra: { old: [1] } });
      await store().cdrs.insert([cdr]);
      const { primary, extra, contentHash } = sampleCdr("corrected", {
        primary: { account: "2002", usage: 5_000, answerTime: { atMs: 9_000, offsetMinutes: 0 } },
        extra: { new: true },
      });
      const content = { primary, extra, contentHash };
      expect(await store().cdrs.revise([next(cdr.id, 1, { content }), next(cdr.id, 2)])).toEqual([
        "revised",
        "revised",
      ]);
      const read = await store().cdrs.get(cdr);
      expect(read).toMatchObject(content);
      expect(read?.extra).toEqual({ new: true });
      expect(read?.history.map((entry) => entry.rating.revision)).toEqual([1, 2]);
      const oldContent = { primary: cdr.primary, extra: cdr.extra, contentHash: cdr.contentHash };
      expect(read?.history[0]?.content).toEqual(oldContent);
      expect(read?.history[1]?.content).toBeUndefined();
      const filter = { accounts: ["2002"], answerTime: { fromMs: 9_000, toMs: 9_001 } };
      expect(await store().cdrs.count(filter)).toBe(1);
    });

    test("a new origin replaces the old one whole, which is kept beside its rating", async () => {
      const old = { leg: "a", callId: "c", batchId: "B1", batchLine: 3, ruleSet: "ES" } as const;
      const cdr = sampleCdr("moved", { cdr: { source: "north", billedSides: "both", ...old } });
      await store().cdrs.insert([cdr]);
      const origin = { source: "south", batchId: "B2", batchLine: 1, billedSides: "sell" } as const;
      const revisions = [next(cdr.id, 1, { origin }), next(cdr.id, 2)];
      expect(await store().cdrs.revise(revisions)).toEqual(["revised", "revised"]);
      const read = await store().cdrs.get(cdr);
      expect(read).toMatchObject(origin);
      for (const name of ["leg", "callId", "ruleSet"]) expect(read).not.toHaveProperty(name);
      const before = { source: "north", billedSides: "both", ...old };
      expect(read?.history.map((entry) => entry.origin)).toEqual([before, undefined]);
      const counts = [{ sources: ["south"] }, { batchIds: ["B2"] }, { batchIds: ["B1"] }];
      expect(await Promise.all(counts.map((filter) => store().cdrs.count(filter)))).toEqual([
        1, 1, 0,
      ]);
      expect((await allKeyFaults(store(), {})).found).toEqual([]);
    });

    test("nothing happens when the revision is not the one expected, or there is no such CDR", async () => {
      const cdr = sampleCdr("changed");
      await store().cdrs.insert([cdr]);
      const unknown = sampleId("unknown");
      expect(
        await store().cdrs.revise([
          next(cdr.id, 2),
          next(unknown, 1),
          next(cdr.id, 1),
          next(cdr.id, 1),
        ]),
      ).toEqual(["changed-meanwhile", "not-found", "revised", "changed-meanwhile"]);
      expect((await store().cdrs.get(cdr))?.history).toHaveLength(1);
      expect(await store().cdrs.get({ tenant: "example.com", id: unknown })).toBeNull();
    });

    test("of many that revise the same CDR at once, one wins", async () => {
      const cdr = sampleCdr("contended");
      await store().cdrs.insert([cdr]);
      const outcomes = await Promise.all(
        Array.from({ length: 10 }, () => store().cdrs.revise([next(cdr.id, 1)])),
      );
      expect(outcomes.flat().sort()).toEqual([...Array(9).fill("changed-meanwhile"), "revised"]);
      expect((await store().cdrs.get(cdr))?.history).toHaveLength(1);
    });
  });
}

function cursorContract(open: OpenStore): void {
  withStore(open, (store) => {
    const seeded = sampleCdrs(240, 21, "page");
    beforeAll(async () => {
      await store().cdrs.insert(seeded);
    });
    const sorts: SortKey[] = ["callTime", "setupTime", "receivedAt", "usage"];

    test.each(sorts)("pages by %s, both ways, are the sorted whole", async (by) => {
      for (const descending of [false, true]) {
        for (const filter of [{ batchIds: ["b1"] }, { tenants: ["example.com"] }, {}]) {
          const pages = await everyPage(store(), filter, { by, descending }, 17);
          const expected = naiveFind(seeded.map(stored), filter, { by, descending });
          expect(pages.flat().map((cdr) => cdr.id)).toEqual(expected.map((cdr) => cdr.id));
          expect(pages.slice(0, -1).every((page) => page.length === 17)).toBe(true);
        }
      }
    });

    test.each(sorts)(
      "by %s, no page loses or repeats one of several tenants' CDRs of one id",
      async (by) => {
        const tenants = [
          "t1.example",
          "t2.example",
          "t3.example",
          "\u{1f4de}.example",
          "\uffed.example",
        ];
        const twins = [1, 2, 3].flatMap((n) =>
          tenants.map((tenant) => sampleCdr(`twin-${n}`, { primary: { tenant } })),
        );
        await store().cdrs.insert(twins);
        const filter = { ids: twins.map(({ id }) => id) };
        for (const query of [filter, { tenants }, { tenants: tenants.slice(1, 3) }]) {
          for (const descending of [false, true]) {
            const all = await everyPage(store(), query, { by, descending }, 1000);
            const inTwos = await everyPage(store(), query, { by, descending }, 2);
            const keys = (pages: StoredCdr[][]) =>
              pages.flat().map(({ id, tenant }) => [id, tenant]);
            expect(keys(inTwos)).toEqual(keys(all));
            expect(new Set(keys(inTwos).map(String)).size).toBe(
              3 * ("tenants" in query ? query.tenants : tenants).length,
            );
          }
        }
        const scanned: StoredCdr[] = [];
        for await (const page of store().cdrs.scan({ tenants }, 1)) scanned.push(...page);
        expect(scanned).toHaveLength(twins.length);
        const after = scanned[6]!;
        const rest: StoredCdr[] = [];
        for await (const page of store().cdrs.scan({ tenants }, 4, { after })) rest.push(...page);
        expect(rest).toEqual(scanned.slice(7));
      },
    );

    test("every CDR that was there at the first page comes once while others arrive", async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(...sorts),
          fc.boolean(),
          fc.integer({ min: 1, max: 90 }),
          fc.integer({ min: 1, max: 1e9 }),
          async (by, descending, limit, seed) => {
            const filter: CdrFilter = { sources: ["edge"], outcomes: ["rated", "voided"] };
            const sort = { by, descending };
            const before = await everyPage(store(), filter, sort, 1000);
            const seen: string[] = [];
            let cursor: string | undefined;
            let round = 0;
            do {
              const page = await store().cdrs.find({
                filter,
                sort,
                limit,
                ...(cursor && { cursor }),
              });
              seen.push(...page.cdrs.map((cdr) => cdr.id));
              cursor = page.nextCursor;
              await store().cdrs.insert(sampleCdrs(2, seed, `late-${by}-${limit}-${round++}`));
            } while (cursor !== undefined);
            expect(new Set(seen).size).toBe(seen.length);
            for (const { id } of before.flat()) expect(seen).toContain(id);
          },
        ),
        { numRuns: 8 },
      );
    });

    test("scan gives everything that matches, in pages of the size asked", async () => {
      const filter = { ids: seeded.map((cdr) => cdr.id), outcomes: ["rated" as const] };
      const pages: StoredCdr[][] = [];
      for await (const page of store().cdrs.scan(filter, 20)) pages.push(page);
      const expected = naiveFind(seeded.map(stored), filter, BY_TIME);
      expect(pages.flat()).toEqual(expected);
      expect(pages.every((page) => page.length > 0 && page.length <= 20)).toBe(true);
    });

    test("scan goes on after a CDR that it gave before", async () => {
      const filter = { ids: seeded.map((cdr) => cdr.id) };
      const expected = naiveFind(seeded.map(stored), filter, BY_TIME);
      const at = Math.floor(expected.length / 3);
      const rest: StoredCdr[] = [];
      const after = expected[at]!;
      for await (const page of store().cdrs.scan(filter, 20, { after })) rest.push(...page);
      expect(rest).toEqual(expected.slice(at + 1));
    });

    test("a read ends with the reason of its signal", async () => {
      const ended = new AbortController();
      const reason = new Error("over");
      ended.abort(reason);
      const { signal } = ended;
      const summary = { filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const };
      const reads = [
        store().cdrs.find({ filter: {}, sort: BY_TIME, limit: 5 }, { signal }),
        store().cdrs.find(
          { filter: {}, sort: { by: "usage", descending: true }, limit: 5 },
          { signal },
        ),
        store().cdrs.count({}, { signal }),
        store().cdrs.summarize(summary, { signal }),
        store().cdrs.scan({}, 10, { signal })[Symbol.asyncIterator]().next(),
      ];
      for (const read of await Promise.allSettled(reads)) {
        expect(read).toMatchObject({ status: "rejected", reason });
      }
    });

    test("a cursor that is broken or of another sort is refused", async () => {
      const { nextCursor = "" } = await store().cdrs.find({ filter: {}, sort: BY_TIME, limit: 1 });
      const wrong = [
        { cursor: "nonsense", sort: BY_TIME },
        { cursor: nextCursor, sort: { by: "usage", descending: false } as const },
      ];
      for (const { cursor, sort } of wrong) {
        await expect(
          store().cdrs.find({ filter: {}, sort, limit: 1, cursor }),
        ).rejects.toMatchObject({
          code: "invalid-params",
        });
      }
    });
  });
}

function lifeContract(open: OpenStore): void {
  test("a fact is kept once: whoever comes later gets the first", async () => {
    const store = await open();
    const kept = await Promise.all(
      [1, 2, 3].map((value) => store.facts.keepFirst("quality:2026-03-01", { "a.b $c": value })),
    );
    expect(new Set(kept.map((fact) => JSON.stringify(fact))).size).toBe(1);
    expect(await store.facts.keepFirst("quality:2026-03-01", { other: true })).toEqual(kept[0]);
    expect(await store.facts.get("quality:2026-03-01")).toEqual(kept[0]);
    expect(await store.facts.get("quality:2026-03-02")).toBeNull();
    expect(await store.facts.keepFirst("quality:2026-03-02", { other: true })).toEqual({
      other: true,
    });
  });

  test("ping answers on an open store; a closed one is unavailable for everything", async () => {
    const store = await open();
    await store.ping();
    await store.close();
    const calls = [
      () => store.ping(),
      () => store.cdrs.insert([sampleCdr("late")]),
      () => store.cdrs.get({ tenant: "example.com", id: sampleId("late") }),
      () => store.cdrs.find({ filter: {}, sort: BY_TIME, limit: 1 }),
      () => store.cdrs.count({}),
      () => store.tariffs.activationStamp(),
      () => store.cdrs.scan({})[Symbol.asyncIterator]().next(),
    ];
    for (const call of calls) {
      await expect(call()).rejects.toMatchObject({ code: "store-unavailable" });
    }
  });
}

/** The whole contract, as one `describe` per capability. */
export function storeContract(name: string, open: OpenStore): void {
  describe(name, () => {
    describe("insert and get", () => insertContract(open));
    describe("revise and history", () => reviseContract(open));
    describe("sorts, pages and scans", () => cursorContract(open));
    describe("filters, counts and sums", () => queryContract(open));
    changesContract(open);
    describe("suspense, tariffs, time line and assignments", () => recordsContract(open));
    describe("keys and tenants", () => keysContract(open));
    describe("feeds", () => feedsContract(open));
    describe("jobs", () => jobsContract(open));
    describe("life", () => lifeContract(open));
  });
}
