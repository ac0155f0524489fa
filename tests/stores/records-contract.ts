// Suspense, tariff versions, the activation time line and assignments of a store.
import { expect, test } from "vitest";
import type { SuspenseRecord } from "../../src/stores/ports/suspense.ts";
import type { TariffVersion } from "../../src/stores/ports/tariffs.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

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

function tariffVersion(version: string, loadedAtMs: number): TariffVersion {
  return {
    version,
    name: "demo",
    tenants: ["example.com"],
    kind: "native",
    semantics: "native",
    loadedAtMs,
    counts: { "rows.of $all": 2 },
    warnings: [{ "a.b": null }],
  };
}

async function pages<T>(
  read: (cursor: string | undefined) => Promise<{ items: T[]; nextCursor?: string | undefined }>,
): Promise<T[][]> {
  const all: T[][] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return all;
}

function suspenseTests(open: OpenStore): void {
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
      const read = await pages(async (cursor) => {
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
      expect(await counts({ states: ["open"], sources: ["default"] })).toBe(15);
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
  });
}

function tariffTests(open: OpenStore): void {
  withStore(open, (store) => {
    test("a version keeps its files byte for byte; loading it again changes nothing", async () => {
      const version = tariffVersion("aa", 5);
      const files = { "tariff.yaml": "tenant: x\n", "decks/ñ.csv": "prefix,rate\r\n", empty: "" };
      await store().tariffs.put(version, files);
      await store().tariffs.put({ ...version, name: "other", loadedAtMs: 9 }, { "x.csv": "" });
      expect(await store().tariffs.get("aa")).toEqual(version);
      expect(await store().tariffs.getFiles("aa")).toEqual(files);
      expect(await store().tariffs.get("zz")).toBeNull();
      expect(await store().tariffs.getFiles("zz")).toBeNull();
    });

    test("files of more than 16 MB are kept, shared between versions", async () => {
      const deck = Array.from({ length: 900_000 }, (_, n) => `${n},Zürich,0.${n % 977}`).join("\n");
      expect(Buffer.byteLength(deck)).toBeGreaterThan(17_000_000);
      await store().tariffs.put(tariffVersion("big", 1), { "deck.csv": deck });
      await store().tariffs.put(tariffVersion("big2", 2), { "deck.csv": deck, "b.csv": "1" });
      expect((await store().tariffs.getFiles("big"))?.["deck.csv"] === deck).toBe(true);
      const second = await store().tariffs.getFiles("big2");
      expect(second?.["deck.csv"] === deck).toBe(true);
      expect(second?.["b.csv"]).toBe("1");
    });

    test("a process that noted its time line is one of those that follow it", async () => {
      expect(await store().tariffs.followed()).toEqual([]);
      await store().tariffs.follow("1");
      expect(await store().tariffs.followed()).toEqual(["1"]);
      await store().tariffs.follow("2");
      await store().tend();
      expect(await store().tariffs.followed()).toEqual(["2"]);
    });

    test("versions are listed latest first, in pages", async () => {
      for (const [n, version] of ["v1", "v2", "v3", "v4"].entries()) {
        await store().tariffs.put(tariffVersion(version, 100 + (n >> 1)), {});
      }
      const read = await pages(async (cursor) => {
        const { versions, nextCursor } = await store().tariffs.list(3, cursor);
        return { items: versions.map((version) => version.version), nextCursor };
      });
      expect(read).toEqual([["v4", "v3", "v2"], ["v1", "aa", "big2"], ["big"]]);
    });
  });
}

function timeLineTests(open: OpenStore): void {
  withStore(open, (store) => {
    test("activations are numbered per tenant, also when they race; the stamp follows", async () => {
      const entry = (tenant: string, fromMs: number) => ({
        tenant,
        version: "v1",
        fromMs,
        activatedAtMs: 50,
      });
      const empty = await store().tariffs.activationStamp();
      expect(await store().tariffs.activations()).toEqual([]);
      expect(await store().tariffs.activate(entry("b", 9))).toEqual({
        ...entry("b", 9),
        sequence: 1,
      });
      const first = await store().tariffs.activationStamp();
      expect(first).not.toBe(empty);
      expect(await store().tariffs.activationStamp()).toBe(first);
      const raced = await Promise.all(
        [5, 9, 7, 3, 8].map((at) => store().tariffs.activate(entry("b", at))),
      );
      expect(raced.map((one) => one.sequence).sort()).toEqual([2, 3, 4, 5, 6]);
      expect((await store().tariffs.activate(entry("a", 9))).sequence).toBe(1);
      expect(await store().tariffs.activationStamp()).not.toBe(first);
      const line = await store().tariffs.activations();
      expect(line.map((one) => [one.tenant, one.fromMs])).toEqual([
        ["a", 9],
        ["b", 3],
        ["b", 5],
        ["b", 7],
        ["b", 8],
        ["b", 9],
        ["b", 9],
      ]);
      expect(line.at(-2)?.sequence).toBe(1);
    });

    test("assignments are dated; the same instant again replaces", async () => {
      const set = (account: string, fromMs: number, voipPlan: string, numbering?: string) =>
        store().accounts.set(
          { tenant: "t", account, voipPlan, fromMs, ...(numbering && { numbering }) },
          fromMs,
        );
      await set("1001", 20, "gold");
      await set("1001", 10, "old", "GB");
      await set("1001", 10, "silver");
      await set("1002", 15, "gold", "ES");
      await set("1003", 0, "gold");
      expect(
        await store().accounts.getFor([
          { tenant: "t", account: "1001" },
          { tenant: "t", account: "1002" },
          { tenant: "t", account: "1001" },
          { tenant: "other", account: "1003" },
        ]),
      ).toEqual([
        { tenant: "t", account: "1001", voipPlan: "silver", fromMs: 10 },
        { tenant: "t", account: "1002", voipPlan: "gold", numbering: "ES", fromMs: 15 },
        { tenant: "t", account: "1001", voipPlan: "gold", fromMs: 20 },
      ]);
      expect(await store().accounts.getFor([])).toEqual([]);
      await store().accounts.set({ tenant: "t", account: "1003", voipPlan: "b", fromMs: 0 }, 77);
      const setMs = (account: string, fromMs: number) =>
        store().accounts.setMs({ tenant: "t", account, fromMs });
      expect(await setMs("1003", 0)).toBe(77);
      expect(await setMs("1001", 20)).toBe(20);
      expect(await setMs("1001", 15)).toBeNull();
      const read = await pages(async (cursor) => {
        const query = { tenants: ["t"], limit: 3, ...(cursor && { cursor }) };
        const { assignments, nextCursor } = await store().accounts.find(query);
        return { items: assignments.map((one) => [one.account, one.fromMs]), nextCursor };
      });
      expect(read).toEqual([
        [
          ["1001", 10],
          ["1001", 20],
          ["1002", 15],
        ],
        [["1003", 0]],
      ]);
      const end = { tenant: "t", account: "1001", voipPlan: null, fromMs: 30 };
      await store().accounts.set(end, 99);
      const entries = await store().accounts.getFor([{ tenant: "t", account: "1001" }]);
      expect(entries.at(-1)).toEqual(end);
      expect((await store().accounts.find({ limit: 9 })).assignments).toContainEqual(end);
      expect(await setMs("1001", 30)).toBe(99);
      await store().accounts.set({ ...end, voipPlan: "gold" }, 100);
      expect((await store().accounts.getFor([end])).at(-1)).toEqual({ ...end, voipPlan: "gold" });
      await store().accounts.set({ tenant: "t", account: "1003", voipPlan: null, fromMs: 0 }, 78);
      expect((await store().accounts.find({ tenants: ["x"], limit: 5 })).assignments).toEqual([]);
      expect((await store().accounts.find({ limit: 5 })).assignments).toHaveLength(5);
    });
  });
}

export function recordsContract(open: OpenStore): void {
  suspenseTests(open);
  tariffTests(open);
  timeLineTests(open);
}
