// The rows of a report by a key: in order, the first of them, and all others as one.
import { digitsAt, parseDecimal } from "../money/decimal.ts";
import type { SummaryRow } from "../queries/cdr-query.ts";
import {
  compareNames,
  type GrowingSums,
  growingSums,
  pairName,
  type Sums,
  sumsByPair,
  sumsOf,
} from "../queries/sums.ts";
import { figuresOf, type RowFigures, type SortFigure } from "./figures.ts";
import type { GroupReport } from "./groups.ts";

export interface RankOrder {
  by: SortFigure;
  descending: boolean;
}

type Keys = Record<string, string | number | boolean | null>;

export interface RankedRow {
  keys: Keys;
  figures: RowFigures;
}

export interface Ranking {
  rows: RankedRow[];
  /** What is not in `rows`, one entry a pair of currencies. */
  others: RowFigures[];
  totals: RowFigures[];
  /** How many rows there are with those in `others`. */
  count: number;
}

interface Group {
  keys: Keys;
  sums: Readonly<Sums>;
}

/** Rows of one key in two pairs of currencies are two, each with its own place. */
export function ranking(
  report: GroupReport,
  rows: readonly SummaryRow[],
  { sort, top }: { sort: RankOrder; top: number },
): Ranking {
  const sorted = sortedGroups(groupsOf(report, rows), sort);
  const first = sorted.slice(0, top);
  const sumsOfEach = (some: readonly Group[]) => some.map(({ sums }) => sums);
  const others = sumsByPair(sumsOfEach(sorted.slice(top)));
  return {
    rows: first.map(({ keys, sums }) => ({ keys, figures: figuresOf(sums) })),
    others: others.map(figuresOf),
    totals: sumsByPair([...sumsOfEach(first), ...others]).map(figuresOf),
    count: sorted.length,
  };
}

/** A store's rows are each of its own keys and pair; those that are shown alike are added. */
function groupsOf({ shown }: GroupReport, rows: readonly SummaryRow[]): Group[] {
  const asStored = rows.map((row) => ({ keys: row.keys as Keys, sums: readSums(row) }));
  if (shown === undefined) return asStored;
  const groups = new Map<string, { keys: Keys; growing: GrowingSums }>();
  for (const { keys: stored, sums } of asStored) {
    const keys = shown(stored);
    const name = nameOf({ keys, sums });
    const group = groups.get(name) ?? { keys, growing: growingSums(sums) };
    groups.set(name, group);
    group.growing.add(sums);
  }
  return [...groups.values()].map(({ keys, growing }) => ({ keys, sums: growing.end() }));
}

/** Of a row as it is: thousands are not copied to be read. */
function readSums(row: SummaryRow): Readonly<Sums> {
  const { attempts } = row;
  return attempts === undefined ? sumsOf(row) : (row as SummaryRow & { attempts: typeof attempts });
}

function nameOf({ keys, sums }: Group): string {
  return JSON.stringify([Object.values(keys), pairName(sums)]);
}

/** What has no such figure comes last, whichever the order; equal ones by their keys. */
function sortedGroups(groups: readonly Group[], { by, descending }: RankOrder): Group[] {
  const figures = comparable(groups.map(({ sums }) => figuresOf(sums)[by]));
  const places = groups.map((_group, place) => place);
  const names = new Map<number, string>();
  const nameAt = (place: number): string => {
    const group = groups[place];
    const name = names.get(place) ?? (group === undefined ? "" : nameOf(group));
    names.set(place, name);
    return name;
  };
  places.sort((left, right) => {
    const [a, b] = [figures[left] ?? null, figures[right] ?? null];
    if (a === b) return compareNames(nameAt(left), nameAt(right));
    if (a === null || b === null) return a === null ? 1 : -1;
    return a < b === descending ? 1 : -1;
  });
  return places.flatMap((place) => groups[place] ?? []);
}

/** Numbers as they are; amounts are texts, and become digits at the scale of the longest. */
function comparable(figures: readonly (string | number | null)[]): (number | bigint | null)[] {
  const read = figures.map((figure) =>
    typeof figure === "string" ? parseDecimal(figure) : figure,
  );
  let scale = 0;
  for (const one of read) {
    if (one !== null && typeof one === "object") scale = Math.max(scale, one.scale);
  }
  return read.map((one) => (one === null || typeof one === "number" ? one : digitsAt(one, scale)));
}
