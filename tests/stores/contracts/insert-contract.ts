// CDRs as they are put into a store and come back.
import { expect, test } from "vitest";
import { allKeyFaults } from "./keys-contract.ts";
import { sampleCdr, sampleCdrs, sampleId, sampleRating, sampleSide } from "./sample-cdrs.ts";
import { type OpenStore, stored, withStore } from "./store-under-test.ts";

export function insertContract(open: OpenStore): void {
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
