// What `cdrate explain` prints has every figure that a person needs to come to the same amounts.
import { describe, expect, it } from "vitest";
import type { Call } from "../../src/cdr/rating.ts";
import { explanationText } from "../../src/cli/text/explain.ts";
import { todayText } from "../../src/cli/text/trace.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { QualityFigures } from "../../src/rating/routing/strategies/quality.ts";
import type { RetailPlan } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "../rating/tariff-fixtures.ts";

const RETAIL = retailPlan("standard", [
  { prefix: "34", rate: "0.06", connectFee: "0.01", firstInterval: 30, nextInterval: 6 },
  { prefix: "34", rate: "0.03", fromSecond: 60 },
]);
const CARRIERS = [
  carrierPlan("alpha", [{ prefix: "346", rate: "0.023", unitSeconds: 7 }]),
  carrierPlan("beta", [{ prefix: "34", rate: "0.01" }], { rules: { currency: "USD" } }),
  carrierPlan("gamma", [{ prefix: "34", rate: "1", status: "blocked" }]),
];
const EXCHANGE = [{ line: 2, from: "USD", to: "EUR", rate: "0.9", effectiveFromMs: null }];

function printed(
  call: Partial<Call>,
  routing?: QualityFigures | "weight",
  retail: RetailPlan = RETAIL,
  carrierPlans = CARRIERS,
): string {
  const tariff = tariffOf({
    retailPlans: [retail],
    carrierPlans,
    exchange: EXCHANGE,
    banPlans: { premium: ["34803"] },
    voipPlan: { routing: typeof routing === "object" ? "quality" : (routing ?? "lowest-cost") },
  });
  const options = { trace: true, ...(typeof routing === "object" ? { quality: routing } : {}) };
  const { trace, ...priced } = priceCall(callOf(call), compileTariff(tariff, "v"), options);
  const rating = JSON.parse(JSON.stringify(priced));
  return explanationText({ tor: call.tor ?? "*voice", rating, trace: trace! });
}

describe("the printed explanation", () => {
  it("has the sum of each side: rate × billed ⁄ unit by span, its row, the rounding", () => {
    const text = printed({ usage: 91_000 });
    expect(text).toMatch(/The usage of 91 s is billed as 91 s\./);
    expect(text).toMatch(/rate × billed ⁄ unit +amount EUR +row/);
    expect(text).toMatch(/connect fee +0\.01/);
    expect(text).toMatch(/from 0 to 60 s +0\.06 × 60 s ⁄ 60 s +0\.06 +decks\/standard\.csv:2/);
    expect(text).toMatch(/from 60 to 91 s +0\.03 × 31 s ⁄ 60 s +0\.0155 +decks\/standard\.csv:3/);
    expect(text).toMatch(/sum 0\.0855 EUR\n +rounded half-up to 4 decimals: 0\.0855 EUR/);
    expect(text).toMatch(/BUY: BETA, plan beta, prefix 34, decks\/beta\.csv/);
  });

  it("says what each figure of a row is counted in: seconds for voice", () => {
    const text = printed({ usage: 91_000 });
    expect(text).toContain(
      "line 2: 0.06 EUR per 60 s, intervals 30 s then 6 s, connect fee 0.01 EUR",
    );
    expect(text).toContain("line 3: 0.03 EUR per 60 s, intervals 1 s then 1 s, after 60 s");
    const [free, least] = [{ graceSeconds: 5 }, { minimumSeconds: 45, maximumAmount: "0.5" }];
    const bounded = retailPlan("bounded", [{ prefix: "34", ...free, ...least }]);
    expect(printed({ usage: 30_000 }, undefined, bounded)).toMatch(
      /intervals 1 s then 1 s, at least 45 s, free up to 5 s, at most 0\.5 EUR\n +The usage of 30 s is billed as 45 s\.[\s\S]*sum 0\.045 EUR \(the maximum is 0\.5 EUR\)/,
    );
  });

  it("counts all else in units, one of them in the singular", () => {
    const row = { prefix: "34", tor: "*sms", rate: "0.05", unitSeconds: 1, firstInterval: 2 };
    const texts = retailPlan("texts", [{ ...row, minimumSeconds: 4, graceSeconds: 1 }]);
    const text = printed({ tor: "*sms", usage: 3 }, undefined, texts);
    expect(text).toContain(
      "0.05 EUR per 1 unit, intervals 2 units then 2 units, at least 4 units, free up to 1 unit",
    );
    expect(text).toContain("The usage of 3 units is billed as 4 units.");
    expect(text).toMatch(/from 0 to 4 units +0\.05 × 4 units ⁄ 1 unit +0\.2 /);
    expect(text).not.toMatch(/\d s\b/);
  });

  it("has what lost and why, with exact amounts, and the margin with its exchange rate", () => {
    const text = printed({ usage: 91_000 });
    expect(text).toMatch(/ALPHA \(alpha\) +0\.2990 EUR +0\.299 +dearer/);
    expect(text).toMatch(/GAMMA \(gamma\) +— +— +blocked/);
    expect(text).toMatch(
      /MARGIN: 0\.0855 EUR − 0\.0152 USD × 0\.9 \(USD to EUR, line 2 .*= 0\.0718 EUR/,
    );
  });

  it("says how many carriers it does not list", () => {
    const many = Array.from({ length: 53 }, (_, index) =>
      carrierPlan(`c${index}`, [{ prefix: "34", rate: `${index + 1}` }]),
    );
    expect(printed({}, undefined, RETAIL, many)).toContain("… and 2 more that were not taken");
    expect(printed({})).not.toContain("more that were not taken");
  });

  it("names the cheaper rival of a named carrier", () => {
    const text = printed({ usage: 91_000, supplier: "alpha" });
    expect(text).toMatch(/The CDR names its carrier; the buy side is ALPHA \(alpha\)\./);
    expect(text).toContain(
      "Cheaper: BETA, 0.0152 USD; exact 91/6000 × 0.9 = 0.01365 EUR (line 2 of the exchange rates).",
    );
  });

  it("has the figures that quality went by, and says when there are none", () => {
    const figures = { calls: 4, asr: 0.75, acdSeconds: 61, pddMs: null };
    const text = printed({}, { day: "2026-03-11", carriers: { ALPHA: figures } });
    expect(text).toMatch(/Figures frozen for 2026-03-11:/);
    expect(text).toMatch(/ALPHA +4 +0\.75 +61 +—/);
    expect(printed({}, { day: "2026-03-11", carriers: {} })).toContain(
      "Of none of these carriers were there figures when those of 2026-03-11 were frozen.",
    );
  });

  it("says that nobody was asked, instead of figures of nobody", () => {
    for (const routing of ["weight", { day: "2026-03-11", carriers: {} }] as const) {
      const text = printed({ supplier: "nobody" }, routing);
      expect(text).toContain("the buy side is none.\n  No carrier was asked.\n");
      expect(text).not.toMatch(/Drawn|figures/i);
    }
  });

  it("has the priorities where they decided", () => {
    const dear = carrierPlan("dear", [{ prefix: "34", rate: "0.02" }], { priority: 7 });
    const equal = carrierPlan("equal", [{ prefix: "34", rate: "0.02" }], { priority: 9 });
    const text = printed({}, undefined, RETAIL, [equal, dear]);
    expect(text).toMatch(/EQUAL \(equal\) .* lower-priority$/m);
    expect(text).toContain("  Priorities: equal 9, dear 7.\n");
    expect(printed({})).not.toContain("Priorities");
  });

  it("has no draw of one", () => {
    const alone = [carrierPlan("a", [{ prefix: "34", rate: "0.02" }])];
    expect(printed({}, "weight", RETAIL, alone)).not.toContain("Drawn");
  });

  it("has the draw by weights, and what the maximum cut", () => {
    const plans = [
      carrierPlan("a", [{ prefix: "34", rate: "0.02" }], { weight: 3 }),
      carrierPlan("b", [{ prefix: "34", rate: "0.01" }]),
    ];
    const capped = retailPlan("capped", [{ prefix: "34", rate: "9", maximumAmount: "5" }]);
    const text = printed({ id: "x", usage: 60_000 }, "weight", capped, plans);
    expect(text).toMatch(/Drawn: hash \d+ ⁄ 2\^32 × 4 = [0-3]\.\d{4}, of a 0 to 3, b 3 to 4\./);
    expect(text).toContain("the sum is more than the maximum of the row: 5 EUR\n");
  });

  it("has what the minimum raised, and intervals that cost the price at their start", () => {
    const row = { prefix: "34", rate: "0.006", minimumAmount: "0.01" };
    const raised = retailPlan("raised", [{ ...row, intervalPrice: "start" }]);
    const carriers = [carrierPlan("a", [{ prefix: "34", rate: "0.02" }])];
    const text = printed({ usage: 30_000 }, undefined, raised, carriers);
    expect(text).toContain("at least 0.01 EUR, an interval costs the price at its start\n");
    expect(text).toContain("the sum is less than the minimum of the row, raised to 0.01 EUR\n");
    expect(printed({ usage: 600_000 }, undefined, raised, carriers)).toContain(
      "sum 0.06 EUR (the minimum is 0.01 EUR)\n",
    );
  });

  it("says what today's rules give for a rating of older ones", () => {
    const side = (amount: string | null) => ({ amount, currency: "EUR" });
    const today = { rules: "0.2.0", outcome: "unrated", reason: "no-rate", buy: null };
    const [sell, margin] = [side(null), null];
    expect(todayText({ ...today, changes: true, sell, margin })).toBe(
      "Today's rules (0.2.0) give unrated, no-rate: sell none, buy none, margin none. A rerate applies them.",
    );
    const rated = { rules: "0.2.0", outcome: "rated", sell: side("0.1"), buy: side("0.05") };
    expect(todayText({ ...rated, changes: true, margin: side("0.05") })).toContain(
      "give rated: sell 0.1 EUR, buy 0.05 EUR, margin 0.05 EUR.",
    );
    expect(todayText({ ...rated, changes: false, margin: side("0.05") })).toBe(
      "Today's rules (0.2.0) give the same.",
    );
  });

  it("says why a side has no amount", () => {
    const text = printed({ destination: "34803123456" });
    expect(text).toMatch(/Ban plan premium covers the number by 34803\./);
    expect(text).toMatch(/SELL: No sell amount: banned\./);
    expect(text).toMatch(/MARGIN: none, side-not-priced\./);
  });
});
