// The one place that knows both pricing functions: a call goes to the one of its snapshot.
import { NO_CURRENCY } from "../../cdr/defaults.ts";
import type { Edition } from "../../cdr/edition.ts";
import type { JsonObject } from "../../cdr/json.ts";
import type { Call, Priced, Side } from "../../cdr/rating.ts";
import { refusalOf } from "../../cdr/refusal.ts";
import { priceCgratesCall } from "../../cgrates/price-call.ts";
import { priceCall } from "../../rating/price-call.ts";
import type { QualityFigures } from "../../rating/routing/strategies/quality.ts";
import type { Snapshot } from "../ports.ts";

export interface PriceOptions {
  trace?: boolean;
  /** False: the basis is left empty, for answers that are not stored. */
  basis?: boolean;
  /** Figures of the strategy `quality`, frozen per day. */
  quality?: QualityFigures;
  /** The rules of pricing; today's when not said. */
  edition?: Edition;
}

export type PricedWithTrace = Priced & { trace?: JsonObject };

export function priceWith(
  call: Call,
  snapshot: Snapshot,
  options: PriceOptions = {},
): PricedWithTrace {
  return snapshot.kind === "native"
    ? priceCall(call, snapshot.native, options)
    : priceCgratesCall(call, snapshot.cgrates, options);
}

/** The answer for a call that no tariff version can price: nothing is guessed. */
export function pricedWithoutTariff(call: Call): Priced {
  const refusal = refusalOf(call);
  const isUnanswered = refusal === null && call.usage === 0;
  const zero: Side = {
    amount: "0",
    currency: NO_CURRENCY,
    plan: null,
    prefix: null,
    destination: null,
    billedSeconds: 0,
  };
  return {
    outcome: isUnanswered ? "rated" : "unrated",
    reason: refusal ?? (isUnanswered ? "unanswered" : "no-active-tariff"),
    assignment: null,
    normalized: {
      destination: {
        raw: call.destination,
        normalized: "",
        e164: null,
        kind: "invalid",
        country: null,
        reason: "no-active-tariff",
      },
    },
    sell: isUnanswered && call.billedSides !== "buy" ? zero : null,
    buy: isUnanswered && call.billedSides !== "sell" ? zero : null,
    margin: null,
    basis: {},
  };
}
