// The values that a store keeps beside its records, held against them; and the list of tenants.
import { expect, test } from "vitest";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import type { KeyFault } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { turnsDuring } from "../turns.ts";
import { sampleCdr, sampleCdrs, sampleId, sampleRating } from "./sample-cdrs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

export async function allKeyFaults(store: Store, filter: CdrFilter = {}) {
  let read = 0;
  const found: KeyFault[] = [];
  for await (const part of store.cdrs.keyFaults(filter)) {
    read += part.read;
    found.push(...part.found);
  }
  return { read, found };
}

export function keysContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an empty store has no tenant and nothing to read", async () => {
      expect(await store().cdrs.tenants()).toEqual([]);
      expect(await allKeyFaults(store())).toEqual({ read: 0, found: [] });
    });

    test("what was stored and revised by the store itself has no fault, whatever is in it", async () => {
      const cdrs = sampleCdrs(1_200, 23, "keys");
      const odd = sampleCdr("odd", {
        primary: { account: "half \ud800 a pair", disconnectCause: "", pddMs: 0, tor: "*sms" },
        extra: { list: [1, { "a.b": null, "\ud801": "half \ud800 a pair" }], empty: {}, "%": "x" },
        cdr: { batchId: "b", batchLine: 1, callId: "c", leg: "a", ruleSet: "ES" },
      });
      await store().cdrs.insert([...cdrs, odd]);
      const { extra, contentHash } = odd;
      const primary = { ...odd.primary, usage: 3 };
      const revisions = [
        { rating: sampleRating({ revision: 2, outcome: "voided", sell: null, buy: null }) },
        {
          rating: sampleRating({ revision: 3, buy: null, margin: null }),
          content: { primary, extra, contentHash },
        },
      ] as const;
      for (const [index, revision] of revisions.entries()) {
        const change = {
          tenant: odd.tenant,
          id: odd.id,
          expectedRevision: index + 1,
          atMs: 9,
          ...revision,
        };
        expect(await store().cdrs.revise([change])).toEqual(["revised"]);
      }
      expect(await allKeyFaults(store())).toEqual({ read: 1_201, found: [] });
    });

    test("others have the event loop while they are read", async () => {
      await store().cdrs.insert(sampleCdrs(1_000, 29, "turns"));
      expect(await turnsDuring(() => allKeyFaults(store()))).toBeGreaterThan(1);
    });

    test("voided CDRs are read too; the filter bounds what is read", async () => {
      const own = { tenant: "own.example" };
      const at = (atMs: number) => ({ ...own, answerTime: { atMs, offsetMinutes: 0 } });
      await store().cdrs.insert([
        sampleCdr("own-1", { primary: at(1_000) }),
        sampleCdr("own-2", { primary: at(2_000), rating: { outcome: "voided" } }),
      ]);
      const tenants = ["own.example"];
      expect((await allKeyFaults(store(), { tenants })).read).toBe(2);
      const callTime = { fromMs: 2_000, toMs: 3_000 };
      expect((await allKeyFaults(store(), { tenants, callTime })).read).toBe(1);
      expect((await allKeyFaults(store(), { tenants: [] })).read).toBe(0);
    });

    test("tenants come once each, in order", async () => {
      await store().cdrs.insert(
        ["own.example", "a.example", "own.example"].map((tenant, n) =>
          sampleCdr(`tenant-${n}`, { primary: { tenant } }),
        ),
      );
      const tenants = await store().cdrs.tenants();
      expect(tenants).toEqual([...new Set(tenants)].sort());
      expect(tenants).toEqual(expect.arrayContaining(["a.example", "own.example"]));
    });

    test("a read that was given up ends with the reason of its signal", async () => {
      await store().cdrs.insert([sampleCdr("odd")]);
      const signal = AbortSignal.abort(new Error("given up"));
      const parts = store().cdrs.keyFaults({}, { signal })[Symbol.asyncIterator]();
      await expect(parts.next()).rejects.toThrow();
      expect(await store().cdrs.get({ tenant: "example.com", id: sampleId("odd") })).not.toBeNull();
    });
  });
}
