// The rows of a report by a key: in order, the first of them, and all others as one.
import { compareDecimals, parseDecimal } from "../money/decimal.ts";
import type { SummaryRow } from "../queries/cdr-query.ts";
import {
  addSums,
  compareNames,
  noSums,
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
  name: string;
  sums: Sums;
}

/** Rows of one key in two pairs of currencies are two, each with its own place. */
export function ranking(
  report: GroupReport,
  rows: readonly SummaryRow[],
  { sort, top }: { sort: RankOrder; top: number },
): Ranking {
  const groups = groupsOf(report, rows);
  const sorted = groups
    .map((group) => ({ ...group, figures: figuresOf(group.sums) }))
    .sort((left, right) => compareGroups(left, right, sort));
  const figures = (some: readonly Group[]) =>
    sumsByPair(some.map(({ sums }) => sums)).map(figuresOf);
  return {
    rows: sorted.slice(0, top).map(({ keys, figures }) => ({ keys, figures })),
    others: figures(sorted.slice(top)),
    totals: figures(sorted),
    count: sorted.length,
  };
}

function groupsOf({ shown }: GroupReport, rows: readonly SummaryRow[]): Group[] {
  const groups = new Map<string, Group>();
  for (const row of rows) {
    const stored = row.keys as Keys;
    const keys = shown?.(stored) ?? stored;
    const sums = sumsOf(row);
    const name = JSON.stringify([Object.values(keys), pairName(sums)]);
    const group = groups.get(name) ?? { keys, name, sums: noSums(sums) };
    groups.set(name, group);
    addSums(group.sums, sums);
  }
  return [...groups.values()];
}

type Sorted = Group & { figures: RowFigures };

/** What has no such figure comes last, whichever the order; equal ones by their keys. */
function compareGroups(left: Sorted, right: Sorted, { by, descending }: RankOrder): number {
  const [a, b] = [left.figures[by], right.figures[by]];
  if (a === null || b === null) {
    if (a !== b) return a === null ? 1 : -1;
    return compareNames(left.name, right.name);
  }
  const order = compareFigures(a, b) * (descending ? -1 : 1);
  return order || compareNames(left.name, right.name);
}

/** Amounts are texts. */
function compareFigures(left: string | number, right: string | number): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  return compareDecimals(parseDecimal(String(left)), parseDecimal(String(right)));
}
