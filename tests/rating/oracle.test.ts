// Pricing agrees with an oracle that was written apart from it: 100,000 random calls over random
// tariffs (bands, steps, dates, callers, currencies, strategies), no difference allowed.
import fc from "fast-check";
import { describe, it } from "vitest";
import type { Priced, Side } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { expectSame } from "../expect-same.ts";
import { runs } from "../runs.ts";
import { type OracleResult, type OracleSide, oraclePrice } from "./oracle.ts";
import { randomCall, randomFigures, randomFrom, randomTariff } from "./random-tariff.ts";

/** Fewer where the whole suite runs once for each change of a line: mutation testing. */
const TARIFFS = runs(400);
const CALLS_PER_TARIFF = 100;

function sideOf(side: Side | null): OracleSide {
  if (side === null) throw new Error("a side is missing");
  const { amount, plan, prefix, billedSeconds, reason } = side;
  return { amount, plan, prefix, billedSeconds, ...(reason === undefined ? {} : { reason }) };
}

function resultOf(priced: Priced): OracleResult {
  return {
    sell: sideOf(priced.sell),
    buy: sideOf(priced.buy),
    ...(priced.cheapest === undefined ? {} : { cheapest: priced.cheapest.amount }),
    margin: priced.margin?.amount ?? null,
  };
}

describe("native pricing against the oracle", () => {
  it(`prices ${TARIFFS * CALLS_PER_TARIFF} random calls without a difference`, {
    timeout: 300_000,
  }, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        const random = randomFrom(seed);
        const tariff = randomTariff(random);
        const quality = randomFigures(random);
        const snapshot = compileTariff(tariff, "random");
        for (let index = 0; index < CALLS_PER_TARIFF; index++) {
          const call = randomCall(random);
          const expected = oraclePrice(tariff, call, quality);
          const priced = resultOf(priceCall(call, snapshot, { quality }));
          expectSame(priced, expected, `call ${index}`);
        }
      }),
      { numRuns: TARIFFS, endOnFailure: true },
    );
  });
});
