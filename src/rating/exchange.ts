// Converting money between currencies at the dated rates of a tariff.

import type { Fraction } from "../money/fraction.ts";
import { decimalPlaces, toScaled } from "../money/scaled-decimal.ts";
import type { ExchangeRow } from "../tariffs/tariff.ts";
import { exchangeKey } from "./compile/tariff.ts";
import type { NativeSnapshot } from "./snapshot/native.ts";

export interface Exchange {
  /** The row that was used; null: both currencies are the same. */
  row: ExchangeRow | null;
  factor: Fraction;
  /** The factor as the nearest float, for comparisons that do not hang on the last digits. */
  approximate: number;
}

const SAME: Exchange = {
  row: null,
  factor: { numerator: 1n, denominator: 1n },
  approximate: 1,
};
const factors = new WeakMap<ExchangeRow, Exchange>();

/**
 * The latest rate in effect at `atMs` from one currency to the other, or null. A row converts from
 * its `from` to its `to` and nothing else: no inverse and no way over a third currency is made up.
 */
export function exchangeAt(
  snapshot: NativeSnapshot,
  pair: { from: string; to: string },
  atMs: number,
): Exchange | null {
  if (pair.from === pair.to) return SAME;
  const row = snapshot.exchange
    .get(exchangeKey(pair))
    ?.find((dated) => dated.effectiveFromMs === null || dated.effectiveFromMs <= atMs);
  if (row === undefined) return null;
  const known = factors.get(row);
  if (known !== undefined) return known;
  const scale = decimalPlaces(row.rate);
  const factor = { numerator: toScaled(row.rate, scale), denominator: 10n ** BigInt(scale) };
  const exchange = { row, factor, approximate: Number(row.rate) };
  factors.set(row, exchange);
  return exchange;
}
