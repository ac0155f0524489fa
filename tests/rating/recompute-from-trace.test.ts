// Every stored amount can be recomputed from the JSON that is stored with it, and from the trace.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { expectSame } from "../expect-same.ts";
import { randomCall, randomFigures, randomFrom, randomTariff } from "./random-tariff.ts";
import { recompute } from "./recompute-from-trace.ts";

const SAMPLES = Array.from({ length: 100 }, (_, seed) => {
  const random = randomFrom(seed);
  const snapshot = compileTariff(randomTariff(random), "samples");
  const quality = randomFigures(random);
  return Array.from({ length: 50 }, () => ({ call: randomCall(random), snapshot, quality }));
}).flat();

describe("recomputing from what is stored", () => {
  it("takes a file of at most 60 lines", () => {
    const file = new URL("recompute-from-trace.ts", import.meta.url);
    expect(readFileSync(file, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(60);
  });

  it("gives the amounts of both sides and the margin, from basis and from trace", () => {
    let amounts = 0;
    for (const { call, snapshot, quality } of SAMPLES) {
      const priced = priceCall(call, snapshot, { quality, trace: true });
      const { sell, buy, margin, basis, trace } = priced;
      const expected = {
        sold: sell?.amount ?? null,
        bought: buy?.amount ?? null,
        margin: margin?.amount ?? null,
      };
      expectSame(recompute(JSON.parse(JSON.stringify(basis))), expected);
      expectSame(recompute(JSON.parse(JSON.stringify(trace))["basis"]), expected);
      if (expected.sold !== null && expected.bought !== null) amounts++;
    }
    expect(amounts).toBeGreaterThan(1000);
  });

  it("says the same with and without a trace", () => {
    for (const { call, snapshot, quality } of SAMPLES.slice(0, 500)) {
      const { trace, ...traced } = priceCall(call, snapshot, { quality, trace: true });
      expectSame(priceCall(call, snapshot, { quality }), traced);
      expect((trace!["steps"] as unknown[]).length).toBeGreaterThan(3);
    }
  });

  it("keeps the basis of a usual call with ten carriers near 1 KB", () => {
    const sizes = SAMPLES.map(
      ({ call, snapshot, quality }) =>
        JSON.stringify(priceCall(call, snapshot, { quality }).basis).length,
    );
    expect(sizes.reduce((sum, size) => sum + size, 0) / sizes.length).toBeLessThan(1500);
  });
});
