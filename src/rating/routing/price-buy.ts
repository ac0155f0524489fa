// The buy side: the carrier that the CDR names, else the one that the strategy chooses.
import type { Reason } from "../../cdr/reasons.ts";
import type { CallPricer } from "../call-pricer.ts";
import { roundedText } from "../deck/plan-price.ts";
import { exchangeAt } from "../exchange.ts";
import { type SidePrice, sideOf, sideWithout } from "../side-price.ts";
import type { CompiledVoipPlan } from "../snapshot/native.ts";
import { breakTie, type Candidate, compareAmounts, settleCandidate } from "./carrier-candidate.ts";
import { chooseCarrier, type RoutingContext } from "./rank-carriers.ts";

export interface BuyRequest {
  voipPlan: CompiledVoipPlan;
  /** The carrier that the CDR names; empty: none. */
  supplier: string;
  sellCurrency: string;
  banned: boolean;
  routing: RoutingContext;
}

export interface BuyPrice extends SidePrice {
  chosen: Candidate | null;
  /** All that were asked for a price: the chosen one, those that lost, those that cannot. */
  candidates: Candidate[];
  /** The cheapest carrier that was not named, where it is cheaper than the named one. */
  cheapest: Candidate | null;
}

/** Prices each carrier plan on its own longest prefix; those not convertible cannot compete. */
export function priceCandidates(
  context: CallPricer,
  voipPlan: CompiledVoipPlan,
  sellCurrency: string,
): Candidate[] {
  const { pricer, request, snapshot } = context;
  const candidates = context.candidatesOf(voipPlan);
  for (const candidate of candidates) {
    const { plan, price, deck } = candidate;
    pricer.price(request, plan, price);
    const pair = { from: plan.rules.currency, to: sellCurrency };
    const exchange = exchangeAt(snapshot, pair, request.atMs);
    settleCandidate(candidate, exchange);
    if (candidate.reason !== null) continue;
    if (exchange === null) candidate.reason = "no-exchange-rate";
    else if (price.wide !== null && roundedText(price, deck, plan.rules.rounding) === null) {
      candidate.reason = "amount-out-of-range";
    }
  }
  return candidates;
}

export function priceBuy(context: CallPricer, buy: BuyRequest): BuyPrice {
  if (buy.supplier === "" && buy.banned) return buyWithout("banned", context, []);
  if (!context.request.understood) return notUnderstood(context, buy);
  if (buy.supplier !== "") return priceNamed(context, buy);
  const candidates = priceCandidates(context, buy.voipPlan, buy.sellCurrency);
  const chosen = chooseCarrier(candidates, buy.routing);
  if (chosen === null) return buyWithout(sharedReason(candidates), context, candidates);
  const { side, priced } = carrierSide(context, chosen, "routed");
  return { side, priced, chosen, candidates, cheapest: null };
}

/** No price for any carrier; the one that the CDR names took the call all the same. */
function notUnderstood(context: CallPricer, { supplier, voipPlan }: BuyRequest): BuyPrice {
  const without = buyWithout("number-not-understood", context, []);
  if (supplier === "") return without;
  const wanted = supplier.trim().toLowerCase();
  const named = context.candidatesOf(voipPlan).filter(({ plan }) => plan.names.includes(wanted));
  const [only] = named;
  const carrier = only === undefined || named.length > 1 ? {} : { carrier: only.plan.carrier };
  return { ...without, side: { ...without.side, ...carrier, basis: "named" } };
}

function priceNamed(context: CallPricer, buy: BuyRequest): BuyPrice {
  const wanted = buy.supplier.trim().toLowerCase();
  const candidates = priceCandidates(context, buy.voipPlan, buy.sellCurrency);
  const named = candidates.filter((candidate) => candidate.plan.names.includes(wanted));
  // A named carrier took the call: without an exchange rate its own amount still stands, and of
  // several such plans the first by priority and order is taken, since they cannot be compared.
  const foreign = named.filter((candidate) => candidate.reason === "no-exchange-rate");
  const chosen = chooseCarrier(named, buy.routing) ?? foreign.sort(breakTie)[0];
  if (chosen === undefined) {
    const reason = named.length === 0 ? "carrier-not-in-plan" : sharedReason(named);
    const without = buyWithout(reason, context, named);
    return named.length === 1 && named[0] !== undefined
      ? { ...without, ...carrierSide(context, named[0], "named") }
      : { ...without, side: { ...without.side, basis: "named" } };
  }
  const rivals = candidates.filter((candidate) => !named.includes(candidate));
  const cheapest = buy.banned || chosen.reason !== null ? null : cheapestBelow(rivals, chosen);
  const { side, priced } = carrierSide(context, chosen, "named");
  return { side, priced, chosen, candidates: named, cheapest };
}

function cheapestBelow(rivals: Candidate[], named: Candidate): Candidate | null {
  const cheapest = chooseCarrier(rivals, { strategy: "lowest-cost", callId: "" });
  return cheapest !== null && compareAmounts(cheapest, named) < 0 ? cheapest : null;
}

function carrierSide(
  context: CallPricer,
  candidate: Candidate,
  basis: "named" | "routed",
): SidePrice {
  const { plan, price } = candidate;
  const found = sideOf(context.snapshot, plan, price, context.request);
  found.side.carrier = plan.carrier;
  if (plan.gateway !== null) found.side.gateway = plan.gateway;
  found.side.basis = basis;
  return found;
}

function buyWithout(reason: Reason, context: CallPricer, candidates: Candidate[]): BuyPrice {
  const without = sideWithout(reason, context.snapshot.rules.currency);
  return { ...without, chosen: null, candidates, cheapest: null };
}

/** The reason that all share says more than `no-carrier`, which stands for several. */
function sharedReason(candidates: Candidate[]): Reason {
  const reasons = new Set(candidates.map((candidate) => candidate.reason));
  const [reason] = reasons;
  return reasons.size === 1 && reason !== null && reason !== undefined ? reason : "no-carrier";
}
