// The prices of a row: in one column, in one for each band, behind the first interval.
import type { RowCells } from "./cells.ts";
import type { DeckColumns } from "./fields.ts";
import { type Price, readPrice } from "./prices.ts";

/** A price of a row: for a band, from a second of the call on, or neither. */
export interface RowPrice {
  /** Decimal text; null: blocked. */
  rate: string | null;
  /** Of its column. */
  index: number;
  band?: string;
  fromSecond?: string;
}

const NONE: Price = { kind: "left-out" };

export function priceIndexes(columns: DeckColumns): number[] {
  const rate = columns.of("rate");
  const bands = columns.bands.map(({ index }) => index);
  return rate === undefined ? bands : [rate, ...bands];
}

/** A blocked row needs no price; one that is closed may leave it empty. */
export function readPrices(
  row: RowCells,
  {
    isBlocked,
    isClosed,
    firstInterval,
  }: { isBlocked: boolean; isClosed: boolean; firstInterval: string | undefined },
): RowPrice[] {
  const { columns, take, cell, rules } = row;
  const prices: RowPrice[] = [];
  const read = (index: number): Price => {
    if (isClosed && cell(index) === "") return NONE;
    return isBlocked ? { kind: "blocked" } : take(index, readPrice(cell(index), rules), NONE);
  };
  const add = (price: Price, more: Omit<RowPrice, "rate">) => {
    if (price.kind === "left-out") return;
    prices.push({ rate: price.kind === "blocked" ? null : price.text, ...more });
  };
  const rate = columns.of("rate");
  if (rate !== undefined) add(read(rate), { index: rate });
  for (const { band, index } of columns.bands) add(read(index), { index, band });
  const next = columns.of("rate_next");
  const [before] = prices;
  if (next === undefined || before === undefined || before.rate === null) return prices;
  const price = read(next);
  if (price.kind === "price" && price.text === before.rate) return prices;
  const fromSecond = firstInterval === undefined || firstInterval === "" ? "1" : firstInterval;
  add(price, { index: next, fromSecond });
  return prices;
}
