// The amounts of a native rating from its stored basis alone: another reckoning than pricing's,
// in fractions, so that the two can be held against each other.
import type { Json, JsonObject } from "../../cdr/json.ts";
import type { Rating } from "../../cdr/rating.ts";

type Fraction = readonly [top: bigint, bottom: bigint];

interface Rounding {
  decimals: number;
  mode: string;
}

/** What differs between the stored amounts and those of their basis; empty when nothing does. */
export function basisFaults(rating: Rating): string[] {
  if (rating.outcome === "voided") return [];
  return [
    ...(rating.reason === "unanswered" ? unansweredFaults(rating) : pricedFaults(rating)),
    ...currencyFaults(rating),
  ];
}

function pricedFaults({ basis, sell, buy, margin }: Rating): string[] {
  const [sellBasis, buyBasis] = [memberOf(basis, "sell"), memberOf(basis, "buy")];
  const [sells, buys] = [reckon(sellBasis), reckon(buyBasis)];
  const [sold, bought] = [sells?.amount ?? null, buys?.amount ?? null];
  const both = sold !== null && bought !== null;
  return [
    ...differenceOf("sell", sell?.amount ?? null, sold),
    ...differenceOf("buy", buy?.amount ?? null, bought),
    ...limitFaults("sell", sellBasis, sells),
    ...limitFaults("buy", buyBasis, buys),
    ...differenceOf(
      "margin",
      margin?.amount ?? null,
      both ? marginOf({ sold, bought, sellBasis, buyBasis, basis }) : null,
    ),
  ];
}

function differenceOf(name: string, stored: string | null, again: string | null): string[] {
  return stored === again ? [] : [`${name} is ${stored}, its basis gives ${again}`];
}

/** Nothing is charged, so nothing is earned; without a tariff no margin is said. */
function unansweredFaults({ sell, buy, margin, tariffVersion }: Rating): string[] {
  const isEarned = sell !== null && buy !== null && tariffVersion !== null;
  const amounts = {
    ...(sell === null ? {} : { sell: sell.amount }),
    ...(buy === null ? {} : { buy: buy.amount }),
    ...(margin === null && !isEarned ? {} : { margin: margin?.amount ?? null }),
  };
  return Object.entries(amounts)
    .filter(([, amount]) => !/^0(\.0*)?$/.test(amount ?? ""))
    .map(([name, amount]) => `${name} is ${amount}, but the call was not answered`);
}

/** A side has the currency that it was reckoned in, the margin that of the sell side. */
function currencyFaults({ basis, sell, buy, margin }: Rating): string[] {
  const given = [
    ["sell", sell?.currency, memberOf(basis, "sell")?.["currency"]],
    ["buy", buy?.currency, memberOf(basis, "buy")?.["currency"]],
    ["margin", margin?.currency, sell?.currency],
  ] as const;
  return given
    .filter(([, stored, again]) => stored !== undefined && again !== undefined && stored !== again)
    .map(([name, stored, again]) => `${name} is in ${stored}, its basis in ${again}`);
}

function memberOf(basis: JsonObject, name: string): JsonObject | null {
  const member = basis[name];
  return typeof member === "object" && member !== null && !Array.isArray(member) ? member : null;
}

interface Reckoned {
  amount: string;
  capped: boolean;
  raised: boolean;
}

/**
 * Fee and Σ rate × seconds ⁄ unit, at most the maximum and at least the minimum, rounded once; null
 * without a price.
 */
function reckon(side: JsonObject | null): Reckoned | null {
  const spans = side?.["spans"];
  if (side === null || !Array.isArray(spans)) return null;
  let sum = fraction(side["connectFee"]);
  for (const span of spans as JsonObject[]) {
    const length: Fraction = [BigInt(Number(span["seconds"])), BigInt(Number(span["unitSeconds"]))];
    sum = plus(sum, times(fraction(span["rate"]), length));
  }
  const [most, least] = [limitOf(side, "maximumAmount"), limitOf(side, "minimumAmount")];
  const capped = most !== null && isLess(most, sum);
  if (capped) sum = most;
  const raised = least !== null && isLess(sum, least);
  const amount = round(raised ? least : sum, side["rounding"] as unknown as Rounding);
  return { amount, capped, raised };
}

function limitOf(side: JsonObject, name: "maximumAmount" | "minimumAmount"): Fraction | null {
  return side[name] === undefined ? null : fraction(side[name]);
}

function isLess(a: Fraction, b: Fraction): boolean {
  return a[0] * b[1] < b[0] * a[1];
}

/** Whether a side was cut to its maximum, or raised to its minimum, is what its figures say. */
function limitFaults(name: string, side: JsonObject | null, again: Reckoned | null): string[] {
  if (side === null || again === null) return [];
  return (["capped", "raised"] as const)
    .filter((limit) => (side[limit] ?? false) !== again[limit])
    .map((limit) => `${name} is ${again[limit] ? "" : "not "}${limit}, its basis says otherwise`);
}

function marginOf(parts: {
  sold: string;
  bought: string;
  sellBasis: JsonObject | null;
  buyBasis: JsonObject | null;
  basis: JsonObject;
}): string | null {
  const { sold, bought, sellBasis, buyBasis, basis } = parts;
  const exchange = memberOf(basis, "exchange");
  if (sellBasis?.["currency"] !== buyBasis?.["currency"] && exchange === null) return null;
  const rounding = sellBasis?.["rounding"] as unknown as Rounding;
  const cost =
    exchange === null
      ? bought
      : round(times(fraction(bought), fraction(exchange["rate"])), rounding);
  const decimals = Math.max(decimalsOf(sold), decimalsOf(cost));
  return round(plus(fraction(sold), times(fraction(cost), [-1n, 1n])), { decimals, mode: "down" });
}

function decimalsOf(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

function fraction(text: Json | undefined): Fraction {
  const [whole = "0", decimals = ""] = String(text).split(".");
  return [BigInt(whole + decimals), 10n ** BigInt(decimals.length)];
}

function plus(a: Fraction, b: Fraction): Fraction {
  return [a[0] * b[1] + b[0] * a[1], a[1] * b[1]];
}

function times(a: Fraction, b: Fraction): Fraction {
  return [a[0] * b[0], a[1] * b[1]];
}

function round([top, bottom]: Fraction, { decimals, mode }: Rounding): string {
  const scaled = (top < 0n ? -top : top) * 10n ** BigInt(decimals);
  const units = scaled / bottom;
  const rest = 2n * (scaled % bottom);
  const isUp =
    (mode === "up" && rest > 0n) ||
    (mode === "half-up" && rest >= bottom) ||
    (mode === "half-down" && rest > bottom) ||
    (mode === "half-even" && (rest > bottom || (rest === bottom && units % 2n === 1n)));
  const rounded = units + (isUp ? 1n : 0n);
  const digits = String(rounded).padStart(decimals + 1, "0");
  const text = decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
  return top < 0n && rounded > 0n ? `-${text}` : text;
}
