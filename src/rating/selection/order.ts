// The order in which CDR-Stats puts the rates of one side; the sides are chosen one by one, since its
// criteria, the sum of the metrics included, are lowest where each side is.
import type { JsonObject } from "../../cdr/json.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { compareFractions, type Fraction } from "../../money/fraction.ts";
import type { CallPricer } from "../call-pricer.ts";
import { createPlanPrice, type PlanPrice, termOf } from "../deck/plan-price.ts";
import { rateOf } from "../deck/sum-amount.ts";
import { matchedPrefix } from "../side-price.ts";
import {
  type CompiledDeck,
  type CompiledPlan,
  type CompiledVoipPlan,
  TERM_UNIT,
} from "../snapshot/native.ts";

/** A plan that has the number. */
export interface SelectedRate {
  plan: CompiledPlan;
  deck: CompiledDeck;
  price: PlanPrice;
}

/** Below 0 when a goes first: longest prefix, lowest priority (there: metric), lowest rate. */
export function compareSelected(a: SelectedRate, b: SelectedRate): number {
  return (
    b.price.prefixLength - a.price.prefixLength ||
    a.plan.priority - b.plan.priority ||
    compareFractions(rateFraction(a), rateFraction(b))
  );
}

/** Why a plan that has the number was not chosen. */
export function selectionLoss(loser: SelectedRate, winner: SelectedRate): Reason {
  if (loser.price.prefixLength !== winner.price.prefixLength) return "shorter-prefix";
  if (loser.plan.priority !== winner.plan.priority) return "lower-priority";
  const isDearer = compareFractions(rateFraction(loser), rateFraction(winner)) !== 0;
  return isDearer ? "dearer" : "later-in-plan";
}

/** Money a second (unit) at the start of the call. */
function rateFraction({ deck, price }: SelectedRate): Fraction {
  const row = price.firstRow >= 0 ? price.firstRow : (price.rows[0] as number);
  return {
    numerator: rateOf(deck, row),
    denominator: BigInt(termOf(deck, row, TERM_UNIT)) * 10n ** BigInt(deck.scale),
  };
}

/** For the basis: the retail plans that lost, with what decided. */
export function retailLosers(
  { snapshot, pricer, request }: CallPricer,
  voipPlan: CompiledVoipPlan,
  chosen: SelectedRate,
): JsonObject[] {
  return voipPlan.retail.flatMap((index) => {
    const plan = snapshot.retailPlans[index] as CompiledPlan;
    if (plan === chosen.plan) return [];
    const price = createPlanPrice(snapshot);
    if (!pricer.match(request, plan, price)) return [{ plan: plan.name, reason: "no-rate" }];
    const loser = { plan, deck: snapshot.decks[plan.deck] as CompiledDeck, price };
    const prefix = matchedPrefix(price, request);
    return [
      { plan: plan.name, prefix, priority: plan.priority, reason: selectionLoss(loser, chosen) },
    ];
  });
}
