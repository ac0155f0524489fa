// Statements of closed periods: each is written once at its place, read in their order, and never changed.
import { expect, test } from "vitest";
import type { PeriodStatement } from "../../../src/stores/ports/billing/periods.ts";
import { type OpenStore, withStore } from "./store-under-test.ts";

function statement(sequence: number, changes: Partial<PeriodStatement> = {}): PeriodStatement {
  const id = `s${sequence}`;
  return {
    ...{ sequence, id, tenant: "t", number: String(sequence), kind: "closing", side: "sell" },
    ...{ party: "1001", fromMs: -5, toMs: 10, closing: id, atMs: 77, hash: "h" },
    ...{ head: '{"name":"é"}', lines: '[{"day":"2026-03-01"}]' },
    ...changes,
  } as PeriodStatement;
}

const headOf = ({ lines: _lines, ...head }: PeriodStatement) => head;
const row = (on: string, cdr: string, text = "{}") => ({ statement: on, cdr, text });

export function periodsContract(open: OpenStore): void {
  withStore(open, (store) => {
    test("a place is taken once, and what stands there stays", async () => {
      const { periods } = store();
      expect(await periods.last()).toBe(0);
      expect(await periods.get("s1")).toBeNull();
      expect(await periods.append(statement(1))).toBe(true);
      expect(await periods.append(statement(1, { id: "other", number: "9" }))).toBe(false);
      expect(await periods.append(statement(2, { kind: "correction", closing: "s1" }))).toBe(true);
      expect(await periods.last()).toBe(2);
      expect(await periods.get("s1")).toEqual(statement(1));
      expect(await periods.get("other")).toBeNull();
    });

    test("of several that come at once one has the place", async () => {
      const { periods } = store();
      const ids = ["a", "b", "c", "d"];
      const taken = await Promise.all(
        ids.map((id) => periods.append(statement(1, { id, number: id }))),
      );
      expect(taken.filter(Boolean)).toHaveLength(1);
      const [found] = await periods.find({ limit: 9 });
      expect(found?.id).toBe(ids[taken.indexOf(true)]);
    });

    test("heads are found by each member, in their order, between places", async () => {
      const { periods } = store();
      const all = [
        statement(1),
        statement(2, { tenant: "u" }),
        statement(3, { side: "buy", party: "alpha" }),
        statement(4, { kind: "correction", closing: "s1", number: "A-1" }),
      ];
      for (const one of all) await periods.append(one);
      const places = async (query: Parameters<typeof periods.find>[0]) =>
        (await periods.find(query)).map(({ sequence }) => sequence);
      expect(await periods.find({ limit: 1 })).toEqual(all.slice(0, 1).map(headOf));
      expect(await places({ limit: 9 })).toEqual([1, 2, 3, 4]);
      expect(await places({ limit: 2, isDescending: true })).toEqual([4, 3]);
      expect(await places({ limit: 9, isDescending: true, before: 3 })).toEqual([2, 1]);
      expect(await places({ limit: 9, after: 1, before: 4 })).toEqual([2, 3]);
      expect(await places({ limit: 9, tenants: ["u", "v"] })).toEqual([2]);
      expect(await places({ limit: 9, tenants: [] })).toEqual([]);
      expect(await places({ limit: 9, numbers: ["A-1", "2"] })).toEqual([2, 4]);
      expect(await places({ limit: 9, ids: ["s3"] })).toEqual([3]);
      expect(await places({ limit: 9, side: "sell", party: "1001", tenants: ["t"] })).toEqual([
        1, 4,
      ]);
      expect(await places({ limit: 9, kind: "closing" })).toEqual([1, 2, 3]);
      expect(await places({ limit: 9, closings: ["s1"] })).toEqual([1, 4]);
    });

    test("what statements say of CDRs: replaced, in pages, by statement and CDR", async () => {
      const { periods } = store();
      await periods.putCdrs([row("s", "b"), row("s", "a", "1"), row("s", "c"), row("s0", "a")]);
      await periods.putCdrs([row("s", "a", "2")]);
      await periods.putCdrs([]);
      expect(await periods.pageCdrs("s", { limit: 2 })).toEqual([
        row("s", "a", "2"),
        row("s", "b"),
      ]);
      expect(await periods.pageCdrs("s", { limit: 2, after: "b" })).toEqual([row("s", "c")]);
      const found = await periods.cdrsOf(["s", "s0", "none"], ["a", "z"]);
      expect(found.toSorted((one, other) => (one.statement < other.statement ? -1 : 1))).toEqual([
        row("s", "a", "2"),
        row("s0", "a"),
      ]);
      expect(await periods.cdrsOf([], ["a"])).toEqual([]);
    });

    test("rows of one statement go in parts, those of others stay", async () => {
      const { periods } = store();
      await periods.putCdrs([row("s", "a"), row("s", "b"), row("s", "c"), row("t", "a")]);
      expect(await periods.removeCdrs("s", 2)).toBe(2);
      expect(await periods.removeCdrs("s", 2)).toBe(1);
      expect(await periods.removeCdrs("s", 2)).toBe(0);
      expect(await periods.cdrsOf(["s", "t"], ["a", "b", "c"])).toEqual([row("t", "a")]);
    });
  });
}
