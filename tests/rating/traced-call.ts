// One call that is priced in two steps, with four carriers, and what is known of it by hand.
import type { Call } from "../../src/cdr/rating.ts";
import { compileTariff } from "../../src/rating/compile/tariff.ts";
import { priceCall } from "../../src/rating/price-call.ts";
import type { Tariff } from "../../src/tariffs/tariff.ts";
import { callOf, carrierPlan, retailPlan, tariffOf } from "./tariff-fixtures.ts";

export const tracedPrice = (tariff: Tariff, call: Call) =>
  priceCall(call, compileTariff(tariff, "v"), { trace: true });

/** Two steps on the sell side; of four carriers one is blocked and one does not go there. */
export const TARIFF = tariffOf({
  retailPlans: [
    retailPlan("std", [
      { prefix: "34", rate: "0.12", connectFee: "0.05", firstInterval: 60, nextInterval: 1 },
      { prefix: "34", rate: "0.06", fromSecond: 60 },
      { prefix: "", rate: "1" },
    ]),
  ],
  carrierPlans: [
    carrierPlan("alpha", [{ prefix: "346", rate: "0.03", firstInterval: 30 }], {
      rules: { currency: "USD" },
    }),
    carrierPlan("beta", [
      { prefix: "34", rate: "0.04" },
      { prefix: "34650", rate: "0.01", status: "blocked" },
    ]),
    carrierPlan("gamma", [{ prefix: "34", rate: "0.05" }]),
    carrierPlan("delta", [{ prefix: "35" }]),
  ],
  exchange: [{ line: 2, from: "USD", to: "EUR", rate: "0.9", effectiveFromMs: null }],
});
export const CALL = callOf({ usage: 90_400, callerNumber: "34911223344" });

export const FIRST_ROW = {
  line: 2,
  rate: "0.12",
  unitSeconds: 60,
  firstInterval: 60,
  nextInterval: 1,
  connectFee: "0.05",
};
export const SECOND_ROW = {
  line: 3,
  rate: "0.06",
  unitSeconds: 60,
  firstInterval: 1,
  nextInterval: 1,
  fromSecond: 60,
};
export const FIRST_SPAN = { fromSecond: 0, seconds: 60, line: 2, rate: "0.12", unitSeconds: 60 };
export const SECOND_SPAN = { fromSecond: 60, seconds: 31, line: 3, rate: "0.06", unitSeconds: 60 };
export const ALPHA_ROW = {
  line: 2,
  rate: "0.03",
  unitSeconds: 60,
  firstInterval: 30,
  nextInterval: 30,
};
export const ALPHA_SPAN = { fromSecond: 0, seconds: 120, line: 2, rate: "0.03", unitSeconds: 60 };
export const ROUNDING = { decimals: 4, mode: "half-up", usage: "none" };
export const CANDIDATES = [
  { carrier: "BETA", plan: "beta", amount: null, reason: "blocked" },
  {
    carrier: "GAMMA",
    plan: "gamma",
    // 0.05 × 91 ⁄ 60
    amount: "0.0758",
    currency: "EUR",
    exact: "91/1200",
    reason: "dearer",
  },
  { carrier: "DELTA", plan: "delta", amount: null, reason: "no-rate" },
];
export const EXCHANGE = { from: "USD", to: "EUR", rate: "0.9", line: 2 };
