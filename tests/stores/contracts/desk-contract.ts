// Schedules, deliveries and saved searches: what every store must do with them.
import { expect, test } from "vitest";
import type { DeskEntry, DeskKind } from "../../../src/stores/ports/billing/desk.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

const entry = (id: string, changes: Partial<DeskEntry> = {}): DeskEntry => ({
  ...{ kind: "delivery", id, version: 1, dueMs: null, body: {} },
  ...changes,
});
const idsOf = (entries: DeskEntry[]) => entries.map(({ id }) => id);

export function deskContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("an entry comes back as it was put, and its key is taken once in its kind", async () => {
      const { desk } = store();
      const body = { "a.b": { $c: [null, "é"] }, "": 9_007_199_254_740_991 };
      const full = entry('k:"ñ;', { dueMs: 1_772_442_000_123, body });
      expect(await desk.put(full)).toBe(true);
      expect(await desk.put(entry(full.id))).toBe(false);
      expect(await desk.put(entry(full.id, { kind: "schedule" }))).toBe(true);
      expect(await desk.get(full)).toEqual(full);
      expect(await desk.get({ kind: "search", id: full.id })).toBeNull();
      await desk.remove(full);
      await desk.remove(full);
      expect(await desk.get(full)).toBeNull();
      expect(await desk.get({ kind: "schedule", id: full.id })).not.toBeNull();
    });

    test("of updates that saw the same version one wins", async () => {
      const { desk } = store();
      await desk.put(entry("raced", { dueMs: 5, body: { first: true } }));
      const next = (n: number) => entry("raced", { version: 2, body: { n } });
      expect(await desk.update(next(0), 7)).toBe(false);
      expect(await desk.update(entry("absent", { version: 2 }), 1)).toBe(false);
      const wins = await Promise.all(Array.from({ length: 8 }, (_, n) => desk.update(next(n), 1)));
      expect(wins.filter(Boolean)).toHaveLength(1);
      expect(await desk.get(next(0))).toEqual(next(wins.indexOf(true)));
    });

    test("pages go by id, both ways, within the kind", async () => {
      const { desk } = store();
      const names = ["2026-03-01", "2026-03-02", "2026-03-03", "é"];
      for (const name of names.toReversed()) await desk.put(entry(name, { kind: "search" }));
      await desk.put(entry("2026-03-02", { kind: "schedule" }));
      const page = async (limit: number, more: { after?: string; descending?: boolean } = {}) =>
        idsOf(await desk.page({ kind: "search", limit, ...more }));
      expect(await page(3)).toEqual(names.slice(0, 3));
      expect(await page(3, { after: "2026-03-03" })).toEqual(["é"]);
      expect(await page(2, { descending: true })).toEqual(names.toReversed().slice(0, 2));
      expect(await page(9, { descending: true, after: "2026-03-03" })).toEqual([
        "2026-03-02",
        "2026-03-01",
      ]);
    });

    test("what is due comes by its time; what is not, or is of another kind, does not", async () => {
      const { desk } = store();
      const put = (id: string, dueMs: number | null, kind: DeskKind = "schedule") =>
        desk.put(entry(id, { dueMs, kind }));
      await put("late", 30);
      await put("b", 20);
      await put("a", 20);
      await put("first", -5);
      await put("never", null);
      await put("other", 1, "search");
      const due = async (untilMs: number, limit = 9) =>
        idsOf(await desk.due({ kind: "schedule", untilMs, limit }));
      expect(await due(20)).toEqual(["first", "a", "b"]);
      expect(await due(20, 2)).toEqual(["first", "a"]);
      expect(await due(-6)).toEqual([]);
      await desk.update(entry("first", { kind: "schedule", version: 2 }), 1);
      expect(await due(30)).toEqual(["a", "b", "late"]);
    });
  });
}
