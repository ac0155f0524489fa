// Revisions of CDRs in a store, and their history.
import { expect, test } from "vitest";
import type { Revision } from "../../../src/stores/ports/cdrs.ts";
import { allKeyFaults } from "./keys-contract.ts";
import { sampleCdr, sampleId, sampleRating, sampleSide } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

export function reviseContract(open: OpenStore): void {
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
