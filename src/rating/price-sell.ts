// The sell side: the longest prefix over the retail plans of a VoIP plan.
import type { CallPricer } from "./call-pricer.ts";
import type { PlanPrice } from "./deck/plan-price.ts";
import { compareSelected } from "./selection/order.ts";
import { type SidePrice, sideOf, sideWithout } from "./side-price.ts";
import type {
  CompiledDeck,
  CompiledPlan,
  CompiledVoipPlan,
  NativeSnapshot,
} from "./snapshot/native.ts";

interface Match {
  plan: CompiledPlan;
  price: PlanPrice;
}

/** The retail plan with the longest matched prefix (equal: the selection's order, then the plan's), or null. */
export function matchRetail(
  { pricer, request, retail, snapshot }: CallPricer,
  voipPlan: CompiledVoipPlan,
): Match | null {
  let [best, spare] = retail;
  let bestPlan: CompiledPlan | null = null;
  for (const index of voipPlan.retail) {
    const plan = snapshot.retailPlans[index] as CompiledPlan;
    if (!pricer.match(request, plan, spare)) continue;
    const found = { plan, price: spare };
    if (bestPlan !== null && !goesBefore(snapshot, found, { plan: bestPlan, price: best }))
      continue;
    bestPlan = plan;
    [best, spare] = [spare, best];
  }
  return bestPlan === null ? null : { plan: bestPlan, price: best };
}

function goesBefore(snapshot: NativeSnapshot, a: Match, b: Match): boolean {
  if (snapshot.selection === undefined) return isLonger(a.price, b.price);
  const withDeck = (match: Match) => ({
    ...match,
    deck: snapshot.decks[match.plan.deck] as CompiledDeck,
  });
  return compareSelected(withDeck(a), withDeck(b)) < 0;
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
