// The basis of a rating: everything that its amounts can be recomputed from, as JSON, about 1 KB.
import type { JsonObject } from "../../cdr/json.ts";
import { fractionText } from "../../money/fraction.ts";
import { canonicalText } from "../../money/scaled-decimal.ts";
import { isPricedAtStart } from "../deck/billed-time.ts";
import { exactText, type PlanPrice, rateNumber, roundedText, termOf } from "../deck/plan-price.ts";
import { feeOf, maximumOf, minimumOf } from "../deck/sum-amount.ts";
import type { Exchange } from "../exchange.ts";
import { amountInSellCurrency, type Candidate } from "../routing/carrier-candidate.ts";
import type { BuyPrice } from "../routing/price-buy.ts";
import { lossReason, type RoutingContext } from "../routing/rank-carriers.ts";
import { qualityOf } from "../routing/strategies/quality.ts";
import { drawFacts } from "../routing/strategies/weight.ts";
import type { SidePrice } from "../side-price.ts";
import {
  type CompiledDeck,
  type CompiledPlan,
  type NativeSnapshot,
  TERM_BAND,
  TERM_BLOCKED,
  TERM_CALLER,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_FEE,
  TERM_FIRST_INTERVAL,
  TERM_FROM_SECOND,
  TERM_GRACE,
  TERM_MINIMUM,
  TERM_NEXT_INTERVAL,
  TERM_UNIT,
} from "../snapshot/native.ts";

const CANDIDATES_MAX = 50;

/** How one side came to its amount: rows, spans, fee, exact amount, rounding. */
export function sideBasis(
  snapshot: NativeSnapshot,
  { side, priced }: SidePrice,
  isTime: boolean,
): JsonObject {
  if (priced === null) return { reason: side.reason ?? null };
  const { plan, deck, price } = priced;
  const rows = usedRows(price).map((row) => rowFigures(snapshot, plan, row));
  if (side.reason !== undefined) {
    const { reason, prefix } = side;
    return { plan: plan.name, deck: deck.file, prefix, reason, rows };
  }
  const { decimals, mode } = plan.rules.rounding;
  const basis: JsonObject = {
    plan: plan.name,
    deck: deck.file,
    prefix: side.prefix,
    usage: isTime ? price.usage / 1000 : price.usage,
    billed: price.billed,
    rows,
    spans: spansOf(deck, price),
    connectFee: price.spanCount > 0 ? feeText(deck, price.firstRow) : "0",
    exact: exactText(price, deck),
    rounding: { decimals, mode, usage: plan.rules.usageRounding },
    amount: side.amount,
    currency: side.currency,
  };
  const maximum = maximumOf(deck, price.firstRow);
  if (maximum !== null) basis["maximumAmount"] = canonicalText(maximum, deck.scale);
  if (price.capped) basis["capped"] = true;
  const minimum = minimumOf(deck, price.firstRow);
  // A call of which nothing is billed costs nothing.
  if (minimum !== null && price.billed > 0) {
    basis["minimumAmount"] = canonicalText(minimum, deck.scale);
  }
  if (price.raised) basis["raised"] = true;
  return basis;
}

function usedRows(price: PlanPrice): number[] {
  const rows = price.firstRow < 0 ? [] : [price.firstRow];
  for (let span = 0; span < price.spanCount; span++) {
    const row = price.spanRows[span] as number;
    if (!rows.includes(row)) rows.push(row);
  }
  return rows;
}

/** The figures of a row, of those that have a default only the others; its line says where it is. */
export function rowFigures(
  snapshot: NativeSnapshot,
  { deck: index, rules }: CompiledPlan,
  row: number,
): JsonObject {
  const deck = snapshot.decks[index] as CompiledDeck;
  const figures: JsonObject = {
    line: deck.lines[row] as number,
    rate: rateText(deck, row),
    unitSeconds: termOf(deck, row, TERM_UNIT),
    firstInterval: termOf(deck, row, TERM_FIRST_INTERVAL),
    nextInterval: termOf(deck, row, TERM_NEXT_INTERVAL),
  };
  if (termOf(deck, row, TERM_FEE) !== 0) figures["connectFee"] = feeText(deck, row);
  const leastSeconds = termOf(deck, row, TERM_MINIMUM);
  if (leastSeconds > 0) figures["minimumSeconds"] = leastSeconds;
  const grace = termOf(deck, row, TERM_GRACE);
  if (grace > 0) figures["graceSeconds"] = grace;
  const fromSecond = termOf(deck, row, TERM_FROM_SECOND);
  if (fromSecond > 0) figures["fromSecond"] = fromSecond;
  const band = termOf(deck, row, TERM_BAND);
  if (band >= 0) figures["band"] = snapshot.bands[band]?.name ?? null;
  const from = termOf(deck, row, TERM_EFFECTIVE_FROM);
  if (Number.isFinite(from)) figures["effectiveFrom"] = instantText(from);
  const to = termOf(deck, row, TERM_EFFECTIVE_TO);
  if (Number.isFinite(to)) figures["effectiveTo"] = instantText(to);
  if (termOf(deck, row, TERM_BLOCKED) === 1) figures["status"] = "blocked";
  if (isPricedAtStart({ deck, rules }, row)) figures["intervalPrice"] = "start";
  const minimum = minimumOf(deck, row);
  if (minimum !== null) figures["minimumAmount"] = canonicalText(minimum, deck.scale);
  const maximum = maximumOf(deck, row);
  if (maximum !== null) figures["maximumAmount"] = canonicalText(maximum, deck.scale);
  const caller = termOf(deck, row, TERM_CALLER);
  if (caller > 0) figures["callerPrefix"] = snapshot.callerPrefixes[caller] ?? "";
  return figures;
}

function rateText(deck: CompiledDeck, row: number): string {
  return canonicalText(deck.wideRates.get(row) ?? rateNumber(deck, row), deck.scale);
}

function feeText(deck: CompiledDeck, row: number): string {
  const fee = termOf(deck, row, TERM_FEE);
  return canonicalText(Number.isNaN(fee) ? feeOf(deck, row) : fee, deck.scale);
}

function instantText(ms: number): string {
  return new Date(ms).toISOString();
}

function spansOf(deck: CompiledDeck, price: PlanPrice): JsonObject[] {
  const spans: JsonObject[] = [];
  let fromSecond = 0;
  for (let span = 0; span < price.spanCount; span++) {
    const row = price.spanRows[span] as number;
    const seconds = price.spanSeconds[span] as number;
    spans.push({
      fromSecond,
      seconds,
      line: deck.lines[row] as number,
      rate: rateText(deck, row),
      unitSeconds: termOf(deck, row, TERM_UNIT),
    });
    fromSecond += seconds;
  }
  return spans;
}

/** How the carrier was chosen: the strategy, what lost and why, the figures it went by. */
export function routingBasis(buy: BuyPrice, routing: RoutingContext): JsonObject {
  const losers = buy.candidates.filter((candidate) => candidate !== buy.chosen);
  const basis: JsonObject = {
    strategy: routing.strategy,
    candidates: losers
      .slice(0, CANDIDATES_MAX)
      .map((candidate) => loserBasis(candidate, buy.chosen, routing)),
  };
  if (losers.length > CANDIDATES_MAX) basis["candidatesOmitted"] = losers.length - CANDIDATES_MAX;
  if (routing.strategy === "weight") basis["draw"] = drawFacts(buy.candidates, routing.callId);
  if (routing.strategy === "quality") basis["quality"] = qualityUsed(buy.candidates, routing);
  if (buy.cheapest !== null) basis["cheapest"] = candidateAmount(buy.cheapest);
  return basis;
}

function loserBasis(
  candidate: Candidate,
  chosen: Candidate | null,
  routing: RoutingContext,
): JsonObject {
  const lost = chosen === null ? null : lossReason(candidate, chosen, routing);
  const basis = candidateAmount(candidate);
  basis["reason"] = candidate.reason ?? lost;
  return basis;
}

/**
 * The amount rounded by the carrier plan's own rounding, and exact; of another currency than the
 * sell side's also the exchange rate and the exact amount that was compared.
 */
function candidateAmount(candidate: Candidate): JsonObject {
  const { plan, deck, price, exchange } = candidate;
  if (price.reason !== null) return { carrier: plan.carrier, plan: plan.name, amount: null };
  const basis: JsonObject = {
    carrier: plan.carrier,
    plan: plan.name,
    amount: roundedText(price, deck, plan.rules.rounding),
    currency: plan.rules.currency,
    exact: exactText(price, deck),
  };
  const rate = exchangeBasis(exchange);
  if (rate !== null) {
    basis["exchange"] = rate;
    basis["compared"] = fractionText(amountInSellCurrency(candidate));
  }
  return basis;
}

function qualityUsed(candidates: Candidate[], { quality }: RoutingContext): JsonObject {
  const carriers: JsonObject = {};
  for (const { plan } of candidates) {
    const figures = qualityOf(quality, plan.carrier);
    if (figures !== null) carriers[plan.carrier] = { ...figures };
  }
  return { day: quality?.day ?? null, carriers };
}

/** The exchange rate that was used; null when both currencies are the same or cannot be converted. */
export function exchangeBasis(exchange: Exchange | null): JsonObject | null {
  if (exchange === null || exchange.row === null) return null;
  const { from, to, rate, line, effectiveFromMs } = exchange.row;
  const basis: JsonObject = { from, to, rate, line };
  if (effectiveFromMs !== null) basis["effectiveFrom"] = instantText(effectiveFromMs);
  return basis;
}
