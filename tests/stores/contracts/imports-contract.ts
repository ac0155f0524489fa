// Dialects, uploads and batches: what every store must do with them.
import { expect, test } from "vitest";
import type { BatchRecord } from "../../../src/stores/ports/imports/batches.ts";
import type { Upload } from "../../../src/stores/ports/imports/uploads.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function upload(id: string, changes: Partial<Upload> = {}): Upload {
  return {
    id,
    hash: "h".repeat(64),
    bytes: 10,
    partBytes: 4,
    name: "calls.csv",
    by: "ops",
    state: "open",
    expiresAtMs: 5000,
    ...changes,
  };
}

function batch(id: string, createdAtMs: number, changes: Partial<BatchRecord> = {}): BatchRecord {
  const tenants = ["example.com"];
  return {
    id,
    version: 1,
    state: "running",
    hash: null,
    tenants,
    createdAtMs,
    body: {},
    ...changes,
  };
}

export function importsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a dialect is replaced under its name, and listed by name", async () => {
      const { dialects } = store();
      const first = {
        name: "b",
        dialect: { "a.b": { $x: 1 } },
        tenants: null,
        setAtMs: 1,
        by: "one",
      };
      await dialects.set(first);
      await dialects.set({ ...first, name: "a", tenants: ["t1", "t2"] });
      await dialects.set({ ...first, name: "c" });
      const second = { ...first, dialect: {}, tenants: ["t"], setAtMs: 2, by: "two" };
      await dialects.set(second);
      expect(await dialects.get("b")).toEqual(second);
      expect(await dialects.get("none")).toBeNull();
      const names = async (page: { limit: number; after?: string }) =>
        (await dialects.list(page)).map(({ name }) => name);
      expect(await names({ limit: 2 })).toEqual(["a", "b"]);
      expect(await names({ limit: 2, after: "b" })).toEqual(["c"]);
    });

    test("an upload has its parts until it is dropped", async () => {
      const { uploads } = store();
      expect(await uploads.put(upload("u"))).toBe(true);
      expect(await uploads.put(upload("u", { bytes: 99 }))).toBe(false);
      await uploads.put(upload("u2", { bytes: 5, expiresAtMs: 9000 }));
      await uploads.putPart("u", 10, new Uint8Array([1, 255, 0]));
      await uploads.putPart("u", 2, new Uint8Array([2]));
      await uploads.putPart("u", 2, new Uint8Array([3]));
      await uploads.putPart("u2", 0, new Uint8Array([9]));
      expect(await uploads.partNumbers("u")).toEqual([2, 10]);
      expect([...((await uploads.getPart("u", 2)) ?? [])]).toEqual([3]);
      expect([...((await uploads.getPart("u", 10)) ?? [])]).toEqual([1, 255, 0]);
      expect(await uploads.getPart("u", 3)).toBeNull();
      expect(await uploads.totalBytes()).toBe(15);
      expect(await uploads.update({ id: "u", state: "whole", expiresAtMs: 7000 })).toBe(true);
      expect(await uploads.get("u")).toEqual(upload("u", { state: "whole", expiresAtMs: 7000 }));
      expect(await uploads.expired(7000)).toEqual([]);
      expect(await uploads.expired(7001)).toEqual(["u"]);
      await uploads.drop("u");
      expect(await uploads.get("u")).toBeNull();
      expect(await uploads.partNumbers("u")).toEqual([]);
      expect(await uploads.partNumbers("u2")).toEqual([0]);
      expect(await uploads.update({ id: "u", state: "whole", expiresAtMs: 1 })).toBe(false);
    });

    test("batches: put once, updated at the version seen, latest first", async () => {
      const { batches } = store();
      expect(await batches.put(batch("b1", 1, { hash: "x" }))).toBe(true);
      expect(await batches.put(batch("b1", 9))).toBe(false);
      await batches.put(batch("b2", 2, { tenants: null }));
      await batches.put(batch("b3", 2, { hash: "x" }));
      const next = batch("b1", 1, { hash: "x", version: 2, state: "done", body: { "a.b": 1 } });
      expect(await batches.update(next, 1)).toBe(true);
      expect(await batches.update({ ...next, version: 3 }, 1)).toBe(false);
      expect(await batches.get("b1")).toEqual(next);
      expect(await batches.get("none")).toBeNull();
      const ids = (page: { batches: BatchRecord[] }) => page.batches.map(({ id }) => id);
      const first = await batches.list({ limit: 2 });
      expect(ids(first)).toEqual(["b3", "b2"]);
      const cursor = first.nextCursor ?? "";
      expect(ids(await batches.list({ limit: 2, cursor }))).toEqual(["b1"]);
      expect(ids(await batches.list({ limit: 9, hash: "x" }))).toEqual(["b3", "b1"]);
      expect(ids(await batches.list({ limit: 9, states: ["done"] }))).toEqual(["b1"]);
      const isWanted = ({ tenants }: BatchRecord) => tenants !== null;
      const wanted = await batches.list({ limit: 1, isWanted });
      expect(ids(wanted)).toEqual(["b3"]);
      expect(
        ids(await batches.list({ limit: 1, isWanted, cursor: wanted.nextCursor ?? "" })),
      ).toEqual(["b1"]);
    });
  });
}
