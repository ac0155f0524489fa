// Suspense of a store.
import { expect, test } from "vitest";
import type { SuspenseRecord } from "../../../src/stores/ports/suspense.ts";
import { everyPage, type OpenStore, withStore } from "./store-under-test.ts";

function suspenseRecord(n: number, changes: Partial<SuspenseRecord> = {}): SuspenseRecord {
  return {
    id: n.toString(16).padStart(64, "0"),
    source: "default",
    state: "open",
    reason: "broken-json",
    detail: "byte 7",
    format: "freeswitch",
    bytes: new Uint8Array([0, 255, n]),
    receivedAtMs: 1_000 + Math.floor(n / 2),
    ...changes,
  };
}

export function suspenseContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a repeated record is the same record, with its bytes and every member", async () => {
      const full = suspenseRecord(1, {
        contentType: "application/json",
        query: "a=1",
        tenant: "example.com",
        cdrId: "c".repeat(40),
        batchId: "b1",
        batchLine: 7,
      });
      expect(await store().suspense.add(full)).toEqual({ outcome: "new", record: full });
      const again = await store().suspense.add({ ...full, detail: "again" });
      expect(again).toEqual({ outcome: "repeat", record: full });
      expect(await store().suspense.get(full.id)).toEqual(full);
      expect(await store().suspense.get("f".repeat(64))).toBeNull();
    });

    test("queries page by receipt and hold every condition", async () => {
      for (let n = 10; n < 31; n += 1) {
        const changes = n % 3 === 0 ? { reason: "id-missing", source: "edge", tenant: "t" } : {};
        await store().suspense.add(suspenseRecord(n, changes));
      }
      const read = await everyPage(async (cursor) => {
        const receivedAt = { fromMs: 1_005, toMs: 1_014 };
        const query = { receivedAt, limit: 4, ...(cursor && { cursor }) };
        const { records, nextCursor } = await store().suspense.find(query);
        return { items: records.map((record) => record.bytes[2]), nextCursor };
      });
      expect(read.flat()).toEqual(Array.from({ length: 18 }, (_, n) => n + 10));
      expect(read.map((page) => page.length)).toEqual([4, 4, 4, 4, 2]);
      const counts = async (query: object) =>
        (await store().suspense.find({ ...query, limit: 100 })).records.length;
      expect(await counts({ reasons: ["id-missing"] })).toBe(7);
      expect(await counts({ sources: ["edge", "x"] })).toBe(7);
      expect(await counts({ tenants: ["t"] })).toBe(7);
      expect(await counts({ tenants: [] })).toBe(0);
      expect(await counts({ states: ["open"], sources: ["default"] })).toBe(14);
      expect(await counts({ states: ["discarded"] })).toBe(0);
    });

    test("an open record is closed once; a retried one stays closed and names its CDR", async () => {
      const { id } = suspenseRecord(40);
      const as = { tenant: "example.com", id: "c".repeat(40) };
      const retried = { state: "retried", as } as const;
      expect(await store().suspense.close(id, retried)).toBe(false);
      await store().suspense.add(suspenseRecord(40));
      const closed = await Promise.all([
        store().suspense.close(id, retried),
        store().suspense.close(id, retried),
      ]);
      expect(closed.filter((isFirst) => isFirst)).toHaveLength(1);
      const record = { ...suspenseRecord(40), state: "retried", retriedAs: as };
      expect(await store().suspense.get(id)).toEqual(record);
      const again = await store().suspense.add(suspenseRecord(40));
      expect(again).toEqual({ outcome: "repeat", record });
      expect((await store().suspense.find({ states: ["retried"], limit: 5 })).records).toEqual([
        record,
      ]);
    });

    test("a discarded record opens again, counted, with who discarded it", async () => {
      const first = suspenseRecord(41);
      await store().suspense.add(first);
      for (const [index, by] of ["anna", "ben"].entries()) {
        const discarded = { state: "discarded", by, atMs: 5_000 + index } as const;
        expect(await store().suspense.close(first.id, discarded)).toBe(true);
        const closed = await store().suspense.get(first.id);
        const facts = { discardedBy: by, discardedAtMs: 5_000 + index };
        expect(closed).toMatchObject({ state: "discarded", ...facts });
        const opened = await Promise.all([
          store().suspense.add({ ...first, detail: "again" }),
          store().suspense.add({ ...first, detail: "again" }),
        ]);
        expect(opened.map(({ outcome }) => outcome).sort()).toEqual(["reopened", "repeat"]);
        const record = { ...first, ...facts, reopened: index + 1 };
        expect(await store().suspense.get(first.id)).toEqual(record);
      }
    });

    test("old records are counted, those that are dealt with apart", async () => {
      const changes = { receivedAtMs: 9, tenant: "old" };
      const closed = { ...changes, state: "retried" as const };
      await store().suspense.add(suspenseRecord(70, changes));
      await store().suspense.add(suspenseRecord(71, closed));
      await store().suspense.add(suspenseRecord(72, { ...closed, batchId: "b", batchLine: 1 }));
      const { tenant: _none, ...unsaid } = closed;
      await store().suspense.add(suspenseRecord(73, { ...unsaid, owners: ["old"] }));
      await store().suspense.add(suspenseRecord(74, { ...closed, receivedAtMs: 10 }));
      const { countOld } = store().suspense;
      expect(await countOld({ beforeMs: 10, tenants: ["old"] })).toEqual({ closed: 2, others: 2 });
      expect(await countOld({ beforeMs: 10 })).toEqual({ closed: 2, others: 2 });
      expect(await countOld({ beforeMs: 10, tenants: ["none"] })).toEqual({ closed: 0, others: 0 });
    });

    test("open records are counted by tenant", async () => {
      const added = [
        { tenant: "counted" },
        { tenant: "counted" },
        { tenant: "counted", state: "discarded" },
        { tenant: "closed", state: "retried" },
      ] as const;
      for (const [index, changes] of added.entries()) {
        await store().suspense.add(suspenseRecord(50 + index, changes));
      }
      const nobody = async () =>
        (await store().suspense.openByTenant()).find(({ tenant }) => tenant === null)?.open ?? 0;
      const before = await nobody();
      await store().suspense.add(suspenseRecord(60));
      expect(await nobody()).toBe(before + 1);
      const counts = await store().suspense.openByTenant();
      expect(counts).toContainEqual({ tenant: "counted", open: 2 });
      expect(counts.map(({ tenant }) => tenant)).not.toContain("closed");
    });

    test("a page of large records of suspense ends before its limit", async () => {
      const record = (n: number): SuspenseRecord => ({
        id: `large-${n}`,
        source: "default",
        state: "open",
        reason: "broken-json",
        detail: "it is not JSON",
        format: "cgr-form",
        bytes: new Uint8Array(3_000_000),
        receivedAtMs: n,
      });
      for (let n = 0; n < 5; n += 1) await store().suspense.add(record(n));
      const first = await store().suspense.find({ limit: 1000 });
      expect(first.records.map(({ id }) => id)).toEqual(["large-0", "large-1"]);
      const rest = await store().suspense.find({ limit: 2, cursor: first.nextCursor as string });
      expect(rest.records.map(({ id }) => id)).toEqual(["large-2", "large-3"]);
      const last = await store().suspense.find({ limit: 2, cursor: rest.nextCursor as string });
      expect(last).toMatchObject({ records: [{ id: "large-4" }] });
      expect(last.nextCursor).toBeUndefined();
    });
  });
}
