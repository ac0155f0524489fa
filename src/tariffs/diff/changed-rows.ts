// Rows of a tariff that price otherwise than those of another one, and when they are in force.
import type { PricingRules, RateRow, Tariff } from "../tariff.ts";
import { codeKey, latestStart, rowsByCode, startOf } from "./in-force.ts";

/** Half-open, epoch milliseconds; null: without a beginning, without an end. */
export type Span = readonly [fromMs: number | null, toMs: number | null];

export interface ChangedRows {
  total: number;
  /** The latest day from which one of them holds; null: none says a day. */
  latestFromMs: number | null;
  /** So many of them are in force in these spans; null: there are too many different ones. */
  groups: { spans: Span[]; rows: number }[] | null;
}

/** Different sets of spans that are told apart. */
const MOST_GROUPS = 5000;

/**
 * New and changed rows of every plan, and those that are gone. A row is what has its code, band,
 * `from_second` and first day; where the rules of a plan differ all its rows do.
 */
export function changedRows(from: Tariff, to: Tariff): ChangedRows {
  const groups = new Map<string, { spans: Span[]; rows: number }>();
  const starts: RateRow[] = [];
  let total = 0;
  const add = (row: RateRow, spans: Span[]): void => {
    total += 1;
    starts.push(row);
    const key = JSON.stringify(spans);
    const known = groups.get(key);
    if (known !== undefined) known.rows += 1;
    else if (groups.size <= MOST_GROUPS) groups.set(key, { spans, rows: 1 });
  };
  for (const kind of ["retailPlans", "carrierPlans"] as const) {
    const names = new Set([...from[kind], ...to[kind]].map(({ name }) => name));
    for (const name of names) {
      const [old, fresh] = [from, to].map((one) => one[kind].find((plan) => plan.name === name));
      addPlan(old ?? null, fresh ?? null, add);
    }
  }
  const isTold = groups.size <= MOST_GROUPS;
  return {
    total,
    latestFromMs: latestStart([starts]),
    groups: isTold ? [...groups.values()] : null,
  };
}

interface PlanRows {
  rules: PricingRules;
  deck: { rows: readonly RateRow[] };
}

function addPlan(
  old: PlanRows | null,
  fresh: PlanRows | null,
  add: (row: RateRow, spans: Span[]) => void,
): void {
  const areOthers = JSON.stringify(old?.rules) !== JSON.stringify(fresh?.rules);
  const left = new Map((old?.deck.rows ?? []).map((row) => [placeOf(row), row]));
  const changed: RateRow[] = [];
  for (const row of fresh?.deck.rows ?? []) {
    const was = left.get(placeOf(row));
    left.delete(placeOf(row));
    if (was === undefined || areOthers || termsOf(was) !== termsOf(row)) changed.push(row);
  }
  addAll(changed, fresh?.deck.rows ?? [], add);
  addAll([...left.values()], old?.deck.rows ?? [], add);
}

function addAll(
  some: readonly RateRow[],
  all: readonly RateRow[],
  add: (row: RateRow, spans: Span[]) => void,
): void {
  if (some.length === 0) return;
  const codes = new Set(some.map(codeKey));
  const wanted = new Set(some);
  for (const rows of rowsByCode(all.filter((row) => codes.has(codeKey(row)))).values()) {
    if (rows.length === 1) add(rows[0] as RateRow, [spanOf(rows[0] as RateRow)]);
    else addCode(rows, wanted, add);
  }
}

/** The latest window first: each row holds where no later one of its code does. */
function addCode(
  rows: RateRow[],
  wanted: ReadonlySet<RateRow>,
  add: (row: RateRow, spans: Span[]) => void,
): void {
  const byStart = rows.toSorted(latestFirst);
  let covered: Span[] = [];
  for (let first = 0; first < byStart.length; ) {
    const start = startOf(byStart[first] as RateRow);
    let end = first + 1;
    while (end < byStart.length && startOf(byStart[end] as RateRow) === start) end += 1;
    const window = byStart.slice(first, end);
    for (const row of window) if (wanted.has(row)) add(row, without(spanOf(row), covered));
    covered = union([...window.map(spanOf), ...covered]);
    first = end;
  }
}

function spanOf({ effectiveFromMs, effectiveToMs }: RateRow): Span {
  return [effectiveFromMs, effectiveToMs];
}

/** Two without a first day are equal: infinities have no difference. */
function latestFirst(a: RateRow, b: RateRow): number {
  const [left, right] = [startOf(a), startOf(b)];
  return left === right ? 0 : right > left ? 1 : -1;
}

const [BEGIN, END] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];

/** What is left of a span; the others are sorted and apart. */
function without([from, to]: Span, others: readonly Span[]): Span[] {
  const found: Span[] = [];
  let begin = from ?? BEGIN;
  const end = to ?? END;
  for (const [otherFrom, otherTo] of others) {
    const [first, last] = [otherFrom ?? BEGIN, otherTo ?? END];
    if (last <= begin || first >= end) continue;
    if (first > begin) found.push([finite(begin), first]);
    begin = Math.max(begin, last);
  }
  if (begin < end) found.push([finite(begin), finite(end)]);
  return found;
}

function union(spans: readonly Span[]): Span[] {
  const begin = ([from]: Span) => from ?? -Number.MAX_VALUE;
  const sorted = spans.toSorted((a, b) => begin(a) - begin(b));
  const found: [number, number][] = [];
  for (const [from, to] of sorted) {
    const [first, end] = [from ?? BEGIN, to ?? END];
    const last = found.at(-1);
    if (last !== undefined && first <= last[1]) last[1] = Math.max(last[1], end);
    else if (first < end) found.push([first, end]);
  }
  return found.map(([first, end]) => [finite(first), finite(end)]);
}

function finite(atMs: number): number | null {
  return Number.isFinite(atMs) ? atMs : null;
}

function placeOf(row: RateRow): string {
  return `${codeKey(row)}|${row.band ?? ""}|${row.fromSecond}|${row.effectiveFromMs ?? ""}`;
}

/** Everything of a row that prices; neither its line nor what its destination is called. */
function termsOf({ line: _line, destination: _name, ...terms }: RateRow): string {
  return JSON.stringify(terms);
}
