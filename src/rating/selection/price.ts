// `selection: cdr-stats`: both sides by one look-up, whatever carrier the CDR names; bans are not asked,
// since CDR-Stats looks at them where rates are shown, and not where calls are priced.
import type { Call } from "../../cdr/rating.ts";
import type { CallPricer } from "../call-pricer.ts";
import { priceSell } from "../price-sell.ts";
import { type BuyPrice, priceBuy } from "../routing/price-buy.ts";
import type { RoutingContext } from "../routing/rank-carriers.ts";
import { type SidePrice, sideWithout } from "../side-price.ts";
import type { CompiledVoipPlan } from "../snapshot/native.ts";

/** A side that is not billed is looked up all the same: without its rate the other has none. */
export function priceSelected(
  context: CallPricer,
  call: Pick<Call, "billedSides">,
  { voipPlan, routing }: { voipPlan: CompiledVoipPlan; routing: RoutingContext },
): { sell: SidePrice | null; buy: BuyPrice | null } {
  const { currency } = context.snapshot.rules;
  const found = priceSell(context, voipPlan);
  const request = { voipPlan, supplier: "", sellCurrency: currency, banned: false, routing };
  const bought = priceBuy(context, request);
  const none = sideWithout("other-side-without-rate", currency);
  const isSold = found.side.amount !== null;
  const isBought = bought.side.amount !== null;
  const sell = isSold && !isBought ? none : found;
  const buy = isBought && !isSold ? { ...bought, ...none, chosen: null } : bought;
  return {
    sell: call.billedSides === "buy" ? null : sell,
    buy: call.billedSides === "sell" ? null : buy,
  };
}
