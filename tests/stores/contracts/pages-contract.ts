// Sorts, pages and scans of a store.
import fc from "fast-check";
import { beforeEach, expect, test } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { CdrFilter, CdrSort, SortKey } from "../../../src/queries/cdr-query.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { naiveFind } from "./naive-query.ts";
import { sampleCdr, sampleCdrs } from "./sample-cdrs.ts";
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

export function pagesContract(open: OpenStore): void {
  withStore(open, (store) => {
    const seeded = sampleCdrs(240, 21, "page");
    beforeEach(async () => {
      await store().cdrs.insert(seeded);
    });
    const sorts: SortKey[] = ["callTime", "setupTime", "receivedAt", "usage", "duration"];

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
          tenants.map((tenant) =>
            sampleCdr(`twin-${n}`, { primary: { tenant, durationMs: 60_000 } }),
          ),
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

    test.each(["callTime", "usage"] as const)(
      "by %s, CDRs of one id come in the order of their tenants",
      async (by) => {
        // Of several lengths, so that no other order is this one by chance.
        const tenants = Array.from(
          { length: 6 },
          (_, n) => `${"x".repeat((n * 5) % 7)}${n}.example`,
        );
        const inOrder = [...tenants].sort();
        const twins = [1, 2].flatMap((n) =>
          tenants.map((tenant) => sampleCdr(`order-${n}`, { primary: { tenant } })),
        );
        await store().cdrs.insert(twins);
        const ids = [...new Set(twins.map(({ id }) => id))].sort();
        const expected = ids.flatMap((id) => inOrder.map((tenant) => [id, tenant]));
        for (const descending of [false, true]) {
          const wanted = descending ? [...expected].reverse() : expected;
          for (const filter of [{ tenants }, { ids }]) {
            for (const limit of [4, 100]) {
              const pages = await everyPage(store(), filter, { by, descending }, limit);
              expect(pages.flat().map(({ id, tenant }) => [id, tenant])).toEqual(wanted);
            }
          }
        }
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
        { numRuns: runs(4) },
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
