// Prices one call natively: the order of the steps, written once.
import { type Edition, TODAYS_EDITION } from "../cdr/edition.ts";
import type { JsonObject } from "../cdr/json.ts";
import type { AssignmentUsed, Call, Priced, Side } from "../cdr/rating.ts";
import type { Reason } from "../cdr/reasons.ts";
import { refusalOf } from "../cdr/refusal.ts";
import { isTimed } from "../cdr/usage.ts";
import { resolveAssignment } from "./assignment.ts";
import { type Ban, banOf } from "./ban.ts";
import { type CallNumbers, keptNumbers } from "./call-numbers.ts";
import { type CallPricer, callPricerOf, setRequest } from "./call-pricer.ts";
import { roundedText } from "./deck/plan-price.ts";
import { type Exchange, exchangeAt } from "./exchange.ts";
import { marginOf } from "./margin.ts";
import { prerequisitesOf } from "./not-priced.ts";
import { priceSell } from "./price-sell.ts";
import { type BuyPrice, priceBuy } from "./routing/price-buy.ts";
import { type RoutingContext, strategyOf } from "./routing/rank-carriers.ts";
import type { QualityFigures } from "./routing/strategies/quality.ts";
import { selectionBasis } from "./selection/basis.ts";
import { priceSelected } from "./selection/price.ts";
import { type SidePrice, sideWithout } from "./side-price.ts";
import type { CompiledVoipPlan, NativeSnapshot } from "./snapshot/native.ts";
import { exchangeBasis, routingBasis, sideBasis } from "./trace/basis.ts";
import { traceOf } from "./trace/steps.ts";
import { unansweredSides } from "./unanswered.ts";

export interface PriceOptions {
  /** Say each step, for a person; it costs time. */
  trace?: boolean;
  /** False: leave the basis empty, for answers that nobody stores; a third of the time. */
  basis?: boolean;
  /** Figures for the strategy `quality`. */
  quality?: QualityFigures;
  /** The rules of pricing; today's when not said. */
  edition?: Edition;
}

export type PricedCall = Priced & { trace?: JsonObject };

/** What is known of a call before it is priced. */
interface Facts {
  call: Call;
  assignment: AssignmentUsed | null;
  numbers: CallNumbers;
  edition: Edition;
  /** The answer is to have its basis. */
  withBasis: boolean;
}

interface PricedSides {
  voipPlan: CompiledVoipPlan;
  sell: SidePrice | null;
  buy: BuyPrice | null;
  ban: Ban | null;
  exchange: Exchange | null;
  routing: RoutingContext;
}

/** Prices a call under a snapshot; every reason for a missing amount is in the answer. */
export function priceCall(
  call: Call,
  snapshot: NativeSnapshot,
  options: PriceOptions = {},
): PricedCall {
  const context = callPricerOf(snapshot);
  const assignment = resolveAssignment(call, snapshot);
  const { basis: withBasis = true, edition = TODAYS_EDITION } = options;
  const numbers = context.readNumbers(call, assignment, edition);
  const facts = { call, assignment, numbers, edition, withBasis };
  const { priced, voipPlan } = priceFacts(context, facts, options);
  if (options.trace !== true) return priced;
  return { ...priced, trace: traceOf({ context, ...facts, voipPlan, priced }) };
}

/** `voipPlan` is null where no plan came to be priced. */
function priceFacts(
  context: CallPricer,
  facts: Facts,
  options: PriceOptions,
): { priced: Priced; voipPlan: CompiledVoipPlan | null } {
  const { call } = facts;
  const { snapshot } = context;
  const refusal = refusalOf(call);
  if (refusal !== null) {
    return { priced: unrated(facts, refusal, { sell: null, buy: null }), voipPlan: null };
  }
  setRequest(context, call, facts);
  const needed = prerequisitesOf(call, snapshot, facts);
  if (call.usage === 0) {
    const voipPlan = needed.ok ? needed.voipPlan : null;
    return { priced: unanswered(context, facts, voipPlan), voipPlan };
  }
  if (!needed.ok) {
    const without = sideWithout(needed.reason, snapshot.rules.currency).side;
    const sides = {
      sell: call.billedSides === "buy" ? null : without,
      buy: call.billedSides === "sell" ? null : without,
    };
    return { priced: unrated(facts, needed.reason, sides), voipPlan: null };
  }
  const routing = {
    strategy: strategyOf(snapshot, needed.voipPlan),
    callId: call.id,
    quality: options.quality,
  };
  const sides = priceSides(context, call, needed.voipPlan, routing);
  const priced = answer(context, facts, { ...sides, voipPlan: needed.voipPlan });
  return { priced, voipPlan: needed.voipPlan };
}

function priceSides(
  context: CallPricer,
  call: Call,
  voipPlan: CompiledVoipPlan,
  routing: RoutingContext,
): Omit<PricedSides, "voipPlan"> {
  const { snapshot, request } = context;
  if (snapshot.selection !== undefined) {
    const selected = priceSelected(context, call, { voipPlan, routing });
    const { currency } = snapshot.rules;
    const exchange = exchangeAt(snapshot, { from: currency, to: currency }, request.atMs);
    return { ...selected, ban: null, exchange, routing };
  }
  const ban = banOf(voipPlan, request);
  const asksSell = call.billedSides !== "buy" && voipPlan.retail.length > 0;
  const asksBuy = call.billedSides !== "sell" && voipPlan.carriers.length > 0;
  const hidden = ban !== null ? "banned" : request.understood ? null : "number-not-understood";
  const sell = !asksSell
    ? null
    : hidden === null
      ? priceSell(context, voipPlan)
      : sideWithout(hidden, snapshot.rules.currency);
  // Without a sell side the carriers are compared in the tariff's currency.
  const sellCurrency = sell?.side.currency ?? snapshot.rules.currency;
  const supplier = call.supplier ?? "";
  const buy = asksBuy
    ? priceBuy(context, { voipPlan, supplier, sellCurrency, banned: ban !== null, routing })
    : null;
  const exchange =
    buy === null
      ? null
      : exchangeAt(snapshot, { from: buy.side.currency, to: sellCurrency }, request.atMs);
  return { sell, buy, ban, exchange, routing };
}

function answer(context: CallPricer, facts: Facts, sides: PricedSides): Priced {
  const { sell, buy, exchange } = sides;
  const rounding = sell?.priced?.plan.rules.rounding ?? context.snapshot.rules.rounding;
  const margin = marginOf(sell?.side ?? null, buy?.side ?? null, { exchange, rounding });
  const asked = [sell?.side, buy?.side].filter((side) => side !== undefined);
  const missing = asked.find((side) => side.amount === null);
  const reason = asked.length === 0 ? noSideReason(facts.call) : missing?.reason;
  const isPriced = asked.some((side) => side.amount !== null);
  const priced: Priced = {
    outcome: !isPriced ? "unrated" : missing === undefined ? "rated" : "partial",
    assignment: facts.assignment,
    normalized: keptNumbers(facts.numbers),
    sell: sell?.side ?? null,
    buy: buy?.side ?? null,
    margin,
    basis: facts.withBasis ? basisOf(context, facts, sides) : {},
  };
  if (reason !== undefined) priced.reason = reason;
  const cheapest = cheapestOf(buy);
  if (cheapest !== null) priced.cheapest = cheapest;
  return priced;
}

/** A VoIP plan without retail or carrier plans asks for no such side; one side must be asked for. */
function noSideReason(call: Call): Reason {
  return call.billedSides === "buy" ? "no-carrier" : "no-rate";
}

function cheapestOf(buy: BuyPrice | null): NonNullable<Priced["cheapest"]> | null {
  if (buy === null || buy.cheapest === null) return null;
  const { plan, price, deck } = buy.cheapest;
  const amount = roundedText(price, deck, plan.rules.rounding);
  return amount === null ? null : { carrier: plan.carrier, amount, currency: plan.rules.currency };
}

function basisOf(context: CallPricer, facts: Facts, sides: PricedSides): JsonObject {
  const { sell, buy, ban, exchange, routing } = sides;
  const isTime = isTimed(facts.call.tor);
  const rate = exchangeBasis(exchange);
  const basis: JsonObject = { ruleSet: facts.numbers.ruleSet };
  if (ban !== null) basis["ban"] = { ...ban };
  if (sell !== null) basis["sell"] = sideBasis(context.snapshot, sell, isTime);
  if (buy !== null) {
    basis["buy"] = sideBasis(context.snapshot, buy, isTime);
    basis["routing"] = routingBasis(buy, routing);
  }
  if (rate !== null) basis["exchange"] = rate;
  const selection = selectionBasis(context, sides.voipPlan, sell);
  if (selection !== null) basis["selection"] = selection;
  return basis;
}

function unanswered(context: CallPricer, facts: Facts, voipPlan: CompiledVoipPlan | null): Priced {
  return {
    outcome: "rated",
    reason: "unanswered",
    assignment: facts.assignment,
    normalized: keptNumbers(facts.numbers),
    ...unansweredSides(context, facts.call, voipPlan),
    basis: facts.withBasis ? { ruleSet: facts.numbers.ruleSet, usage: 0 } : {},
  };
}

function unrated(
  facts: Facts,
  reason: Reason,
  sides: { sell: Side | null; buy: Side | null },
): Priced {
  return {
    outcome: "unrated",
    reason,
    assignment: facts.assignment,
    normalized: keptNumbers(facts.numbers),
    ...sides,
    margin: null,
    basis: facts.withBasis ? { ruleSet: facts.numbers.ruleSet } : {},
  };
}
