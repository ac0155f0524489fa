// Goal: lists of CDRs are the pages that the filter says, in its order, and bounded. Method: a finder in the
// place of the engine's, which answers made records in pages.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { StoredCdr } from "../../src/cdr/cdr.ts";
import type { ChargerChange } from "../../src/cgrates/plan.ts";
import { decode } from "../../src/cgrates-api/codec/go-decode.ts";
import type { ApiContext } from "../../src/cgrates-api/method.ts";
import { MOST_ROWS, rowsFound } from "../../src/cgrates-api/methods/cdr-rows.ts";
import { filterFields, rowFilter } from "../../src/cgrates-api/values/cdr-filter.ts";
import { runs } from "../runs.ts";

interface Asked {
  OrderBy?: string;
  Limit?: number;
  Offset?: number;
}

function finder(usages: readonly number[]) {
  let looked = 0;
  const made = usages.map(
    (usage, at) =>
      ({
        id: String(at).padStart(40, "0"),
        receivedAtMs: at,
        primary: { usage, tor: "*voice", originId: String(at) },
        extra: {},
      }) as unknown as StoredCdr,
  );
  const cdrs = {
    find: async ({
      sort,
      limit,
      cursor = "0",
    }: Parameters<ApiContext["engine"]["cdrs"]["find"]>[0]) => {
      const all = sort.descending ? made.toReversed() : made;
      const from = Number(cursor);
      const page = all.slice(from, from + limit);
      looked += page.length;
      const next = from + limit < all.length ? { nextCursor: String(from + limit) } : {};
      return { cdrs: page, ...next };
    },
    billingRuns: async (cdr: StoredCdr) => [
      { id: "*default", call: cdr.primary, priced: () => ({ kind: "none" }) },
    ],
  };
  const context = { engine: { cdrs }, caller: { scope: {} } } as unknown as ApiContext;
  const list = async (asked: Asked) => {
    const params = decode(null, filterFields);
    const rows = await rowsFound(rowFilter({ ...params, ...asked }, ASKED), context);
    return rows.map(({ OriginID }) => Number(OriginID));
  };
  return { list, looked: () => looked };
}

const ASKED = { nowMs: 0, runChanges: null, isSeen: () => true };

const limits = fc.option(fc.integer({ min: 0, max: 40 }), { nil: undefined });

describe("a list of CDRs", () => {
  test.prop(
    [
      fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 30 }),
      fc.constantFrom("", "OrderID", "OrderID;desc", "Usage", "Usage;desc"),
      limits,
      limits,
    ],
    { numRuns: runs(60) },
  )("is that of a plain sort and cut", async (usages, OrderBy, Limit, Offset) => {
    const all = usages.map((usage, at) => ({ usage, at }));
    if (OrderBy === "OrderID;desc") all.reverse();
    if (OrderBy === "Usage") all.sort((a, b) => a.usage - b.usage);
    if (OrderBy === "Usage;desc") all.sort((a, b) => b.usage - a.usage);
    const from = Offset ?? 0;
    const expected = all.slice(from, Limit === undefined ? undefined : from + Limit);
    const { list } = finder(usages);
    const asked = {
      OrderBy,
      ...(Limit === undefined ? {} : { Limit }),
      ...(Offset ? { Offset } : {}),
    };
    expect(await list(asked)).toEqual(expected.map(({ at }) => at));
  });

  it("looks at no more than the page needs, where the order is that of arrival", async () => {
    const usages = Array.from({ length: 5000 }, (_, at) => at);
    const { list, looked } = finder(usages);
    expect(await list({ OrderBy: "OrderID;desc", Limit: 3 })).toEqual([4999, 4998, 4997]);
    expect(looked()).toBe(500);
  });

  it("is of bounded length, also where a sorted page begins far on", async () => {
    const { list } = finder(Array.from({ length: 2 * MOST_ROWS + 10 }, (_, at) => -at));
    const tooMany = /more than 20000 records: give a Limit/;
    await expect(list({})).rejects.toThrow(tooMany);
    await expect(list({ Limit: MOST_ROWS + 1 })).rejects.toThrow(tooMany);
    await expect(list({ OrderBy: "Usage", Offset: MOST_ROWS, Limit: 1 })).rejects.toThrow(tooMany);
    expect(await list({ OrderBy: "Usage", Limit: 2 })).toEqual([40_009, 40_008]);
    expect(await list({ Offset: 2 * MOST_ROWS, Limit: 2 })).toEqual([40_000, 40_001]);
  });
});

describe("what the store selects by", () => {
  const filterOf = (asked: object, runChanges: ChargerChange[] | null, isSeen = () => true) =>
    rowFilter({ ...decode(null, filterFields), ...asked }, { nowMs: 0, runChanges, isSeen }).filter;
  const asked = { Accounts: ["1001", "1002"], Tenants: ["a.org"], Subjects: ["1001"] };
  const all = { accounts: ["1001", "1002"], tenants: ["a.org"], subjects: ["1001"] };
  const gives = (field: string, constant: string | null): ChargerChange => ({
    ...{ field, constant, copyOf: constant === null ? "Subject" : null },
  });

  it("is every list of what no charger gives to a run", () => {
    expect(filterOf(asked, [])).toEqual(all);
    expect(filterOf(asked, [gives("RequestType", "*none"), gives("Account", "9")])).toEqual(all);
    const { accounts: _given, ...others } = all;
    expect(filterOf(asked, [gives("Account", "1002")])).toEqual(others);
    expect(filterOf(asked, [gives("Account", null)])).toEqual(others);
  });

  it("is nothing of it where that is not known, nor a tenant that is not seen", () => {
    expect(filterOf(asked, null)).toEqual({});
    const { tenants: _unseen, ...others } = all;
    expect(filterOf(asked, [], () => false)).toEqual(others);
    expect(filterOf({ NotAccounts: ["1001"], RunIDs: ["*raw"] }, [])).toEqual({});
  });
});
