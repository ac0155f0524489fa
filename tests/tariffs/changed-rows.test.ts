// Goal: the rows that price otherwise are those that differ, and their spans are when they are in force.
// Method: small random decks against a search by hand: at each moment the rows of the latest window.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedRows } from "../../src/tariffs/diff/changed-rows.ts";
import { rowsInForce } from "../../src/tariffs/diff/in-force.ts";
import { readTariff } from "../../src/tariffs/read-folder.ts";
import type { RateRow, Tariff } from "../../src/tariffs/tariff.ts";

const DAYS = ["", "2026-01-01", "2026-02-01", "2026-03-01", "2026-04-01"];

interface Row {
  prefix: string;
  rate: string;
  from: number;
  to: number;
}

const row = fc
  .record({
    prefix: fc.constantFrom("34", "44"),
    rate: fc.constantFrom("0.1", "0.2"),
    from: fc.integer({ min: 0, max: 3 }),
    to: fc.integer({ min: 0, max: 4 }),
  })
  .filter(({ from, to }) => to === 0 || to > from);

/** One row of a prefix and day: others are a fault. */
const deck = fc.uniqueArray(row, {
  selector: ({ prefix, from }) => `${prefix} ${from}`,
  minLength: 1,
  maxLength: 6,
});

function tariffOf(rows: readonly Row[], currency = "EUR"): Tariff {
  const lines = rows.map(({ prefix, rate, from, to }) =>
    [prefix, rate, DAYS[from], DAYS[to]].join(","),
  );
  const read = readTariff({
    "tariff.yaml": `tenant: t\ncurrency: ${currency}\nretailPlans: { p: { deck: d.csv } }\nvoipPlans: { v: { retail: [p] } }\n`,
    "d.csv": `prefix,rate,effective_from,effective_to\n${lines.join("\n")}\n`,
  });
  if (!read.ok) throw new Error(JSON.stringify(read.faults));
  return read.tariff;
}

const rowsOf = ({ retailPlans }: Tariff) => retailPlans[0]?.deck.rows ?? [];
const withoutLine = ({ line: _line, ...terms }: RateRow) => JSON.stringify(terms);
const placeOf = ({ prefix, effectiveFromMs }: RateRow) => `${prefix} ${effectiveFromMs}`;
/** A moment in each span of time that the days make. */
const MOMENTS = ["2025-06-01", "2026-01-15", "2026-02-15", "2026-03-15", "2026-06-01"].map((day) =>
  Date.parse(`${day}T12:00:00Z`),
);

describe("changed rows", () => {
  it("are those that differ, each with the spans in which it is in force", () => {
    fc.assert(
      fc.property(deck, deck, (before, after) => {
        const [from, to] = [tariffOf(before), tariffOf(after)];
        const found = changedRows(from, to);
        const old = new Set(rowsOf(from).map(withoutLine));
        const fresh = new Set(rowsOf(to).map(placeOf));
        const changed = rowsOf(to).filter((one) => !old.has(withoutLine(one)));
        const gone = rowsOf(from).filter((one) => !fresh.has(placeOf(one)));
        expect(found.total).toBe(changed.length + gone.length);
        for (const atMs of MOMENTS) {
          const inForce = (tariff: Tariff, some: RateRow[]) =>
            [...rowsInForce(rowsOf(tariff), atMs).values()]
              .flat()
              .filter((one) => some.includes(one)).length;
          const told = (found.groups ?? [])
            .filter(({ spans }) =>
              spans.some(
                ([first, last]) =>
                  (first === null || first <= atMs) && (last === null || atMs < last),
              ),
            )
            .reduce((sum, { rows }) => sum + rows, 0);
          expect(told).toBe(inForce(to, changed) + inForce(from, gone));
        }
      }),
      { numRuns: 60 },
    );
  });

  it("none of a tariff against itself; all where the plan has other rules", () => {
    const rows = [
      { prefix: "34", rate: "0.1", from: 0, to: 0 },
      { prefix: "44", rate: "0.1", from: 2, to: 0 },
    ];
    expect(changedRows(tariffOf(rows), tariffOf(rows))).toEqual({
      total: 0,
      latestFromMs: null,
      groups: [],
    });
    expect(changedRows(tariffOf(rows), tariffOf(rows, "USD"))).toMatchObject({
      total: 2,
      latestFromMs: Date.parse("2026-02-01T00:00:00Z"),
    });
  });
});
