// Goal: sums of any pieces, kept as bytes and added in any grouping, are exact to the last digit, also where
// amounts are negative or leave the integers that a number is exact for.
import fc from "fast-check";
import { expect, test } from "vitest";
import { decimalText } from "../../src/money/decimal.ts";
import { rollupAnswer } from "../../src/rollups/answer.ts";
import { ROLLUPS } from "../../src/rollups/kinds.ts";
import { mergeSums } from "../../src/rollups/merge.ts";
import { planOf } from "../../src/rollups/plan.ts";
import type { RollupSums } from "../../src/rollups/quarter.ts";
import { shelfOf, shelveAll, takeSums } from "../../src/rollups/shelves.ts";
import {
  COLUMN,
  columnsOf,
  createDictionary,
  createTable,
  moneyColumn,
  WIDTH,
} from "../../src/rollups/table.ts";
import { runs } from "../runs.ts";

const SOURCES = ["a", "b", "c"];
const PARTS = 10n ** 10n;

const units = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.constantFrom(2 ** 52 - 1, -(2 ** 52), 2 ** 51, 40_000, -129, 127),
);
const record = fc.record({
  source: fc.constantFrom(...SOURCES),
  units,
  parts: fc.constantFrom(0, 1, 5_000_000_000, 9_999_999_999, 120_000_000),
  seconds: fc.integer({ min: 0, max: 70_000 }),
});
type Made = { source: string; units: number; parts: number; seconds: number };

const rollup = ROLLUPS.find(({ name }) => name === "source");
if (rollup === undefined) throw new Error("no rollup has sources");

/** As sums of a quarter hour are counted: a row a source. */
function counted(records: readonly Made[]): RollupSums {
  const dictionaries = rollup?.dimensions.map(createDictionary) ?? [];
  const table = createTable(dictionaries);
  for (const { source, units: whole, parts, seconds } of records) {
    const figures = new Float64Array(WIDTH);
    figures[COLUMN.records] = 1;
    figures[COLUMN.sellRecords] = 1;
    figures[COLUMN.usageMs] = seconds;
    figures[moneyColumn(0)] = whole;
    figures[moneyColumn(0) + 1] = parts;
    const values = ["t", "rated", "EUR", null, source];
    const row = table.rowOf(values.map((value, index) => dictionaries[index]?.indexOf(value) ?? 0));
    table.add(row, figures, 0);
  }
  return { table: columnsOf(table), mixed: new Set(["source"]) };
}

/** Written as bytes with the others of its shelf, and read from a place that is no multiple of 8. */
function stored(sums: RollupSums, shift: number): RollupSums {
  const none = (index: number): RollupSums => ({
    table: columnsOf(createTable(ROLLUPS[index]?.dimensions.map(createDictionary) ?? [])),
    mixed: new Set(),
  });
  const shelves = shelveAll(ROLLUPS.map((one, index) => (one === rollup ? sums : none(index))));
  const bytes = shelves[0] ?? new Uint8Array();
  const moved = new Uint8Array(bytes.length + shift);
  moved.set(bytes, shift);
  return takeSums(moved.subarray(shift), shelfOf(rollup as (typeof ROLLUPS)[number]));
}

test("rows, counts and amounts of pieces are those of their records", () => {
  const plan = planOf({
    ...{ filter: {}, groupBy: ["source"], timeZone: "UTC", time: "answer" },
    attempts: { effectiveCauses: [], congestionCauses: [] },
  });
  if (plan === null) throw new Error("no plan");
  fc.assert(
    fc.property(fc.array(fc.array(record, { maxLength: 6 }), { maxLength: 6 }), (pieces) => {
      const merge = mergeSums(plan.rollup);
      for (const [index, piece] of pieces.entries()) merge.add(stored(counted(piece), index % 8));
      const merged = stored(merge.end(), 3);
      expect([...merged.mixed]).toEqual(pieces.length > 0 ? ["source"] : []);
      const answer = rollupAnswer(plan, {
        ...{ filter: {}, groupBy: ["source"], timeZone: "UTC", time: "answer" },
      });
      answer.add(merged, []);
      const all = pieces.flat();
      expect(answer.size).toBe(new Set(all.map(({ source }) => source)).size);
      for (const { keys, calls, usageMs, sell, currency, buyCurrency } of answer.rows()) {
        const own = all.filter(({ source }) => source === keys["source"]);
        const digits = own.reduce(
          (sum, one) => sum + BigInt(one.units) * PARTS + BigInt(one.parts),
          0n,
        );
        expect({ calls, usageMs, sell, currency, buyCurrency }).toEqual({
          calls: own.length,
          usageMs: own.reduce((sum, { seconds }) => sum + seconds, 0),
          sell: decimalText({ digits, scale: 10 }),
          ...{ currency: "EUR", buyCurrency: null },
        });
      }
    }),
    { numRuns: runs(200) },
  );
});
