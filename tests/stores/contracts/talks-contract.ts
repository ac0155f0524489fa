// The times in which somebody talked, against the plain list over the same CDRs.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CdrFilter } from "../../../src/queries/cdr-query.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";
import type { Store } from "../../../src/stores/store.ts";
import { runs } from "../../runs.ts";
import { isAttempt } from "./naive-attempts.ts";
import { callTime, naiveFind } from "./naive-query.ts";
import { sampleCdr, sampleCdrs } from "./sample-cdrs.ts";
import { sampleFilter } from "./sample-filters.ts";
import { type OpenStore, stored, withSeededStore } from "./store-under-test.ts";

const SEED = 77;
const COUNT = 150;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const START_MS = Date.UTC(2026, 2, 27);

/** Calls of a second less than a day, a day, and of several. */
function long(index: number): NewCdr {
  const usage = [DAY_MS - 1, DAY_MS, DAY_MS + 1, 5 * DAY_MS, 40 * DAY_MS][index % 5];
  const atMs = START_MS - index * 11 * HOUR_MS;
  const primary = { answerTime: { atMs, offsetMinutes: 0 }, ...(usage && { usage }) };
  return sampleCdr(`long-${index}`, {
    primary,
    ...(index % 6 === 5 && { extra: { dstchannel: "" } }),
    ...(index % 7 === 6 && { rating: { outcome: "voided" as const } }),
  });
}

export function talksContract(open: OpenStore): void {
  const cdrs = [
    ...sampleCdrs(COUNT, SEED, "talks"),
    ...Array.from({ length: 30 }, (_, index) => long(index)),
  ];
  const seeded = cdrs.map(stored);
  const read = async (store: Store, query: Parameters<Store["cdrs"]["talks"]>[0]) => {
    const all = [];
    for await (const talks of store.cdrs.talks(query)) all.push(...talks);
    return all;
  };

  withSeededStore(
    open,
    (store) => store.cdrs.insert(cdrs),
    (store) => {
      test("are those that have a part of the span, in order, whatever the filter", async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.oneof(fc.constant<CdrFilter>({}), sampleFilter("talks", SEED, COUNT)),
            fc.integer({ min: -30, max: 96 }),
            fc.integer({ min: 1, max: 48 }),
            fc.constantFrom(undefined, "account" as const, "source" as const, "carrier" as const),
            async (asked, first, hours, by) => {
              const { callTime: _time, ...filter } = asked;
              const fromMs = START_MS + first * HOUR_MS;
              const toMs = fromMs + hours * HOUR_MS;
              const found = await read(store(), { filter, fromMs, toMs, ...(by && { by }) });
              const groups = {
                account: (cdr: (typeof seeded)[0]) => cdr.primary.account,
                source: (cdr: (typeof seeded)[0]) => cdr.source,
                carrier: (cdr: (typeof seeded)[0]) => cdr.rating.buy?.carrier ?? null,
              };
              const expected = naiveFind(seeded, filter, { by: "callTime", descending: false })
                .filter((cdr) => isAttempt(cdr) && cdr.primary.usage > 0)
                .map((cdr) => ({
                  fromMs: callTime(cdr),
                  usageMs: cdr.primary.usage,
                  group: by === undefined ? null : groups[by](cdr),
                }))
                .filter((talk) => talk.fromMs < toMs && talk.fromMs + talk.usageMs > fromMs);
              const texts = (list: object[]) => list.map((talk) => JSON.stringify(talk)).sort();
              expect(texts(found)).toEqual(texts(expected));
              const begins = found.map((talk) => talk.fromMs);
              expect(begins).toEqual(begins.toSorted((a, b) => a - b));
            },
          ),
          { numRuns: runs(10) },
        );
      });
    },
  );
}
