// Which rows of a tariff begin or end soon, and which of these nothing follows.
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { upcomingRows } from "../../src/rating/deck/upcoming.ts";
import type { RateRow } from "../../src/tariffs/tariff.ts";
import { runs } from "../runs.ts";
import { carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

const NOW = Date.parse("2026-03-01T12:00:00Z");
const DAY = 86_400_000;
const SPAN = { nowMs: NOW, untilMs: NOW + 7 * DAY };

const compiled = (rows: Partial<RateRow>[]) =>
  compileTariff(tariffOf({ retailPlans: [retailPlan("r", rows)] }), "v");

it("counts what begins and ends after now, until the end of the time asked for", () => {
  const rows = [
    { prefix: "1", effectiveFromMs: NOW },
    { prefix: "2", effectiveFromMs: NOW + 1 },
    { prefix: "3", effectiveFromMs: NOW + 7 * DAY },
    { prefix: "4", effectiveFromMs: NOW + 7 * DAY + 1 },
    { prefix: "5", effectiveToMs: NOW },
    { prefix: "6", effectiveToMs: NOW + DAY },
    { prefix: "7" },
  ];
  expect(upcomingRows(compiled(rows), SPAN)).toEqual([
    { file: "decks/r.csv", begin: 2, end: 1, endWithoutNext: 1 },
  ]);
});

it("a row that another of its prefix and type follows at once leaves no gap", () => {
  const end = NOW + DAY;
  const ends = { prefix: "34", effectiveToMs: end };
  const gaps = (...others: Partial<RateRow>[]) =>
    upcomingRows(compiled([ends, ...others]), SPAN)[0]?.endWithoutNext;
  expect(gaps({ prefix: "34", effectiveFromMs: end })).toBe(0);
  expect(gaps({ prefix: "34", effectiveFromMs: end + 1 })).toBe(1);
  expect(gaps({ prefix: "3", effectiveFromMs: end })).toBe(1);
  expect(gaps({ prefix: "34", effectiveFromMs: end, tor: "*sms" })).toBe(1);
});

it("names each deck that has such rows, and no other", () => {
  const soon = { effectiveToMs: NOW + DAY };
  const tariff = tariffOf({
    retailPlans: [retailPlan("quiet", [{ prefix: "34" }])],
    carrierPlans: [carrierPlan("c", [{ prefix: "34", ...soon }])],
  });
  const found = upcomingRows(compileTariff(tariff, "v"), SPAN);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ end: 1, endWithoutNext: 1 });
});

it("counts as a look at every row does", () => {
  const at = fc.option(fc.integer({ min: -2, max: 10 }).map((days) => NOW + days * DAY));
  const row = fc.record({ prefix: fc.constantFrom("3", "34", "346", "44"), from: at, to: at });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), (drawn) => {
      const seen = new Set<string>();
      const rows = drawn.filter(({ prefix, from, to }) => {
        const key = `${prefix} ${from}`;
        if (seen.has(key) || (from !== null && to !== null && to <= from)) return false;
        seen.add(key);
        return true;
      });
      const isSoon = (ms: number | null) => ms !== null && ms > SPAN.nowMs && ms <= SPAN.untilMs;
      const begin = rows.filter(({ from }) => isSoon(from)).length;
      const ending = rows.filter(({ to }) => isSoon(to));
      const alone = ending.filter(({ prefix, to }) =>
        rows.every(
          (other) =>
            other.prefix !== prefix ||
            (other.from ?? -Infinity) > (to ?? 0) ||
            (other.to ?? Infinity) <= (to ?? 0),
        ),
      );
      const found = upcomingRows(
        compiled(
          rows.map(({ prefix, from, to }) => ({
            prefix,
            effectiveFromMs: from,
            effectiveToMs: to,
          })),
        ),
        SPAN,
      );
      const [first = { begin: 0, end: 0, endWithoutNext: 0 }] = found;
      expect([first.begin, first.end, first.endWithoutNext]).toEqual([
        begin,
        ending.length,
        alone.length,
      ]);
    }),
    { numRuns: runs(100) },
  );
});
