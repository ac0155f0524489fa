// The basis of a rating: everything that its amounts can be recomputed from, as JSON, about 1 KB.
import type { Json, JsonObject } from "../cdr/json.ts";
import type { Candidate } from "./carrier-candidate.ts";
import { fractionText } from "./exact-amount.ts";
import type { Exchange } from "./exchange.ts";
import {
  type CompiledDeck,
  type NativeSnapshot,
  TERM_BAND,
  TERM_BLOCKED,
  TERM_CALLER,
  TERM_EFFECTIVE_FROM,
  TERM_EFFECTIVE_TO,
  TERM_FIRST_INTERVAL,
  TERM_FROM_SECOND,
  TERM_GRACE,
  TERM_MINIMUM,
  TERM_NEXT_INTERVAL,
  TERM_UNIT,
} from "./native-snapshot.ts";
import { exactAmount, type PlanPrice, roundedText, termOf } from "./plan-price.ts";
import type { BuyPrice } from "./price-buy.ts";
import { lossReason, type RoutingContext } from "./rank-carriers.ts";
import { canonicalText } from "./scaled-decimal.ts";
import type { SidePrice } from "./side-price.ts";
import { qualityOf } from "./strategies/quality.ts";
import { feeOf, maximumOf, rateOf } from "./sum-amount.ts";

const CANDIDATES_MAX = 50;

/** How one side came to its amount: rows, spans, fee, exact amount, rounding. */
export function sideBasis(
  snapshot: NativeSnapshot,
  { side, priced }: SidePrice,
  isTime: boolean,
): JsonObject {
  if (priced === null) return { reason: side.reason ?? null };
  const { plan, deck, price } = priced;
  const head = { plan: plan.name, deck: deck.file, prefix: side.prefix };
  const rows = usedRows(price).map((row) => rowFigures(snapshot, deck, row));
  if (side.reason !== undefined) return { ...head, reason: side.reason, rows };
  const charged = price.spanCount > 0;
  const maximum = maximumOf(deck, price.firstRow);
  return {
    ...head,
    usage: isTime ? price.usage / 1000 : price.usage,
    billed: price.billed,
    rows,
    spans: spansOf(deck, price),
    connectFee: charged ? canonicalText(feeOf(deck, price.firstRow), deck.scale) : "0",
    ...(maximum === null ? {} : { maximumAmount: canonicalText(maximum, deck.scale) }),
    ...(price.capped ? { capped: true } : {}),
    exact: fractionText(exactAmount(price, deck)),
    rounding: { ...plan.rules.rounding, usage: plan.rules.usageRounding },
    amount: side.amount,
    currency: side.currency,
  };
}

function usedRows(price: PlanPrice): number[] {
  const rows = new Set(price.spanRows.slice(0, price.spanCount));
  if (price.firstRow >= 0) rows.add(price.firstRow);
  return [...rows];
}

/** The figures of a row, those that are not the default; its line says where it stands. */
export function rowFigures(snapshot: NativeSnapshot, deck: CompiledDeck, row: number): JsonObject {
  const term = (offset: number) => termOf(deck, row, offset);
  const fee = feeOf(deck, row);
  const maximum = maximumOf(deck, row);
  const optional: [string, Json, Json][] = [
    ["connectFee", canonicalText(fee, deck.scale), "0"],
    ["minimumSeconds", term(TERM_MINIMUM), 0],
    ["graceSeconds", term(TERM_GRACE), 0],
    ["fromSecond", term(TERM_FROM_SECOND), 0],
    ["band", snapshot.bands[term(TERM_BAND)]?.name ?? null, null],
    ["effectiveFrom", instantText(term(TERM_EFFECTIVE_FROM)), null],
    ["effectiveTo", instantText(term(TERM_EFFECTIVE_TO)), null],
    ["status", term(TERM_BLOCKED) === 1 ? "blocked" : "open", "open"],
    ["maximumAmount", maximum === null ? null : canonicalText(maximum, deck.scale), null],
    ["callerPrefix", snapshot.callerPrefixes[term(TERM_CALLER)] ?? "", ""],
  ];
  return {
    line: deck.lines[row] as number,
    rate: canonicalText(rateOf(deck, row), deck.scale),
    unitSeconds: term(TERM_UNIT),
    firstInterval: term(TERM_FIRST_INTERVAL),
    nextInterval: term(TERM_NEXT_INTERVAL),
    ...Object.fromEntries(
      optional.filter(([, value, usual]) => value !== usual).map(([name, value]) => [name, value]),
    ),
  };
}

function instantText(ms: number): string | null {
  return Number.isFinite(ms) ? new Date(ms).toISOString() : null;
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
      rate: canonicalText(rateOf(deck, row), deck.scale),
      unitSeconds: termOf(deck, row, TERM_UNIT),
    });
    fromSecond += seconds;
  }
  return spans;
}

/** How the carrier was chosen: the strategy, what lost and why, the figures it went by. */
export function routingBasis(buy: BuyPrice, routing: RoutingContext): JsonObject {
  const losers = buy.candidates.filter((candidate) => candidate !== buy.chosen);
  const figures = routing.strategy === "quality" ? qualityUsed(buy.candidates, routing) : null;
  return {
    strategy: routing.strategy,
    candidates: losers
      .slice(0, CANDIDATES_MAX)
      .map((candidate) => loserBasis(candidate, buy.chosen, routing)),
    ...(figures === null ? {} : { quality: figures }),
    ...(buy.cheapest === null ? {} : { cheapest: candidateAmount(buy.cheapest) }),
  };
}

function loserBasis(
  candidate: Candidate,
  chosen: Candidate | null,
  routing: RoutingContext,
): JsonObject {
  const lost = chosen === null ? null : lossReason(candidate, chosen, routing.strategy);
  return { ...candidateAmount(candidate), reason: candidate.reason ?? lost };
}

/** The amount rounded by the carrier plan's own rounding, and exact as it was compared. */
export function candidateAmount({ plan, deck, price }: Candidate): JsonObject {
  const head = { carrier: plan.carrier, plan: plan.name };
  if (price.reason !== null) return { ...head, amount: null };
  return {
    ...head,
    amount: roundedText(price, deck, plan.rules.rounding),
    currency: plan.rules.currency,
    exact: fractionText(exactAmount(price, deck)),
  };
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
  const { from, to, rate, line } = exchange.row;
  return { from, to, rate, line };
}
