// A call without usage: both amounts are 0, whatever else is known of it.
import type { Call, Priced, Side } from "../cdr/rating.ts";
import { fixedText } from "../money/scaled-decimal.ts";
import type { CallPricer } from "./call-pricer.ts";
import type { PlanPrice } from "./deck/plan-price.ts";
import { matchRetail } from "./price-sell.ts";
import { sideOf } from "./side-price.ts";
import type { CompiledPlan, CompiledVoipPlan } from "./snapshot/native.ts";

type Sides = Pick<Priced, "sell" | "buy" | "margin">;

/**
 * The sides of an unanswered call. Where the account's plan and the number are known they carry the
 * matched prefix, and the buy side the carrier that the CDR names, so that reports by prefix and
 * carrier (ASR) count the attempt; a carrier is never chosen for it.
 */
export function unansweredSides(
  context: CallPricer,
  call: Call,
  voipPlan: CompiledVoipPlan | null,
): Sides {
  const zero = freeSide(context);
  const retail = voipPlan === null ? null : matchRetail(context, voipPlan);
  const sell = retail === null ? zero : attempted(context, retail.plan, retail.price);
  const buy = voipPlan === null ? zero : attemptedBuy(context, voipPlan, call.supplier ?? "");
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

function attemptedBuy(context: CallPricer, voipPlan: CompiledVoipPlan, supplier: string): Side {
  const wanted = supplier.trim().toLowerCase();
  const named = context
    .candidatesOf(voipPlan)
    .find(({ plan }) => supplier !== "" && plan.names.includes(wanted));
  if (named === undefined) return freeSide(context);
  context.pricer.match(context.request, named.plan, named.price);
  const gateway = named.plan.gateway === null ? {} : { gateway: named.plan.gateway };
  return {
    ...attempted(context, named.plan, named.price),
    carrier: named.plan.carrier,
    ...gateway,
    basis: "named",
  };
}
