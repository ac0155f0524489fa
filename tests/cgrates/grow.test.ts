// Goal: a plan that grows layer by layer prices every call as a compile of all its layers does, moves rates
// by as much, and refuses the layers that a whole read refuses. Method: random layers over few names, so that they meet.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import { type GrownPlan, grow, grownPlan } from "../../src/cgrates/layers/grow.ts";
import { layerName } from "../../src/cgrates/layers/read.ts";
import { cgratesPriceMoves } from "../../src/cgrates/repriced/moved.ts";
import { priceDescriptor } from "../../src/cgrates/semantics/price-descriptor.ts";
import type { CgratesSnapshot } from "../../src/cgrates/snapshot.ts";
import { runs } from "../runs.ts";
import { BASE, type Files, filesOf, layer, pricesOf, whole } from "./random-layers.ts";

function begin(): { grown: GrownPlan; files: Files } {
  const files = filesOf(0, { removed: [], files: BASE });
  const compiled = whole(files);
  if (!compiled.ok) throw new Error("the base has faults");
  return { grown: grownPlan(compiled.snapshot, compiled.counts), files };
}

/** How much rates move; of rates that move alike any may be named. */
function movesOf(from: CgratesSnapshot, to: CgratesSnapshot): (string | number | null)[] {
  const nowMs = Date.parse("2021-06-01T00:00:00Z");
  const work = cgratesPriceMoves(from, to, { nowMs, fromMs: nowMs });
  let step = work.next();
  while (!step.done) step = work.next();
  const { jump, notice } = step.value;
  const size = jump === null ? "none" : (jump.percent?.replace("-", "") ?? "from 0");
  return [size, notice?.days ?? null];
}

describe("a plan that grows", () => {
  test.prop([fc.array(layer, { minLength: 1, maxLength: 5 })], { numRuns: runs(40) })(
    "prices as a compile of all its layers, and refuses what that refuses",
    (layers) => {
      let { grown, files } = begin();
      let number = 1;
      for (const added of layers) {
        const next = { ...files, ...filesOf(number, added) };
        const expected = whole(next);
        const before = pricesOf(grown.snapshot);
        const own = Object.entries(added.files).map(([name, text]) => [
          `${layerName(number)}/${name}`,
          text,
        ]);
        const growth = grow(
          grown,
          { removed: added.removed, files: Object.fromEntries(own) },
          `v${number}`,
        );
        expect(growth.ok).toBe(expected.ok);
        expect(pricesOf(grown.snapshot)).toEqual(before);
        if (!expected.ok || !growth.ok) {
          expect(!growth.ok && growth.faults).toEqual(!expected.ok && expected.faults);
          continue;
        }
        expect(pricesOf(growth.plan.snapshot)).toEqual(pricesOf(expected.snapshot));
        expect(growth.plan.snapshot.chargers).toEqual(expected.snapshot.chargers);
        expect(growth.plan.snapshot.hasChargers).toBe(expected.snapshot.hasChargers);
        expect(growth.plan.counts).toMatchObject(expected.counts);
        const priorWhole = whole(files);
        if (!priorWhole.ok) throw new Error("it was read before");
        expect(movesOf(grown.snapshot, growth.plan.snapshot)).toEqual(
          movesOf(priorWhole.snapshot, expected.snapshot),
        );
        grown = growth.plan;
        files = next;
        number += 1;
      }
    },
  );

  it("is not disturbed by another one that grows from the same plan", () => {
    const { grown } = begin();
    const other = grownPlan(grown.snapshot, grown.counts);
    const layerOf = (terms: string) => ({
      "layer-000001/Rates.csv": "N,0,0.7777,60s,60s,0s\n",
      "layer-000001/DestinationRates.csv": `DN,A,N,${terms}\n`,
      "layer-000001/RatingPlans.csv": "P,DN,*any,10\n",
    });
    const costs = [
      [grown, "*up,1,0,"],
      [other, "*down,1,0,"],
    ] as const;
    const plans = costs.map(([plan, terms]) => {
      const growth = grow(plan, { removed: [], files: layerOf(terms) }, terms);
      if (!growth.ok) throw new Error("the layer has faults");
      return growth.plan.snapshot;
    });
    const timeStart = { atMs: Date.parse("2023-01-05T12:00:00Z"), offsetMinutes: 0 };
    const call = { tenant: "cgrates.org", category: "call", subject: "1001", destination: "44123" };
    const prices = plans.map((snapshot) =>
      priceDescriptor({ ...call, timeStart, usageNs: 60e9 }, snapshot),
    );
    expect(prices).toMatchObject([{ cost: "0.8" }, { cost: "0.7" }]);
  });

  it("shares the trie and the rows of prices with what it grew from", () => {
    const { grown } = begin();
    const files = { "layer-000001/Destinations.csv": "A,33\n" };
    const growth = grow(grown, { removed: [], files }, "v1");
    if (!growth.ok) throw new Error("the layer has faults");
    const { snapshot } = growth.plan;
    expect(snapshot.trie).toBe(grown.snapshot.trie);
    expect(snapshot.prefixTags).toBe(grown.snapshot.prefixTags);
    expect(snapshot.destinationRates).toBe(grown.snapshot.destinationRates);
    expect(snapshot.plans.get("P")).toBe(grown.snapshot.plans.get("P"));
  });
});
