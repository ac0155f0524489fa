// The dated assignments of accounts in a store.
import { expect, test } from "vitest";
import { everyPage, type OpenStore, withStore } from "./store-under-test.ts";

export function accountsContract(open: OpenStore): void {
  withStore(open, (store) => {
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
      const read = await everyPage(async (cursor) => {
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
      const accounts = [
        { tenant: "t", account: "1002" },
        { tenant: "other", account: "1003" },
      ];
      const owned = await store().accounts.find({ tenants: ["t", "other"], accounts, limit: 9 });
      expect(owned.assignments.map(({ account }) => account)).toEqual(["1002"]);
      const none = await store().accounts.find({ accounts: [], limit: 9 });
      expect(none.assignments).toEqual([]);
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
