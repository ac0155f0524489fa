// Why two versions of a tariff give one side of a call other amounts: the first thing that differs.
import type { JsonObject } from "../../cdr/json.ts";
import type { Priced, Side } from "../../cdr/rating.ts";

/** In the order in which they are tested, one sentence each. */
export const VERSION_RULES = {
  "only-before": "Only the first tariff has a price.",
  "only-after": "Only the second tariff has a price.",
  currency: "The amounts are in other currencies.",
  account: "The account has another VoIP plan.",
  carrier: "Another carrier takes the call.",
  plan: "Another plan prices the call.",
  prefix: "Another prefix is the longest that matches.",
  interval: "Other intervals, a minimum or a grace time: other seconds are billed.",
  fee: "Another connect fee.",
  rate: "Another rate, or another band of time.",
  maximum: "Another maximum amount.",
  minimum: "Another minimum amount.",
  rounding: "The same exact amount is rounded otherwise.",
  terms: "The way from the same figures to the amount differs.",
} as const;

export type VersionRule = keyof typeof VERSION_RULES;
type SideName = "sell" | "buy";

/** Null: the same amount and currency, or none on either side. Both were priced with a basis. */
export function versionRule(before: Priced, after: Priced, name: SideName): VersionRule | null {
  const [left, right] = [before[name], after[name]];
  if (!differs(left, right)) return null;
  if (left === null || left.amount === null) return "only-after";
  if (right === null || right.amount === null) return "only-before";
  if (left.currency !== right.currency) return "currency";
  if (before.assignment?.voipPlan !== after.assignment?.voipPlan) return "account";
  if (left.carrier !== right.carrier) return "carrier";
  if (left.plan !== right.plan) return "plan";
  if (left.prefix !== right.prefix) return "prefix";
  if (left.billedSeconds !== right.billedSeconds) return "interval";
  const [was, is] = [figuresOf(before.basis, name), figuresOf(after.basis, name)];
  const rules = ["fee", "rate", "maximum", "minimum", "rounding"] as const;
  return rules.find((rule) => was[rule] !== is[rule]) ?? "terms";
}

export function differs(left: Side | null, right: Side | null): boolean {
  const [was, is] = [left?.amount ?? null, right?.amount ?? null];
  return was !== is || (was !== null && left?.currency !== right?.currency);
}

/** What an amount is made of, as texts that are equal where the figures are. */
function figuresOf(basis: JsonObject, name: SideName) {
  return basis["semantics"] === undefined
    ? nativeFigures((basis[name] ?? {}) as JsonObject)
    : cgratesFigures(basis);
}

function nativeFigures(side: JsonObject) {
  const spans = (side["spans"] ?? []) as JsonObject[];
  return {
    fee: JSON.stringify(side["connectFee"]),
    rate: JSON.stringify(
      spans.map(({ seconds, rate, unitSeconds }) => [seconds, rate, unitSeconds]),
    ),
    maximum: JSON.stringify(side["maximumAmount"]),
    minimum: JSON.stringify(side["minimumAmount"]),
    rounding: JSON.stringify(side["rounding"]),
  };
}

function cgratesFigures(basis: JsonObject) {
  const spans = (basis["spans"] ?? []) as JsonObject[];
  const members = (...names: string[]) =>
    JSON.stringify(spans.map((span) => names.map((name) => span[name])));
  const prices = spans.map(({ slot, fromNs, toNs }) => {
    const { price, unitNs } = (slot ?? {}) as JsonObject;
    return [fromNs, toNs, price, unitNs];
  });
  return {
    fee: members("connectFee"),
    rate: JSON.stringify(prices),
    maximum: members("maxCost", "maxCostStrategy"),
    minimum: "",
    rounding: members("rounding"),
  };
}
