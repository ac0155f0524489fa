// The sell side: the longest prefix over the retail plans of a VoIP plan.
import type { CallPricer } from "./call-pricer.ts";
import type { PlanPrice } from "./deck/plan-price.ts";
import { type SidePrice, sideOf, sideWithout } from "./side-price.ts";
import type { CompiledPlan, CompiledVoipPlan } from "./snapshot/native.ts";

/** The retail plan with the longest matched prefix (equal: plan order), or null. */
export function matchRetail(
  { pricer, request, retail, snapshot }: CallPricer,
  voipPlan: CompiledVoipPlan,
): { plan: CompiledPlan; price: PlanPrice } | null {
  let [best, spare] = retail;
  let bestPlan: CompiledPlan | null = null;
  for (const index of voipPlan.retail) {
    const plan = snapshot.retailPlans[index] as CompiledPlan;
    if (!pricer.match(request, plan, spare)) continue;
    if (bestPlan !== null && !isLonger(spare, best)) continue;
    bestPlan = plan;
    [best, spare] = [spare, best];
  }
  return bestPlan === null ? null : { plan: bestPlan, price: best };
}

/** A row that has the digits of before a change of plan, as they were dialled, goes first. */
function isLonger(a: PlanPrice, b: PlanPrice): boolean {
  return a.former === b.former ? a.prefixLength > b.prefixLength : a.former;
}

export function priceSell(context: CallPricer, voipPlan: CompiledVoipPlan): SidePrice {
  const match = matchRetail(context, voipPlan);
  if (match === null) return sideWithout("no-rate", context.snapshot.rules.currency);
  context.pricer.priceMatched(context.request, match.plan, match.price);
  return sideOf(context.snapshot, match.plan, match.price, context.request);
}
