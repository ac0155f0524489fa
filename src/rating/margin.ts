// Margin = sell − buy, of the rounded amounts, in the sell currency.
import type { Margin, Side } from "../cdr/rating.ts";
import { decimalPlaces, fixedText, scaledNumber, toScaled } from "../money/scaled-decimal.ts";
import type { Rounding } from "../tariffs/tariff.ts";
import { roundFraction } from "./deck/exact-amount.ts";
import type { Exchange } from "./exchange.ts";

/**
 * Null when only one side was asked for. A buy amount of another currency is converted at the rate
 * of the call time and rounded as the sell side is, so that the margin ends where money ends.
 */
export function marginOf(
  sell: Side | null,
  buy: Side | null,
  convert: { exchange: Exchange | null; rounding: Rounding },
): Margin | null {
  if (sell === null || buy === null) return null;
  const currency = sell.currency;
  if (sell.amount === null || buy.amount === null) {
    return { amount: null, currency, reason: "side-not-priced" };
  }
  if (convert.exchange === null) return { amount: null, currency, reason: "no-exchange-rate" };
  const cost = inSellCurrency(buy.amount, convert.exchange, convert.rounding);
  return { amount: difference(sell.amount, cost), currency };
}

function inSellCurrency(amount: string, exchange: Exchange, rounding: Rounding): string {
  if (exchange.row === null) return amount;
  const scale = decimalPlaces(amount);
  const converted = {
    numerator: toScaled(amount, scale) * exchange.factor.numerator,
    denominator: 10n ** BigInt(scale) * exchange.factor.denominator,
  };
  return fixedText(roundFraction(converted, rounding), rounding.decimals);
}

/** a − b, exact, with the decimals of the longer one; in Numbers where both are safe integers. */
function difference(a: string, b: string): string {
  const scale = Math.max(decimalPlaces(a), decimalPlaces(b));
  const units = scaledNumber(a, scale) - scaledNumber(b, scale);
  return fixedText(
    Number.isSafeInteger(units) ? units : toScaled(a, scale) - toScaled(b, scale),
    scale,
  );
}
