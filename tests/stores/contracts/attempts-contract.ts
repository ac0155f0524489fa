// Attempts and calls beside the sums of records, against the plain count over the same CDRs.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AttemptTerms } from "../../../src/queries/attempts.ts";
import { GROUP_KEYS, isBuyKey } from "../../../src/queries/group-keys.ts";
import type { NewCdr } from "../../../src/stores/ports/cdrs.ts";
import { runs } from "../../runs.ts";
import { naiveSummary } from "./naive-query.ts";
import { sampleCdr, sampleCdrs } from "./sample-cdrs.ts";
import { sampleFilter } from "./sample-filters.ts";
import { type OpenStore, stored, withSeededStore } from "./store-under-test.ts";

const SEED = 57;
const COUNT = 240;
const TERMS: AttemptTerms = {
  effectiveCauses: ["17", "USER_BUSY", "it's"],
  congestionCauses: ["34"],
};

/** Calls of several attempts, of one callId in two tenants and sources; records of legs that went nowhere. */
function decorated(cdr: NewCdr, index: number): NewCdr {
  const channel = [{ dstchannel: "" }, { dstchannel: "SIP/a-1" }, { dstchannel: null }, {}, {}][
    index % 5
  ];
  const cause = ["17", "34", "USER_BUSY", undefined, "it's", "16"][index % 6];
  const { disconnectCause: _none, ...primary } = cdr.primary;
  return {
    ...cdr,
    ...(index % 4 !== 0 && { callId: index % 13 === 0 ? "" : `call-${index % 30}` }),
    primary: { ...primary, ...(cause !== undefined && { disconnectCause: cause }) },
    extra: { ...cdr.extra, ...channel, ...(index % 7 === 0 && { deep: { dstchannel: "" } }) },
    rating: { ...cdr.rating, ...(index % 9 === 0 && { reason: "leg-not-billed" as const }) },
  };
}

export function attemptsContract(open: OpenStore): void {
  const cdrs = sampleCdrs(COUNT, SEED, "attempts").map(decorated);
  const extremes = ["first", "second"].map((name, index) =>
    sampleCdr(`attempt-${name}`, {
      primary: { usage: index * 1000, tenant: "failover.test" },
      rating: { buy: null, margin: null },
      cdr: { callId: "failover" },
    }),
  );
  const seeded = [...cdrs, ...extremes].map(stored);
  const byName = (rows: { keys: object }[]) =>
    rows.map((row) => JSON.stringify(row, Object.keys(flat(row)).sort())).sort();

  withSeededStore(
    open,
    (store) => store.cdrs.insert([...cdrs, ...extremes]),
    (store) => {
      test("are those of the records that any filter selects, by any keys, in any zone", async () => {
        await fc.assert(
          fc.asyncProperty(
            fc.uniqueArray(fc.constantFrom(...GROUP_KEYS), { maxLength: 3 }),
            fc.oneof(fc.constant({}), sampleFilter("attempts", SEED, COUNT)),
            fc.constantFrom("UTC", "Europe/Madrid", "Asia/Kathmandu", "America/St_Johns"),
            fc.boolean(),
            async (groupBy, filter, timeZone, seesBuy) => {
              const keys = seesBuy ? groupBy : groupBy.filter((key) => !isBuyKey(key));
              const query = {
                filter,
                groupBy: keys,
                timeZone,
                time: "answer" as const,
                attempts: TERMS,
                ...(!seesBuy && { side: "sell" as const }),
              };
              const rows = await store().cdrs.summarize(query);
              expect(byName(rows)).toEqual(byName(naiveSummary(seeded, query)));
            },
          ),
          { numRuns: runs(10) },
        );
      });

      test("a call that another carrier took is one, in the row of its first attempt", async () => {
        const query = {
          filter: { tenants: ["failover.test"] },
          groupBy: ["prefix" as const],
          timeZone: "UTC",
          time: "answer" as const,
          attempts: TERMS,
        };
        const [row, ...more] = await store().cdrs.summarize(query);
        expect(more).toEqual([]);
        expect(row?.attempts).toMatchObject({
          attempts: 2,
          answered: 1,
          calls: 1,
          answeredCalls: 1,
          callTalkMs: 1000,
        });
      });

      test("are left out where nobody asks for them", async () => {
        const query = { filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const };
        for (const row of await store().cdrs.summarize(query))
          expect(row).not.toHaveProperty("attempts");
      });
    },
  );
}

/** Every name within, so that texts of equal rows are equal. */
function flat(row: object): Record<string, true> {
  const names: Record<string, true> = {};
  JSON.stringify(row, (name, value) => {
    names[name] = true;
    return value;
  });
  return names;
}
