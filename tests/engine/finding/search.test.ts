// Goal: a search answers every CDR that has the text, each once, says how far it is, and ends where it is told
// to, on both stores. Method: made-up CDRs, many in one millisecond, looked through plainly beside it.
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EVERYTHING, type Scope } from "../../../src/access/scope.ts";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import {
  createNumberSearches,
  type SearchAnswer,
  type SearchRequest,
} from "../../../src/engine/finding/search.ts";
import {
  type CdrFilter,
  NUMBER_MATCHES,
  SEARCHED_NUMBERS,
} from "../../../src/queries/cdr-query.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { anyNumberMatches, callTime, naiveFind } from "../../stores/contracts/naive-query.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";
import { stored } from "../../stores/contracts/store-under-test.ts";
import { mongoTestUri } from "../../stores/mongo-test-uri.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";

const COUNT = 2400;
const FROM_MS = Date.UTC(2026, 2, 1);
const SECOND = 1000;
const TO_MS = FROM_MS + 800 * SECOND;

/** Three of each second, and of 200 one millisecond; every seventh voided. */
const seeded: StoredCdr[] = Array.from({ length: COUNT }, (_, index) => {
  const atMs = index < 200 ? FROM_MS + 5000 : FROM_MS + Math.floor(index / 3) * SECOND;
  const number = `44163296${String(index).padStart(4, "0")}`;
  const normalized = { raw: `+${number}`, normalized: number, e164: `+${number}` };
  return stored(
    sampleCdr(`search-${index}`, {
      primary: {
        account: index % 2 === 0 ? "1001" : "1002",
        destination: `+${number}`,
        ...(index % 5 !== 0 && { callerNumber: `0${index}` }),
        answerTime: { atMs, offsetMinutes: 0 },
      },
      rating: {
        outcome: index % 7 === 0 ? "voided" : "rated",
        normalized: { destination: { ...normalized, kind: "international", country: "GB" } },
      },
      cdr: { tenant: index % 3 === 0 ? "other.org" : "example.com" },
    }),
  );
});

const uri = await mongoTestUri();
const STORES: [string, () => Promise<Store>][] = [
  ["SQLite", () => openSqliteStore({ path: ":memory:" })],
  [
    "MongoDB",
    () => {
      if (uri === null) throw new Error("There is no MongoDB.");
      return openMongoStore({ url: mongoUrl(uri) });
    },
  ],
];

function asked(changes: Partial<SearchRequest> = {}): SearchRequest {
  return {
    ...{ texts: ["29"], how: "contains", of: [...SEARCHED_NUMBERS], filter: {} },
    ...{ fromMs: FROM_MS, toMs: TO_MS, newestFirst: true, limit: 1000, seconds: 10 },
    ...changes,
  };
}

function plainly({ fromMs, toMs, newestFirst, filter, ...match }: SearchRequest): string[] {
  const sort = { by: "callTime", descending: newestFirst } as const;
  return naiveFind(seeded, { ...filter, callTime: { fromMs, toMs } }, sort)
    .filter((cdr) => anyNumberMatches(cdr, match))
    .map(({ id }) => id);
}

const lookedAt = (fromMs: number, toMs: number) =>
  seeded.filter((cdr) => callTime(cdr) >= fromMs && callTime(cdr) < toMs).length;

const STORES_HERE = STORES.filter(([name]) => name !== "MongoDB" || uri !== null);
describe.each(STORES_HERE)("a search on %s", (name, open) => {
  let store: Store;
  const isQuick = name === "SQLite";
  /** Grows by so much each time that it is asked. */
  let clock = { nowMs: 0, stepMs: 0 };
  const elapsed = () => {
    clock.nowMs += clock.stepMs;
    return clock.nowMs;
  };
  beforeAll(async () => {
    store = await open();
    await store.cdrs.insert(seeded.map(({ history: _none, ...cdr }) => cdr));
  });
  afterAll(() => store.close());

  const search = (request: SearchRequest, scope: Scope = EVERYTHING, signal?: AbortSignal) =>
    createNumberSearches({ store, elapsed }).search(request, { scope, signal });

  async function all(request: SearchRequest, each?: (answer: SearchAnswer) => void) {
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await search({ ...request, ...(cursor !== undefined && { cursor }) });
      ids.push(...answer.hits.map(({ cdr }) => cdr.id));
      each?.(answer);
      cursor = answer.nextCursor;
    } while (cursor !== undefined);
    return ids;
  }

  test("every hit comes once, in order, however it is cut", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          texts: fc.subarray(["29", "441", "+44", "00", "99", "1002", "nobody"], { minLength: 1 }),
          how: fc.constantFrom(...NUMBER_MATCHES),
          of: fc.subarray([...SEARCHED_NUMBERS], { minLength: 1 }),
          newestFirst: fc.boolean(),
          limit: fc.constantFrom(...(isQuick ? [150, 333] : []), 1000),
          filter: fc.constantFrom<CdrFilter>(
            {},
            { tenants: ["other.org"] },
            { accounts: ["1001"] },
          ),
          fromMs: fc.constantFrom(FROM_MS, FROM_MS + 5000, FROM_MS + 61_001),
        }),
        fc.constantFrom(0, 20, 400_000),
        async (changes, stepMs) => {
          clock = { nowMs: 0, stepMs };
          const request = asked(changes);
          expect(await all(request)).toEqual(plainly(request));
        },
      ),
      { numRuns: runs(isQuick ? 8 : 2) },
    );
  });

  test("says how far it is: moment, CDRs looked at, share", async () => {
    clock = { nowMs: 0, stepMs: 0 };
    for (const newestFirst of [true, false]) {
      const request = asked({ newestFirst, limit: isQuick ? 70 : 700, texts: ["9"] });
      let hits = 0;
      await all(request, ({ progress, ...answer }) => {
        hits += answer.hits.length;
        const reachedMs = Date.parse(progress.reached);
        const done = newestFirst ? [reachedMs, TO_MS] : [FROM_MS, reachedMs];
        const [fromMs = 0, toMs = 0] = done;
        expect(progress.looked).toBe(lookedAt(fromMs, toMs));
        expect(progress.hits).toBe(hits);
        expect(progress.share).toBeCloseTo((toMs - fromMs) / (TO_MS - FROM_MS), 5);
        if (answer.nextCursor === undefined) expect(progress.share).toBe(1);
      });
      expect(hits).toBe(plainly(request).length);
    }
  });

  test("ends a call by count, by time, and where its caller leaves", async () => {
    clock = { nowMs: 0, stepMs: 0 };
    const few = await search(asked({ limit: 3 }));
    expect(few.hits).toHaveLength(3);
    expect(few.nextCursor).toBeDefined();
    // The clock is past the time after one stretch, which has nothing.
    clock = { nowMs: 0, stepMs: 500 };
    const short = await search(asked({ texts: ["nobody"], seconds: 0.5 }));
    expect(short).toMatchObject({ hits: [], progress: { looked: 1002 } });
    expect(short.nextCursor).toBeDefined();
    const left = new AbortController();
    left.abort(new Error("left"));
    await expect(search(asked(), EVERYTHING, left.signal)).rejects.toThrow("left");
  });

  test("tells in which numbers a text was found", async () => {
    clock = { nowMs: 0, stepMs: 0 };
    const found = new Set<string>();
    await all(asked({ texts: ["1002", "1003"], how: "ends" }), ({ hits }) => {
      for (const { in: numbers } of hits) found.add(numbers.join());
    });
    expect([...found].sort()).toEqual([
      "account",
      "caller,destination",
      "caller,destination,account",
    ]);
  });

  test("is of the scope, and hides the buy side", async () => {
    clock = { nowMs: 0, stepMs: 0 };
    const scope: Scope = {
      tenants: ["example.com"],
      accounts: [{ tenant: "example.com", account: "1002" }],
      seesBuy: false,
    };
    const { hits, progress } = await search(asked({ texts: ["99"] }), scope);
    const own = seeded.filter(
      ({ tenant, primary }) => tenant === "example.com" && primary.account === "1002",
    );
    expect(hits.length).toBeGreaterThan(0);
    for (const { cdr } of hits) {
      expect([cdr.tenant, cdr.primary.account]).toEqual(["example.com", "1002"]);
      expect([cdr.rating.buy, cdr.rating.margin]).toEqual([null, null]);
    }
    expect(progress.looked).toBe(own.length);
    const filter = { carriers: ["North"] };
    await expect(search(asked({ filter }), scope)).rejects.toMatchObject({
      code: "invalid-params",
    });
    const other = { ...scope, tenants: ["nobody.net"] };
    const none = await search(asked(), other);
    expect(none).toEqual({
      hits: [],
      progress: { reached: new Date(FROM_MS).toISOString(), looked: 0, hits: 0, share: 1 },
    });
  });

  test("refuses a range that is none, and a cursor of another search", async () => {
    const { nextCursor = "" } = await search(asked({ limit: 1 }));
    const refused: [Partial<SearchRequest>, string][] = [
      [{ toMs: FROM_MS }, "to"],
      [{ toMs: FROM_MS + 400 * 86_400_000 + 1 }, "to"],
      [{ filter: { callTime: { fromMs: 0 } } }, "filter.callTime"],
      [{ cursor: nextCursor, texts: ["28"] }, "cursor"],
      [{ cursor: nextCursor, newestFirst: false }, "cursor"],
      [{ cursor: "bm9uZQ" }, "cursor"],
    ];
    for (const [changes, path] of refused) {
      await expect(search(asked(changes))).rejects.toMatchObject({
        code: "invalid-params",
        detail: { path },
      });
    }
    expect((await search(asked({ cursor: nextCursor, limit: 2 }))).hits).toHaveLength(2);
  });
});
