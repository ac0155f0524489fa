// Stretches of call time hold every CDR of a filter once, in their order, wherever one goes on.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pagesOf, stretchesOf } from "../../../src/engine/stretches/cut.ts";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

const CDRS = 2600;
const START_MS = Date.UTC(2026, 2, 1);
let store: Store;

beforeAll(async () => {
  store = await openSqliteStore({ path: ":memory:" });
  // Times that hold one CDR, some, and more than a whole stretch.
  const timeOf = (n: number) => START_MS + (n < 1200 ? 5000 : (n % 700) * 10);
  const cdrs = Array.from({ length: CDRS }, (_, n) =>
    sampleCdr(`cut-${n}`, { primary: { answerTime: { atMs: timeOf(n), offsetMinutes: 0 } } }),
  );
  await store.cdrs.insert(cdrs);
});
afterAll(() => store.close());

async function keysOf(
  filter: CdrFilter,
  cursor?: string,
): Promise<{ id: string; cursor: string }[]> {
  const found: { id: string; cursor: string }[] = [];
  for await (const stretch of stretchesOf(store, { filter, cursor })) {
    for await (const page of pagesOf(store, filter, stretch)) {
      for (const { id } of page.cdrs) found.push({ id, cursor: page.cursor });
    }
  }
  return found;
}

const filters = fc.record(
  {
    callTime: fc.record(
      {
        fromMs: fc.integer({ min: START_MS - 10, max: START_MS + 8000 }),
        toMs: fc.integer({ min: START_MS - 10, max: START_MS + 8000 }),
      },
      { requiredKeys: [] },
    ),
    outcomes: fc.constant(["rated" as const, "unrated" as const]),
    tenants: fc.constant(["example.com"]),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<CdrFilter>;

it("every CDR of the filter is in one stretch, in the order of a scan, from any cursor on", async () => {
  await fc.assert(
    fc.asyncProperty(filters, fc.nat(), async (filter, at) => {
      const scanned: string[] = [];
      for await (const page of store.cdrs.scan(filter)) scanned.push(...page.map(({ id }) => id));
      const found = await keysOf(filter);
      expect(found.map(({ id }) => id)).toEqual(scanned);
      if (found.length === 0) return;
      const { cursor } = found[at % found.length] as (typeof found)[number];
      const rest = found.slice(found.findLastIndex((one) => one.cursor === cursor) + 1);
      const again = (await keysOf(filter, cursor)).map(({ id }) => id);
      expect(again).toEqual(rest.map(({ id }) => id));
    }),
    { numRuns: runs(6) },
  );
});

it("there are several stretches, and ids that are named are one", async () => {
  const count = async (filter: CdrFilter) => {
    let stretches = 0;
    for await (const _one of stretchesOf(store, { filter })) stretches += 1;
    return stretches;
  };
  expect(await count({})).toBeGreaterThan(2);
  expect(await count({ ids: ["0".repeat(40)] })).toBe(1);
});
