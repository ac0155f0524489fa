// Goal: records that debit an account say what they take as the engine says it. Method: figures of the engine
// for an account without a balance (0.4 + 0.2 for a minute, then 0.00167 a second, rounded up to 4 decimals),
// and what holds for every call.
import { fc, test } from "@fast-check/vitest";
import { describe, expect, it } from "vitest";
import type { PricedTimespan } from "../../src/cgrates/semantics/descriptor.ts";
import {
  accountSummary,
  debitedCost,
  debitedOf,
  debits,
} from "../../src/cgrates-api/views/account-debit.ts";
import { runs } from "../runs.ts";

const PAYER = { tenant: "cgrates.org", account: "1001" };

interface Facts {
  fee?: string;
  cost: string;
  increments: number;
  decimals?: number;
}

function span({ fee, cost, increments, decimals = 4 }: Facts): PricedTimespan {
  return {
    interval: { terms: { roundingMethod: "*up", roundingDecimals: decimals } },
    incrementNs: 1e9,
    increments,
    incrementCost: cost,
    hasFee: fee !== undefined,
    connectFee: fee ?? "0",
    factor: 1,
  } as PricedTimespan;
}

function debited(...spans: Facts[]) {
  return spans.map((facts) => ({ steps: debitedOf(span(facts)), factor: 1 }));
}

const value = (parts: ReturnType<typeof debited>) =>
  accountSummary(PAYER, parts).BalanceSummaries[0]?.Value;

describe("what a record takes from an account without a balance", () => {
  const first = { fee: "0.4", cost: "0.2", increments: 1 };

  it("is its increments, and what rounding each of its parts adds", () => {
    const parts = debited(first, { cost: "0.00167", increments: 35 });
    expect(parts[0]?.steps.map(({ cost }) => cost)).toEqual([0.4, 0.2]);
    expect(parts[1]?.steps).toEqual([
      { usageNs: 1e9, cost: 0.00167, factor: 35, ratingId: "" },
      { usageNs: 0, cost: 0.00005000000000000143, factor: 1, ratingId: "*rounding" },
    ]);
    expect(debitedCost(parts)).toBe(0.6585);
  });

  it("leaves the balance where the engine's binary steps leave it", () => {
    expect(value(debited(first, { cost: "0.00167", increments: 35 }))).toBe(-0.65851);
    expect(value(debited(first, { cost: "0.00167", increments: 540 }))).toBe(-1.50265);
    expect(value(debited({ ...first }))).toBe(-0.60001);
  });

  it("has no fee of 0, and no rounding where its first increment is free", () => {
    expect(debited({ fee: "0", cost: "0.01", increments: 95 })[0]?.steps).toEqual([
      { usageNs: 1e9, cost: 0.01, factor: 95, ratingId: "" },
    ]);
    expect(debited({ cost: "0", increments: 3 })[0]?.steps).toHaveLength(1);
  });

  it("is of the request types that debit, in both spellings", () => {
    expect(["*postpaid", "prepaid", "*dynaprepaid"].every(debits)).toBe(true);
    expect(["*rated", "*none", "", "*weird"].some(debits)).toBe(false);
  });

  test.prop([fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 0, max: 99_999 })], {
    numRuns: runs(50),
  })("is never less than its increments, nor more than one unit of the plan above", (n, units) => {
    const cost = units / 1e5;
    const [part] = debited({ cost: String(cost), increments: n });
    const taken = debitedCost([part as NonNullable<typeof part>]);
    expect(taken).toBeGreaterThanOrEqual(cost * n - 1e-5);
    expect(taken).toBeLessThanOrEqual(cost * n + 1.2e-4);
  });
});
