// Traffic by buckets of time: every bucket has a row, also where nobody called.
import type { SummaryRow } from "../queries/cdr-query.ts";
import type { Period } from "../queries/group-keys.ts";
import {
  type CurrencyPair,
  noSums,
  pairName,
  type Sums,
  sumsByPair,
  sumsOf,
} from "../queries/sums.ts";
import { type Bucket, keyOfLabel, SUMMED_BY, UNITS, type Unit } from "./calendar.ts";
import { figuresOf, type RowFigures } from "./figures.ts";
import type { Fold } from "./folds.ts";

export type Buckets = Unit | Fold;

export function isUnit(by: Buckets): by is Unit {
  return (UNITS as readonly string[]).includes(by);
}

/** What a store is to sum by, for buckets of this kind. */
export function periodOf(by: Buckets): Period {
  return isUnit(by) ? SUMMED_BY[by] : by;
}

function bucketOf(by: Buckets, label: string): string {
  return isUnit(by) ? keyOfLabel(by, label) : label;
}

/** By the key of a bucket: its sums, one for each pair of currencies. */
export type BucketSums = ReadonlyMap<string, readonly Sums[]>;

/** The rows of a store, summed by the period of `by`, in the buckets of it. */
export function inBuckets(by: Buckets, rows: readonly SummaryRow[]): BucketSums {
  const byKey = new Map<string, Sums[]>();
  for (const row of rows) {
    const key = bucketOf(by, row.keys[periodOf(by)] ?? "");
    byKey.set(key, [...(byKey.get(key) ?? []), sumsOf(row)]);
  }
  return new Map([...byKey].map(([key, sums]) => [key, sumsByPair(sums)]));
}

export function totalsOf(sums: BucketSums): Sums[] {
  return sumsByPair([...sums.values()].flat());
}

/** The row of a bucket in which nobody called: 0 throughout, amounts too where it has a currency. */
function emptyRow(pair: CurrencyPair): Sums {
  const { currency, buyCurrency } = pair;
  const zero = (unit: string | null) => (unit === null ? null : "0");
  return {
    ...noSums(pair),
    sell: zero(currency),
    buy: zero(buyCurrency),
    margin: zero(buyCurrency),
  };
}

/** The pair that most records have: the one that empty buckets are rows of. */
function mainPair(totals: readonly Sums[]): CurrencyPair {
  const most = totals.reduce<Sums | null>(
    (best, row) => (best === null || row.calls > best.calls ? row : best),
    null,
  );
  return most ?? { currency: null, buyCurrency: null };
}

export interface TrafficRow extends RowFigures {
  bucket: string;
  /** Of each compared period what stands beside it; null: the bucket is not there. */
  compared?: (RowFigures | null)[];
}

export interface ComparedSums {
  sums: BucketSums;
  /** By the bucket of the report: the one that stands beside it; null: there is none. */
  beside: ReadonlyMap<string, string | null>;
}

/**
 * One row for each bucket and pair of currencies that it or a compared bucket has; one of 0 where there
 * is none. `keys`: every bucket, in order; sums of others, which a store of another data base of zones
 * may name, stand behind them, so that the rows always give the totals.
 */
export function trafficRows(
  keys: readonly string[],
  sums: BucketSums,
  compared: readonly ComparedSums[] = [],
): TrafficRow[] {
  const named = new Set(keys);
  const strangers = [...sums.keys()].filter((key) => !named.has(key)).sort();
  const main = mainPair(totalsOf(sums));
  return [...keys, ...strangers].flatMap((bucket) => {
    const own = sums.get(bucket) ?? [];
    const others = compared.map(({ sums: theirs, beside }) => {
      const key = beside.get(bucket) ?? null;
      return key === null ? null : (theirs.get(key) ?? []);
    });
    const pairs = sumsByPair([...own, ...others.flatMap((theirs) => theirs ?? [])]);
    return (pairs.length === 0 ? [main] : pairs).map((pair) => {
      const of = (list: readonly Sums[]) =>
        figuresOf(list.find((row) => pairName(row) === pairName(pair)) ?? emptyRow(pair));
      return {
        bucket,
        ...of(own),
        ...(compared.length > 0 && {
          compared: others.map((theirs) => (theirs === null ? null : of(theirs))),
        }),
      };
    });
  });
}

/** Buckets from the first to the last that has anything: for a range without bounds. */
export function trimmed(buckets: readonly Bucket[], sums: BucketSums): Bucket[] {
  const isFilled = ({ key }: Bucket) => sums.has(key);
  const first = buckets.findIndex(isFilled);
  const last = buckets.findLastIndex(isFilled);
  return first < 0 ? [] : buckets.slice(first, last + 1);
}
