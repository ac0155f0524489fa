// What changed in a store: every insert, revision and void, in the store's own order.
import { expect, test } from "vitest";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import type { Store } from "../../../src/stores/store.ts";
import { sampleCdr, sampleCdrs, sampleId, sampleRating } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

/** Ids with their revision, page after page, until a page is empty or says nothing new. */
async function readChanges(
  store: Store,
  request: { filter?: CdrFilter; after?: string; limit?: number } = {},
) {
  const { filter = {}, limit = 1000 } = request;
  const seen = new Map<string, number>();
  const order: string[] = [];
  let next = request.after;
  let sizes: number[] = [];
  for (let isNew = true; isNew; ) {
    const page = await store.cdrs.changes({
      filter,
      limit,
      ...(next !== undefined && { after: next }),
    });
    sizes = [...sizes, page.cdrs.length];
    isNew = false;
    for (const { id, rating } of page.cdrs) {
      if (seen.get(id) === rating.revision) continue;
      isNew = true;
      seen.set(id, rating.revision);
      order.push(id);
    }
    next = page.next;
  }
  return { seen, order, next: next as string, sizes };
}

export function changesContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an empty store has none, and says where to go on", async () => {
      const { seen, next } = await readChanges(store());
      expect(seen.size).toBe(0);
      await store().cdrs.insert([sampleCdr("first")]);
      const later = await readChanges(store(), { after: next });
      expect([...later.seen]).toEqual([[sampleId("first"), 1]]);
    });

    test("inserts come in their order, in pages of any size, each exactly once or again", async () => {
      const { next } = await readChanges(store());
      const cdrs = sampleCdrs(40, 5, "changes");
      for (let at = 0; at < cdrs.length; at += 4) {
        await store().cdrs.insert(cdrs.slice(at, at + 4));
      }
      for (const limit of [1, 7, 1000]) {
        const { seen, sizes } = await readChanges(store(), { after: next, limit });
        expect(new Set(cdrs.map(({ id }) => id))).toEqual(new Set(seen.keys()));
        expect(Math.max(...sizes)).toBeLessThanOrEqual(limit);
      }
    });

    test("a revision and a void come after, each with its history; what was taken does not", async () => {
      const [one, two] = [sampleCdr("revised"), sampleCdr("voided")];
      await store().cdrs.insert([one, two]);
      const { next } = await readChanges(store());
      const revision = (id: string, changes: object) => ({
        ...one,
        id,
        expectedRevision: 1,
        rating: sampleRating({ revision: 2, ...changes }),
        atMs: 0,
      });
      await store().cdrs.revise([
        revision(two.id, { outcome: "voided", sell: null, buy: null, margin: null }),
        revision(one.id, {}),
        { ...revision(one.id, {}), expectedRevision: 9 },
      ]);
      await store().cdrs.insert([sampleCdr("revised")]);
      const page = await store().cdrs.changes({ filter: {}, after: next, limit: 1000 });
      const changed = page.cdrs.filter(({ rating }) => rating.revision === 2);
      expect(changed.map(({ id }) => id).sort()).toEqual([one.id, two.id].sort());
      expect(changed.map(({ history }) => history.length)).toEqual([1, 1]);
      const voided = changed.find(({ id }) => id === two.id);
      expect(voided?.rating.outcome).toBe("voided");
    });

    test("a filter passes over the others, and `next` moves all the same", async () => {
      const filter = { accounts: ["changes-only"] };
      const { next } = await readChanges(store(), { filter });
      await store().cdrs.insert(sampleCdrs(30, 6, "noise"));
      const quiet = await readChanges(store(), { filter, after: next });
      expect(quiet.seen.size).toBe(0);
      await store().cdrs.insert([
        sampleCdr("changes-only", { primary: { account: "changes-only" } }),
        ...sampleCdrs(30, 7, "noise"),
      ]);
      for (const after of [next, quiet.next]) {
        const { seen } = await readChanges(store(), { filter, after, limit: 1 });
        expect([...seen.keys()]).toEqual([sampleId("changes-only")]);
      }
      const outcomes: CdrFilter = { accounts: ["changes-only"], outcomes: ["voided"] };
      expect((await readChanges(store(), { filter: outcomes })).seen.size).toBe(0);
    });

    test("a place that is none is refused", async () => {
      for (const after of ["x", "c-1", "W10", "e30", "c1e3"]) {
        await expect(store().cdrs.changes({ filter: {}, after, limit: 1 })).rejects.toMatchObject({
          code: "invalid-params",
          detail: { path: "after" },
        });
      }
    });

    test("everything is there from the first change of all times", async () => {
      const cdrs = sampleCdrs(40, 5, "changes");
      await store().cdrs.insert(cdrs);
      const rating = sampleRating({ revision: 2, outcome: "voided", sell: null, buy: null });
      const revision = { ...cdrs[3]!, expectedRevision: 1, rating, atMs: 0 };
      expect(await store().cdrs.revise([revision])).toEqual(["revised"]);
      const { seen } = await readChanges(store(), { limit: 3 });
      let cursor: string | undefined;
      const all: [string, number][] = [];
      do {
        const page = await store().cdrs.find({
          filter: { outcomes: ["rated", "partial", "unrated", "voided"] },
          sort: { by: "callTime", descending: false },
          limit: 1000,
          ...(cursor !== undefined && { cursor }),
        });
        all.push(...page.cdrs.map(({ id, rating }): [string, number] => [id, rating.revision]));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect([...seen].sort()).toEqual(all.sort());
    });
  });
}
