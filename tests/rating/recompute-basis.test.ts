// Goal: the amounts of any native rating come out of its basis again, and a changed one does not.
// Method: random tariffs and calls, priced, then reckoned from the JSON of the basis alone.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../src/cdr/json.ts";
import type { Priced, Rating } from "../../src/cdr/rating.ts";
import { pricedWithoutTariff } from "../../src/engine/pricing/price-by-snapshot.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import { basisFaults } from "../../src/rating/trace/recompute-basis.ts";
import { randomCall, randomFigures, randomFrom, randomTariff } from "./random-tariff.ts";
import { recompute } from "./recompute-from-trace.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

function ratings(seed: number): Rating[] {
  const random = randomFrom(seed);
  const snapshot = compileTariff(randomTariff(random), "random");
  const quality = randomFigures(random);
  return Array.from({ length: 50 }, () => {
    return stored(priceCall(randomCall(random), snapshot, { quality }));
  });
}

function stored(priced: Priced): Rating {
  const facts = { revision: 1, ratedAtMs: 0, tariffVersion: "v", semantics: "native" };
  return JSON.parse(JSON.stringify({ ...priced, ...facts })) as Rating;
}

describe("reckoning from the basis", () => {
  it("gives every stored amount and margin again", () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        for (const rating of ratings(seed)) expect(basisFaults(rating)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("finds a side, and a margin, that is another amount than its basis gives", () => {
    let tried = 0;
    for (const rating of ratings(7)) {
      const { sell, margin } = rating;
      if (sell === null || sell.amount === null || margin === null) continue;
      tried += 1;
      const other = `${sell.amount}1`;
      expect(basisFaults({ ...rating, sell: { ...sell, amount: other } })).toHaveLength(1);
      if (margin.amount === null) continue;
      expect(basisFaults({ ...rating, margin: { ...margin, amount: "9.99" } })).toHaveLength(1);
    }
    expect(tried).toBeGreaterThan(5);
  });

  it("finds a margin that is gone, or of another call, and a currency", () => {
    let tried = 0;
    for (const rating of [...ratings(11), ...ratings(12)]) {
      const { sell, buy, margin } = rating;
      if (margin === null || sell === null || buy === null) continue;
      const other = { ...margin, amount: "777" };
      expect(basisFaults({ ...rating, margin: other })).toHaveLength(1);
      const isEarned = margin.amount !== null;
      expect(basisFaults({ ...rating, margin: null })).toHaveLength(isEarned ? 1 : 0);
      expect(basisFaults({ ...rating, margin: { ...margin, currency: "XTS" } })).toHaveLength(1);
      if (!isEarned || rating.reason === "unanswered") continue;
      tried += 1;
      const foreign = { ...sell, currency: "XTS" };
      expect(basisFaults({ ...rating, sell: foreign })[0]).toContain("sell is in XTS");
      expect(basisFaults({ ...rating, buy: { ...buy, currency: "XTS" } })).toHaveLength(1);
    }
    expect(tried).toBeGreaterThan(5);
  });

  it("finds an amount that is said to be cut or raised, and is not, or is and does not say so", () => {
    const limits = { minimumAmount: "0.01", maximumAmount: "0.03" };
    const plan = retailPlan("r", [{ prefix: "34", rate: "0.01", ...limits }]);
    const snapshot = compileTariff(tariffOf({ retailPlans: [plan] }), "v");
    for (const [usage, amount, limit] of [
      [30_000, "0.0100", "raised"],
      [120_000, "0.0200", null],
      [600_000, "0.0300", "capped"],
    ] as const) {
      const rating = stored(priceCall(callOf({ usage }), snapshot));
      expect(rating.sell?.amount).toBe(amount);
      expect(basisFaults(rating)).toEqual([]);
      const sell = rating.basis["sell"] as JsonObject;
      expect(["capped", "raised"].filter((name) => sell[name] === true)).toEqual(
        limit === null ? [] : [limit],
      );
      for (const name of ["capped", "raised"]) {
        const { [name]: said = false, ...rest } = sell;
        const other = said === true ? rest : { ...rest, [name]: true };
        expect(basisFaults({ ...rating, basis: { ...rating.basis, sell: other } })).toHaveLength(1);
      }
    }
  });

  it("knows what an unanswered call gives, with and without a tariff", () => {
    const snapshot = compileTariff(randomTariff(randomFrom(3)), "random");
    for (const billedSides of ["both", "sell", "buy"] as const) {
      const rating = stored(priceCall(callOf({ usage: 0, billedSides }), snapshot));
      expect(basisFaults(rating)).toEqual([]);
      const margin = { amount: "777", currency: rating.sell?.currency ?? "EUR" };
      expect(basisFaults({ ...rating, margin })).toHaveLength(1);
    }
    const none = stored(pricedWithoutTariff(callOf({ usage: 0 })));
    expect(basisFaults({ ...none, tariffVersion: null })).toEqual([]);
    expect(basisFaults({ ...none, tariffVersion: "v" })).toHaveLength(1);
  });

  it.each(["half-up", "half-down", "half-even", "down", "up"] as const)(
    "a negative amount that is rounded %s is no negative zero",
    (mode) => {
      const rounding = { decimals: 4, mode };
      const rows = [{ prefix: "34", rate: "-0.00005" }];
      const plan = retailPlan("refund", rows, { rounding });
      const carrier = carrierPlan("c", rows, { rules: { rounding } });
      const tariff = tariffOf({ retailPlans: [plan], carrierPlans: [carrier] });
      const priced = priceCall(callOf({ usage: 59_000 }), compileTariff(tariff, "v"));
      expect(priced.sell?.amount).toBe(mode === "up" ? "-0.0001" : "0.0000");
      expect(basisFaults(stored(priced))).toEqual([]);
      const { sold, bought, margin } = recompute(JSON.parse(JSON.stringify(priced.basis)));
      expect([sold, bought, margin]).toEqual([
        priced.sell?.amount,
        priced.buy?.amount,
        priced.margin?.amount,
      ]);
    },
  );
});
