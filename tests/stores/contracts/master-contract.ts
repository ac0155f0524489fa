// Master data: what every store must do with it.
import { expect, test } from "vitest";
import type { MasterEntry, MasterPage } from "../../../src/stores/ports/master/entries.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const entry = (id: string, changes: Partial<MasterEntry> = {}): MasterEntry => ({
  ...{ kind: "account", tenant: "t", id, version: 1, label: "", body: {} },
  ...changes,
});
const PAGE = { kind: "account", tenant: "t", by: "id", prefix: "", limit: 9 } as const;

export function masterContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an entry comes back as it was put, once in its kind and tenant", async () => {
      const { master } = store();
      const full = entry('1"ñ:', { label: "é", body: { "a.b": { $c: [null, "é"] }, "": 1.5 } });
      expect(await master.put(full, 0)).toBe(true);
      expect(await master.put(entry(full.id), 0)).toBe(false);
      const others = [entry(full.id, { kind: "carrier" }), entry(full.id, { tenant: "" })];
      for (const other of others) expect(await master.put(other, 0)).toBe(true);
      const found = await master.getFor([full, ...others, entry("absent")]);
      expect(found).toHaveLength(3);
      expect(found).toEqual(expect.arrayContaining([full, ...others]));
      expect(await master.getFor([])).toEqual([]);
    });

    test("of changes and removals that saw the same version one wins", async () => {
      const { master } = store();
      await master.put(entry("raced"), 0);
      const next = (n: number) => entry("raced", { version: 2, body: { n } });
      expect(await master.put(next(0), 7)).toBe(false);
      expect(await master.put(entry("absent", { version: 2 }), 1)).toBe(false);
      const wins = await Promise.all(Array.from({ length: 8 }, (_, n) => master.put(next(n), 1)));
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await master.getFor([next(0)])).toEqual([next(wins.indexOf(true))]);
      expect(await master.remove(next(0), 1)).toBe(false);
      expect(await master.remove(next(0), 2)).toBe(true);
      expect(await master.remove(next(0), 2)).toBe(true);
      expect(await master.getFor([next(0)])).toEqual([]);
    });

    test("pages go by id or by label, by what either begins with, in one tenant", async () => {
      const { master } = store();
      const labels = { "100": "zoe", "1001": "anna", "1002": "ann", "2": "ann", é: "" };
      for (const [id, label] of Object.entries(labels)) await master.put(entry(id, { label }), 0);
      await master.put(entry("1003", { tenant: "u", label: "ann" }), 0);
      await master.put(entry("1004", { kind: "carrier", label: "ann" }), 0);
      const page = async (more: Partial<MasterPage>) =>
        (await master.page({ ...PAGE, ...more })).map(({ id }) => id);
      expect(await page({})).toEqual(["100", "1001", "1002", "2", "é"]);
      expect(await page({ prefix: "100" })).toEqual(["100", "1001", "1002"]);
      const behind = (id: string, label = "") => ({ after: { id, label } });
      expect(await page({ prefix: "100", limit: 1, ...behind("100") })).toEqual(["1001"]);
      expect(await page({ prefix: "2", ...behind("100") })).toEqual(["2"]);
      expect(await page({ by: "label", prefix: "ann" })).toEqual(["1002", "2", "1001"]);
      expect(await page({ by: "label", prefix: "ann", ...behind("1002", "ann") })).toEqual([
        "2",
        "1001",
      ]);
      expect(await page({ by: "label" })).toEqual(["é", "1002", "2", "1001", "100"]);
    });

    test("tenants with any of a kind are walked through", async () => {
      const { master } = store();
      for (const tenant of ["b", "", "a"]) await master.put(entry("1", { tenant }), 0);
      await master.put(entry("1", { kind: "cause", tenant: "c" }), 0);
      expect(await master.tenantAfter("account", "")).toBe("a");
      expect(await master.tenantAfter("account", "a")).toBe("b");
      expect(await master.tenantAfter("account", "b")).toBeNull();
      expect(await master.tenantAfter("gateway", "")).toBeNull();
    });
  });
}
