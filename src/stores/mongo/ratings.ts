// Ratings as members of a MongoDB document: Decimal128 money, and lean what nobody searches.
import { type Binary, Decimal128 } from "mongodb";
import type { Margin, Rating, Side } from "../../cdr/rating.ts";
import { plainText } from "../../money/decimal.ts";
import { type LeanNumber, packBasis, packNumber, unpackBasis, unpackNumber } from "./lean.ts";
import { decodeName, encodeName } from "./names.ts";

type StoredMoney<T> = Omit<T, "amount"> & { amount: Decimal128 | null };

type OwnForm = "sell" | "buy" | "margin" | "cheapest" | "runs" | "basis" | "normalized";

export type StoredRating = Omit<Rating, OwnForm> & {
  normalized: { destination: LeanNumber; caller?: LeanNumber };
  sell: StoredMoney<Side> | null;
  buy: StoredMoney<Side> | null;
  margin: StoredMoney<Margin> | null;
  cheapest?: StoredMoney<NonNullable<Rating["cheapest"]>>;
  runs?: Record<string, StoredMoney<Side>>;
  /** JSON text, or packed: read as a whole, never searched. */
  basis: string | Binary;
};

function encodeMoney<T extends { amount: string | null }>(money: T): StoredMoney<T> {
  const amount = money.amount === null ? null : Decimal128.fromString(money.amount);
  return { ...money, amount };
}

function decodeMoney<T extends { amount: string | null }>(money: StoredMoney<T>): T {
  const amount = money.amount === null ? null : plainText(money.amount.toString());
  return { ...money, amount } as unknown as T;
}

function mapMembers<A, B>(
  members: Record<string, A>,
  rename: (name: string) => string,
  map: (member: A) => B,
): Record<string, B> {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [rename(name), map(member)]),
  );
}

export function encodeRating(rating: Rating): StoredRating {
  const { sell, buy, margin, cheapest, runs, basis, normalized, ...rest } = rating;
  const { destination, caller } = normalized;
  return {
    ...rest,
    normalized: {
      destination: packNumber(destination),
      ...(caller && { caller: packNumber(caller) }),
    },
    sell: sell && encodeMoney(sell),
    buy: buy && encodeMoney(buy),
    margin: margin && encodeMoney(margin),
    ...(cheapest && { cheapest: encodeMoney(cheapest) }),
    ...(runs && { runs: mapMembers(runs, encodeName, encodeMoney<Side>) }),
    basis: packBasis(basis),
  };
}

export function decodeRating(rating: StoredRating): Rating {
  const { sell, buy, margin, cheapest, runs, basis, normalized, ...rest } = rating;
  const { destination, caller } = normalized;
  return {
    ...rest,
    normalized: {
      destination: unpackNumber(destination),
      ...(caller && { caller: unpackNumber(caller) }),
    },
    sell: sell && decodeMoney<Side>(sell),
    buy: buy && decodeMoney<Side>(buy),
    margin: margin && decodeMoney<Margin>(margin),
    ...(cheapest && { cheapest: decodeMoney<NonNullable<Rating["cheapest"]>>(cheapest) }),
    ...(runs && { runs: mapMembers(runs, decodeName, decodeMoney<Side>) }),
    basis: unpackBasis(basis),
  };
}
