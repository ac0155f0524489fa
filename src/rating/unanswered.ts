// A call without usage: both amounts are 0, whatever else is known of it.
import type { Call, Priced, Side } from "../cdr/rating.ts";
import { fixedText } from "../money/scaled-decimal.ts";
import type { CallPricer } from "./call-pricer.ts";
import type { PlanPrice } from "./deck/plan-price.ts";
import { matchRetail } from "./price-sell.ts";
import type { Candidate } from "./routing/carrier-candidate.ts";
import { priceCandidates } from "./routing/price-buy.ts";
import { chooseCarrier } from "./routing/rank-carriers.ts";
import { sideOf } from "./side-price.ts";
import type { CompiledPlan, CompiledVoipPlan } from "./snapshot/native.ts";

type Sides = Pick<Priced, "sell" | "buy" | "margin">;

/**
 * The sides of an unanswered call. Where the account's plan and the number are known they carry the
 * matched prefix, and the buy side the carrier that the CDR names, so that reports by prefix and
 * carrier (ASR) count the attempt; a carrier is chosen for it by a selection alone.
 */
export function unansweredSides(
  context: CallPricer,
  call: Call,
  voipPlan: CompiledVoipPlan | null,
): Sides {
  const zero = freeSide(context);
  const retail = voipPlan === null ? null : matchRetail(context, voipPlan);
  const carrier = voipPlan === null ? undefined : carrierOf(context, voipPlan, call.supplier ?? "");
  // A selection has both sides or none.
  const isAlone = context.snapshot.selection !== undefined && (!retail || !carrier);
  const sell = !retail || isAlone ? zero : attempted(context, retail.plan, retail.price);
  const buy = !carrier || isAlone ? zero : attemptedBuy(context, carrier);
  const { currency, rounding } = context.snapshot.rules;
  return {
    sell: call.billedSides === "buy" ? null : sell,
    buy: call.billedSides === "sell" ? null : buy,
    margin:
      call.billedSides === "both"
        ? { amount: fixedText(0, rounding.decimals), currency: sell.currency ?? currency }
        : null,
  };
}

function freeSide({ snapshot }: CallPricer): Side {
  const { currency, rounding } = snapshot.rules;
  const amount = fixedText(0, rounding.decimals);
  return { amount, currency, plan: null, prefix: null, destination: null, billedSeconds: 0 };
}

function attempted({ snapshot, request }: CallPricer, plan: CompiledPlan, price: PlanPrice): Side {
  const { reason: _none, ...side } = sideOf(snapshot, plan, price, request).side;
  const { currency, rounding } = plan.rules;
  return { ...side, currency, amount: fixedText(0, rounding.decimals), billedSeconds: 0 };
}

/** The carrier that the CDR names, or the one that the selection takes; matched with the number. */
function carrierOf(
  context: CallPricer,
  voipPlan: CompiledVoipPlan,
  supplier: string,
): Candidate | undefined {
  const { snapshot, request, pricer } = context;
  if (snapshot.selection !== undefined) {
    const candidates = priceCandidates(context, voipPlan, snapshot.rules.currency);
    const routing = { strategy: snapshot.selection.rule, callId: "" };
    return chooseCarrier(candidates, routing) ?? undefined;
  }
  const wanted = supplier.trim().toLowerCase();
  const named = context
    .candidatesOf(voipPlan)
    .find(({ plan }) => supplier !== "" && plan.names.includes(wanted));
  if (named !== undefined) pricer.match(request, named.plan, named.price);
  return named;
}

function attemptedBuy(context: CallPricer, { plan, price }: Candidate): Side {
  return {
    ...attempted(context, plan, price),
    carrier: plan.carrier,
    ...(plan.gateway === null ? {} : { gateway: plan.gateway }),
    basis: context.snapshot.selection === undefined ? "named" : "routed",
  };
}
