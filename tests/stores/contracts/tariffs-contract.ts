// Tariff versions of a store, and the time line of activations.
import { expect, test } from "vitest";
import type { TariffVersion } from "../../../src/stores/ports/tariffs.ts";
import { everyPage, type OpenStore, withStore } from "./store-under-test.ts";

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

export function tariffsContract(open: OpenStore): void {
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

    test("a version onto another one has the files of both", async () => {
      const { tariffs } = store();
      await tariffs.put(tariffVersion("below", 5), { "a/1.csv": "1", "a/2.csv": "" });
      await tariffs.put(tariffVersion("above", 6), { "b/1.csv": "1" }, "below");
      expect(await tariffs.getFiles("above")).toEqual({
        ...{ "a/1.csv": "1", "a/2.csv": "", "b/1.csv": "1" },
      });
      expect(await tariffs.getFiles("below")).toEqual({ "a/1.csv": "1", "a/2.csv": "" });
    });

    test("the texts of a file are those that any version has under its name, each once", async () => {
      const { tariffs } = store();
      await tariffs.put(tariffVersion("one", 5), { "C.csv": "1", "xC.csv": "no", "C.csvx": "no" });
      await tariffs.put(tariffVersion("two", 6), { "a/C.csv": "2", "a/b/C.csv": "1" }, "one");
      await tariffs.put(tariffVersion("three", 7), { CXcsv: "no" }, "two");
      expect((await tariffs.textsOf("C.csv")).toSorted()).toEqual(["1", "2"]);
      expect(await tariffs.textsOf("D.csv")).toEqual([]);
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
      for (const [n, version] of ["", "big", "big2", "", "", "aa"].entries()) {
        if (version !== "") await store().tariffs.put(tariffVersion(version, n), {});
      }
      for (const [n, version] of ["v1", "v2", "v3", "v4"].entries()) {
        await store().tariffs.put(tariffVersion(version, 100 + (n >> 1)), {});
      }
      const read = await everyPage(async (cursor) => {
        const { versions, nextCursor } = await store().tariffs.list(3, cursor);
        return { items: versions.map((version) => version.version), nextCursor };
      });
      expect(read).toEqual([["v4", "v3", "v2"], ["v1", "aa", "big2"], ["big"]]);
    });

    test("activations are numbered per tenant, also when they race; the stamp follows", async () => {
      const entry = (tenant: string, fromMs: number) => ({
        tenant,
        version: "v1",
        fromMs,
        activatedAtMs: 50,
      });
      const empty = await store().tariffs.activationStamp();
      expect(await store().tariffs.activations()).toEqual([]);
      expect(await store().tariffs.activate([entry("b", 9)])).toEqual([
        { ...entry("b", 9), sequence: 1 },
      ]);
      const first = await store().tariffs.activationStamp();
      expect(first).not.toBe(empty);
      expect(await store().tariffs.activationStamp()).toBe(first);
      const raced = await Promise.all(
        [5, 9, 7, 3, 8].map((at) => store().tariffs.activate([entry("b", at)])),
      );
      expect(
        raced
          .flat()
          .map((one) => one.sequence)
          .sort(),
      ).toEqual([2, 3, 4, 5, 6]);
      const [own] = await store().tariffs.activate([entry("a", 9)]);
      expect(own?.sequence).toBe(1);
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

    test("an activation of several tenants has an entry of each, also when some race", async () => {
      const entries = (tenants: string[], fromMs: number) =>
        tenants.map((tenant) => ({ tenant, version: "v1", fromMs, activatedAtMs: fromMs }));
      const asked = [entries(["a", "b", "c"], 1), entries(["c", "a"], 2), entries(["b", "c"], 3)];
      const made = await Promise.all(asked.map((each) => store().tariffs.activate(each)));
      for (const [index, each] of made.entries()) {
        expect(each.map(({ sequence: _given, ...entry }) => entry)).toEqual(asked[index]);
      }
      const sequences = (tenant: string) =>
        made
          .flat()
          .filter((entry) => entry.tenant === tenant)
          .map(({ sequence }) => sequence)
          .sort();
      expect(["a", "b", "c"].map(sequences)).toEqual([
        [1, 2],
        [1, 2],
        [1, 2, 3],
      ]);
      expect(await store().tariffs.activations()).toHaveLength(7);
      const twice = await store().tariffs.activate(entries(["d", "d", "d"], 4));
      expect(twice.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    });
  });
}
