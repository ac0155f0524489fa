// The filter language and sums of a store against the plain evaluation over the same CDRs.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { StoredCdr } from "../../../src/cdr/cdr.ts";
import type { Json } from "../../../src/cdr/json.ts";
import type { CdrConditions, CdrFilter, SummaryRow } from "../../../src/queries/cdr-query.ts";
import { type ExtraKey, GROUP_KEYS, isBuyKey, isPeriod } from "../../../src/queries/group-keys.ts";
import { callTimeMs } from "../../../src/stores/sort-keys.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { naiveFind, naiveSum, naiveSummary } from "./naive-query.ts";
import { EXTRA_NAMES, sampleCdr, sampleCdrs } from "./sample-cdrs.ts";
import { memberArbitraries, sampleFilter } from "./sample-filters.ts";
import { type OpenStore, stored, withSeededStore, withStore } from "./store-under-test.ts";

const SEED = 31;
const COUNT = 300;
/** Every name that the sample has, with what a path or a document would read otherwise. */
const EXTRA_KEYS: ExtraKey[] = ["extra.trunk", "extra.a.b", "extra.\"'$", "extra.none"];
const TIMES = ["answer", "setup", "received"] as const;
const ZONES = ["UTC", "Europe/Madrid", "America/St_Johns", "Asia/Kathmandu"];
async function found(store: Store, filter: CdrFilter): Promise<StoredCdr[]> {
  const sort = { by: "callTime", descending: false } as const;
  const { cdrs, nextCursor } = await store.cdrs.find({ filter, sort, limit: 1000 });
  expect(nextCursor).toBeUndefined();
  return cdrs;
}

function byName(rows: SummaryRow[]): SummaryRow[] {
  const name = (row: SummaryRow) => JSON.stringify([row.keys, row.currency, row.buyCurrency]);
  return [...rows].sort((a, b) => (name(a) < name(b) ? -1 : 1));
}

export function queryContract(open: OpenStore): void {
  const seeded = sampleCdrs(COUNT, SEED, "query").map(stored);
  const members = memberArbitraries("query", SEED, COUNT);

  withSeededStore(
    () => open(["trunk", "a.b"]),
    (store) => store.cdrs.insert(seeded.map(({ history: _none, ...cdr }) => cdr)),
    (store) => {
      const agree = async (filter: CdrFilter) => {
        const expected = naiveFind(seeded, filter, { by: "callTime", descending: false });
        expect((await found(store(), filter)).map((cdr) => cdr.id)).toEqual(
          expected.map((cdr) => cdr.id),
        );
        expect(await store().cdrs.count(filter)).toBe(expected.length);
        const nth = 1 + Math.floor(expected.length / 2);
        const cdr = expected[nth - 1];
        const time = cdr === undefined ? null : callTimeMs(cdr.primary, cdr.receivedAtMs);
        expect(await store().cdrs.nthCallTime(filter, nth)).toBe(time);
        const fromLast = { fromLast: true };
        const back = Math.max(1, expected.length - nth + 1);
        expect(await store().cdrs.nthCallTime(filter, back, fromLast)).toBe(time);
      };

      test.each(Object.keys(members))("%s and its twin under not", async (member) => {
        const arbitrary: fc.Arbitrary<unknown> = members[member as keyof typeof members];
        await fc.assert(
          fc.asyncProperty(arbitrary, fc.boolean(), async (value, withTenant) => {
            const tenants = withTenant ? { tenants: ["example.com"] } : {};
            await agree({ ...tenants, [member]: value });
            await agree({ ...tenants, not: { [member]: value } });
          }),
          { numRuns: runs(4) },
        );
      });

      const thousand = (of: (index: number) => string, ...met: string[]) => [
        ...met,
        ...Array.from({ length: 1000 - met.length }, (_, index) => of(index)),
      ];
      const prefixes = thousand((index) => String(index), "441");
      const names = thousand((index) => `none-${index}`, "1001", "call", "GB", "no-rate", "b1");
      const values: Json[] = thousand((index) => `none-${index}`, "x").map((text, index) =>
        index % 3 === 1 ? index : index % 3 === 2 ? { none: [index] } : text,
      );
      const longest: CdrConditions[] = [
        { destinationPrefixes: prefixes },
        { destinationPrefixes: prefixes.map((prefix) => `0009${prefix}`) },
        { extra: { trunk: values, "a.b": values, missing: values } },
        { extra: Object.fromEntries(EXTRA_NAMES.map((name) => [name, [...values, [], null]])) },
        { extra: Object.fromEntries(names.slice(0, 32).map((name) => [name, values])) },
        ...(["accounts", "categories", "countries", "reasons", "batchIds"] as const).map(
          (member) => ({ [member]: names }),
        ),
        { destinations: names, carriers: names, subjects: names, sources: names },
        { tenants: names, tariffVersions: names, disconnectCauses: names },
        { ids: seeded.map((cdr) => cdr.id) },
      ];
      test.each(longest)("the longest lists are answered, number %#", async (conditions) => {
        await agree(conditions);
        await agree({ not: conditions });
        await agree({ ...conditions, not: conditions });
      });

      test.each([9007199254740.99, 9007199254741, 2 ** 53, 2 ** 53 + 2, 1e17, 1e308, 5e-324])(
        "a usage bound of ± %d is answered",
        async (bound) => {
          await agree({ usage: { min: bound } });
          await agree({ usage: { max: bound } });
          await agree({ usage: { min: -bound, max: bound } });
          await agree({ usage: { max: -bound } });
          await agree({ not: { usage: { min: -bound } } });
        },
      );

      test("any filter: find, count and sums agree with the plain evaluation", async () => {
        await fc.assert(
          fc.asyncProperty(sampleFilter("query", SEED, COUNT), async (filter) => {
            await agree(filter);
            const cdrs = await found(store(), filter);
            const rows = await store().cdrs.summarize({
              filter,
              groupBy: [],
              timeZone: "UTC",
              time: "answer",
            });
            expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(cdrs.length);
            for (const name of ["sell", "buy", "margin"] as const) {
              expect(naiveSum(rows.map((row) => row[name]))).toBe(
                naiveSum(cdrs.map((cdr) => cdr.rating[name]?.amount)),
              );
            }
          }),
          { numRuns: runs(20) },
        );
      });

      test("outcomes and reasons of the sell side alone agree with the plain evaluation", async () => {
        const judged = memberArbitraries("query", SEED, COUNT);
        const conditions = fc.record(
          { outcomes: judged.outcomes, reasons: judged.reasons },
          { requiredKeys: [] },
        );
        await fc.assert(
          fc.asyncProperty(conditions, conditions, async (held, not) => {
            await agree({ ...held, not, side: "sell" });
          }),
          { numRuns: runs(20) },
        );
      });

      test.each(GROUP_KEYS)("groups by %s are exact, currencies apart", async (key) => {
        // Zone and time are those of periods; other keys are the same by any of them.
        const [zones, times] = isPeriod(key) ? [ZONES, TIMES] : [["UTC"], ["answer" as const]];
        for (const timeZone of zones) {
          for (const time of times) {
            const query = { filter: {}, groupBy: [key], timeZone, time };
            const rows = await store().cdrs.summarize(query);
            expect(byName(rows)).toEqual(byName(naiveSummary(seeded, query)));
          }
        }
      });

      const seenKeys = GROUP_KEYS.filter((key) => !isBuyKey(key));
      test.each([[], ...seenKeys.map((key) => [key])])(
        "sums of the sell side alone, by %s, are those of CDRs without a buy side",
        async (...groupBy) => {
          const query = {
            filter: {},
            groupBy,
            timeZone: "UTC",
            time: "answer",
            side: "sell",
          } as const;
          const rows = await store().cdrs.summarize({ ...query, groupBy: [...groupBy] });
          expect(byName(rows)).toEqual(
            byName(naiveSummary(seeded, { ...query, groupBy: [...groupBy] })),
          );
        },
      );

      test("the owners of a filter are pairs, whatever tenants and accounts it allows", async () => {
        const pairs = seeded.map(({ tenant, primary }) => ({ tenant, account: primary.account }));
        const anyPair = fc.constantFrom(...pairs, { tenant: "example.com", account: "none" });
        await fc.assert(
          fc.asyncProperty(fc.array(anyPair, { maxLength: 3 }), async (owners) => {
            await agree({ owners });
            const tenants = owners.map(({ tenant }) => tenant);
            await agree({ owners, tenants, accounts: owners.map(({ account }) => account) });
          }),
          { numRuns: runs(6) },
        );
      });

      test.each(EXTRA_KEYS)("groups by %s keep the JSON type of its values", async (key) => {
        const query = { filter: {}, groupBy: [key], timeZone: "UTC", time: "answer" as const };
        const rows = await store().cdrs.summarize(query);
        expect(byName(rows)).toEqual(byName(naiveSummary(seeded, query)));
        const values = rows.map((row) => row.keys[key]);
        expect(values[0]).toBe(null);
      });

      test("several keys at once, in the order of the keys asked", async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(fc.constantFrom(...GROUP_KEYS), { maxLength: 4 }),
            sampleFilter("query", SEED, COUNT),
            fc.constantFrom(...ZONES),
            async (groupBy, filter, timeZone) => {
              const query = { filter, groupBy, timeZone, time: "answer" as const };
              const rows = await store().cdrs.summarize(query);
              expect(byName(rows)).toEqual(byName(naiveSummary(seeded, query)));
              const order = rows.map((row) => groupBy.map((key) => row.keys[key] ?? ""));
              expect(order).toEqual([...order].sort(compareLists));
            },
          ),
          { numRuns: runs(10) },
        );
      });

      test("a zone that does not exist is refused", async () => {
        const query = {
          filter: {},
          groupBy: [],
          timeZone: "Mars/Olympus",
          time: "answer" as const,
        };
        await expect(store().cdrs.summarize(query)).rejects.toMatchObject({
          code: "invalid-params",
        });
      });
    },
  );

  withStore(open, (store) => {
    test("a page of large CDRs ends before its limit, and the next one goes on after it", async () => {
      const large = Array.from({ length: 12 }, (_, n) =>
        sampleCdr(`large-${n}`, {
          primary: { usage: 1000 * (n % 5) },
          extra: { note: "x".repeat(n === 3 ? 30_000 : 3000) },
        }),
      );
      await store().cdrs.insert(large);
      const filter = { ids: large.map(({ id }) => id) };
      for (const by of ["callTime", "usage"] as const) {
        for (const wanted of [filter, { tenants: large.map(({ tenant }) => tenant) }]) {
          const sizes: number[] = [];
          const seen: string[] = [];
          let cursor: string | undefined;
          do {
            const query = { filter: wanted, sort: { by, descending: false }, limit: 1000 };
            const page = await store().cdrs.find(
              { ...query, ...(cursor && { cursor }) },
              { pageBytes: 20_000 },
            );
            sizes.push(page.cdrs.length);
            seen.push(...page.cdrs.map(({ id }) => id).filter((id) => filter.ids.includes(id)));
            cursor = page.nextCursor;
          } while (cursor !== undefined);
          expect(seen.toSorted()).toEqual(filter.ids.toSorted());
          expect(sizes.length).toBeGreaterThan(2);
          expect(Math.max(...sizes)).toBeLessThan(7);
        }
      }
    });
  });

  withStore(open, (store) => {
    test("the 23 and 25 hours of the days on which clocks change are told apart", async () => {
      const hours = [Date.UTC(2026, 2, 28, 23), Date.UTC(2026, 9, 24, 22)].flatMap((start) =>
        Array.from({ length: 26 }, (_, hour) => start + hour * 3_600_000),
      );
      await store().cdrs.insert(
        hours.map((atMs, n) =>
          sampleCdr(`hour-${n}`, {
            primary: { tenant: "clocks.test", answerTime: { atMs, offsetMinutes: 0 } },
          }),
        ),
      );
      const filter = { tenants: ["clocks.test"] };
      const query = { filter, timeZone: "Europe/Madrid", time: "answer" as const };
      const byHour = await store().cdrs.summarize({ ...query, groupBy: ["hour"] });
      expect(byHour).toHaveLength(52);
      const labels = byHour.map((row) => row.keys.hour);
      expect(labels).toContain("2026-10-25T02:00+02:00");
      expect(labels).toContain("2026-10-25T02:00+01:00");
      expect(labels).not.toContain("2026-03-29T02:00+01:00");
      const byDay = await store().cdrs.summarize({ ...query, groupBy: ["day"] });
      const calls = Object.fromEntries(byDay.map((row) => [row.keys.day, row.calls]));
      expect(calls).toEqual({
        "2026-03-29": 23,
        "2026-03-30": 3,
        "2026-10-25": 25,
        "2026-10-26": 1,
      });
    });
  });
}

function compareLists(left: string[], right: string[]): number {
  const index = left.findIndex((text, position) => text !== right[position]);
  if (index < 0) return 0;
  return (left[index] ?? "") < (right[index] ?? "") ? -1 : 1;
}
