// Which carriers can take a call, in the order of the VoIP plan's strategy: `rating.routes`.
import { TODAYS_EDITION } from "../../cdr/edition.ts";
import type { Call } from "../../cdr/rating.ts";
import type { Reason } from "../../cdr/reasons.ts";
import { canonicalText } from "../../money/scaled-decimal.ts";
import { resolveAssignment } from "../assignment.ts";
import { banOf } from "../ban.ts";
import { type CallPricer, callPricerOf, setRequest } from "../call-pricer.ts";
import { roundFraction } from "../deck/exact-amount.ts";
import { termOf } from "../deck/plan-price.ts";
import { rateOf } from "../deck/sum-amount.ts";
import { marginOf } from "../margin.ts";
import { prerequisitesOf } from "../not-priced.ts";
import { priceSell } from "../price-sell.ts";
import { type SidePrice, sideOf } from "../side-price.ts";
import { type NativeSnapshot, TERM_UNIT } from "../snapshot/native.ts";
import type { Candidate } from "./carrier-candidate.ts";
import { priceCandidates } from "./price-buy.ts";
import { rankCarriers, strategyOf } from "./rank-carriers.ts";
import type { QualityFigures } from "./strategies/quality.ts";

export interface Route {
  carrier: string;
  gateway: string | null;
  plan: string;
  prefix: string | null;
  amount: string | null;
  /** Of the carrier's amount and rate. */
  currency: string;
  /** The rate at the start of the call, per 60 seconds (units); at most 10 decimals. */
  ratePerMinute: string;
  /** In the sell currency; null: no sell amount. */
  margin: string | null;
}

export interface Routes {
  routes: Route[];
  rejected: { carrier: string; plan: string; reason: Reason }[];
  /** Why there are no routes at all. */
  reason?: Reason;
}

/** Routes are asked for before a call: without a length it is priced as one of this length. */
const USUAL_SECONDS = 60;

/**
 * Every carrier of the account's VoIP plan, whatever carrier the call names: those that can take it
 * in order, those that cannot with the reason. A usage of 0 is priced as one minute (60 units).
 */
export function routesForCall(
  call: Call,
  snapshot: NativeSnapshot,
  options: { quality?: QualityFigures } = {},
): Routes {
  const context = callPricerOf(snapshot);
  const assignment = resolveAssignment(call, snapshot);
  const numbers = context.readNumbers(call, assignment, TODAYS_EDITION);
  const needed = prerequisitesOf(call, snapshot, { assignment, numbers });
  if (!needed.ok) return { routes: [], rejected: [], reason: needed.reason };
  setRequest(context, call, { numbers, edition: TODAYS_EDITION });
  const { request } = context;
  if (call.usage === 0) request.usage = USUAL_SECONDS * (request.isTime ? 1000 : 1);
  if (banOf(needed.voipPlan, request) !== null) {
    return { routes: [], rejected: [], reason: "banned" };
  }
  if (!request.understood) return { routes: [], rejected: [], reason: "number-not-understood" };
  const sell = priceSell(context, needed.voipPlan);
  const candidates = priceCandidates(context, needed.voipPlan, sell.side.currency);
  const ranked = rankCarriers(candidates, {
    strategy: strategyOf(snapshot, needed.voipPlan),
    callId: call.id,
    quality: options.quality,
  });
  return {
    routes: ranked.map((candidate) => routeOf(context, candidate, sell)),
    rejected: candidates.flatMap(({ plan, reason }) =>
      reason === null ? [] : [{ carrier: plan.carrier, plan: plan.name, reason }],
    ),
    ...(ranked.length === 0 ? { reason: "no-carrier" } : {}),
  };
}

function routeOf({ snapshot, request }: CallPricer, candidate: Candidate, sell: SidePrice): Route {
  const { plan, price, exchange } = candidate;
  const { side } = sideOf(snapshot, plan, price, request);
  const rounding = sell.priced?.plan.rules.rounding ?? snapshot.rules.rounding;
  const margin = marginOf(sell.side, side, { exchange, rounding });
  return {
    carrier: plan.carrier,
    gateway: plan.gateway,
    plan: plan.name,
    prefix: side.prefix,
    amount: side.amount,
    currency: side.currency,
    ratePerMinute: ratePerMinute(candidate),
    margin: margin?.amount ?? null,
  };
}

function ratePerMinute({ deck, price }: Candidate): string {
  const perMinute = {
    numerator: rateOf(deck, price.firstRow) * 60n,
    denominator: BigInt(termOf(deck, price.firstRow, TERM_UNIT)) * 10n ** BigInt(deck.scale),
  };
  return canonicalText(roundFraction(perMinute, { decimals: 10, mode: "half-up" }), 10);
}
