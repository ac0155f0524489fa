// What a call takes from its account, as the engine notes it in the details of a cost. No balances are kept
// here: each call is shown as the engine shows the first one of an account that has none, which goes below
// zero on a balance `*default` of its own.
import { createHash } from "node:crypto";
import type { PricedTimespan } from "../../cgrates/semantics/descriptor.ts";
import { roundLikeCgrates } from "../../cgrates/semantics/go-round.ts";
import type { RateInterval } from "../../cgrates/snapshot.ts";

export interface Payer {
  tenant: string;
  account: string;
}

/** Request types that debit their account, with their spellings of before. */
const DEBITING = new Set([
  "*postpaid",
  "*prepaid",
  "*pseudoprepaid",
  "*dynaprepaid",
  "postpaid",
  "prepaid",
  "pseudoprepaid",
]);

export function debits(requestType: string): boolean {
  return DEBITING.has(requestType);
}

/** A step of a debit: what is taken, how often, and by which rating. */
export interface Debited {
  usageNs: number;
  cost: number;
  factor: number;
  /** `*rounding` for what the rounding of a span adds. */
  ratingId: string;
}

/** The engine's `rounding_decimals`. */
const DECIMALS = 5;
/** Steps that are taken one by one, as the engine does: each leaves its binary noise. */
const MOST_STEPS = 100_000;

/** Of one span: its fee, where it has one, its increments, and what rounding it to the plan's decimals adds. */
export function debitedOf(span: PricedTimespan, isRounded = true): Debited[] {
  const steps: Debited[] = [];
  const fee = Number(span.connectFee);
  if (span.hasFee && fee > 0) steps.push({ usageNs: 0, cost: fee, factor: 1, ratingId: "" });
  if (span.increments > 0) {
    const { incrementNs: usageNs, increments: factor } = span;
    steps.push({ usageNs, cost: Number(span.incrementCost), factor, ratingId: "" });
  }
  const added = isRounded ? addedByRounding(steps, span.interval) : 0;
  if (added !== 0) steps.push({ usageNs: 0, cost: added, factor: 1, ratingId: "*rounding" });
  return steps;
}

/** A span whose first increment is free is not rounded. */
function addedByRounding(steps: readonly Debited[], { terms }: RateInterval): number {
  const { roundingMethod, roundingDecimals } = terms;
  if ((steps[0]?.cost ?? 0) === 0) return 0;
  const cost = sumOf(steps);
  return roundLikeCgrates(cost, roundingDecimals, roundingMethod) - cost;
}

function sumOf(steps: readonly Debited[]): number {
  const sum = steps.reduce((all, { cost, factor }) => all + cost * factor, 0);
  return roundLikeCgrates(sum, DECIMALS, "*middle");
}

/** The steps of a span, which counts as often as it was merged. */
export interface DebitedSpan {
  steps: readonly Debited[];
  factor: number;
}

/** The cost of all spans. */
export function debitedCost(spans: readonly DebitedSpan[]): number {
  const cost = spans.reduce((sum, { steps, factor }) => sum + sumOf(steps) * factor, 0);
  return roundLikeCgrates(cost, DECIMALS, "*middle");
}

/** What the account is after it, with the one balance that it went below zero on. */
export function accountSummary({ tenant, account }: Payer, spans: readonly DebitedSpan[]) {
  const steps = spans.flatMap(({ steps: own, factor }) =>
    own.map((step) => ({ ...step, factor: step.factor * factor })),
  );
  const isRounding = ({ ratingId }: Debited) => ratingId === "*rounding";
  // What rounding adds is taken when all else has been.
  const inOrder = [...steps.filter((step) => !isRounding(step)), ...steps.filter(isRounding)];
  const balance = {
    UUID: balanceId({ tenant, account }),
    ID: "*default",
    Type: "*monetary",
    Initial: 0,
    Value: inOrder.reduce(taken, 0),
    Disabled: false,
  };
  return {
    Tenant: tenant,
    ID: account,
    BalanceSummaries: [balance],
    AllowNegative: false,
    Disabled: false,
  };
}

function taken(value: number, { cost, factor }: Debited): number {
  if (factor > MOST_STEPS) return roundLikeCgrates(value - cost * factor, DECIMALS, "*middle");
  let left = value;
  for (let step = 0; step < factor; step += 1)
    left = roundLikeCgrates(left - cost, DECIMALS, "*middle");
  return left;
}

/** One for each account, the same each time. */
export function balanceId({ tenant, account }: Payer): string {
  const hex = createHash("sha1").update(`${tenant}:${account}`).digest("hex");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}
