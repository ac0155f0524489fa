// Periods that a report is compared with, and which bucket of them stands beside which.
import type { Bucket, Calendar, Unit } from "./calendar.ts";

export interface Span {
  fromMs: number;
  toMs: number;
}

export const COMPARISONS = ["previousPeriod", "sameWeekday"] as const;

/** `count` periods: each before the last, or the same days of that many weeks before. */
export interface Comparison {
  to: (typeof COMPARISONS)[number];
  count: number;
}

/** How far back a period is, by the wall clock. */
type Shift = { months: number } | { ms: number };

const DAY_MS = 86_400_000;

function isMonthStart(wallMs: number): boolean {
  return new Date(wallMs).getUTCDate() === 1 && wallMs % DAY_MS === 0;
}

function monthNumber(wallMs: number): number {
  const date = new Date(wallMs);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** Whole months are compared with as many months before, everything else by its length. */
function shiftOf(calendar: Calendar, { fromMs, toMs }: Span, to: Comparison["to"]): Shift {
  if (to === "sameWeekday") return { ms: 7 * DAY_MS };
  const [from, until] = [fromMs, toMs].map((atMs) => atMs + calendar.offsetAt(atMs)) as [
    number,
    number,
  ];
  return isMonthStart(from) && isMonthStart(until) && from < until
    ? { months: monthNumber(until) - monthNumber(from) }
    : { ms: until - from };
}

/** Null: the month has no such day. */
function shifted(wallMs: number, shift: Shift, times: number): number | null {
  if ("ms" in shift) return wallMs - shift.ms * times;
  const date = new Date(wallMs);
  const month = date.getUTCMonth() - shift.months * times;
  const day = Date.UTC(date.getUTCFullYear(), month, date.getUTCDate());
  const isThere = new Date(day).getUTCDate() === date.getUTCDate();
  return isThere ? day + (wallMs - Math.floor(wallMs / DAY_MS) * DAY_MS) : null;
}

export interface ComparedPeriod extends Span {
  /** Begin by the wall clock of the bucket that stands beside one of the report; null: there is none. */
  wallBeside(wallMs: number): number | null;
}

/** The latest first. A bound that the clocks skipped is where they went on. */
export function comparedPeriods(
  calendar: Calendar,
  span: Span,
  { to, count }: Comparison,
): ComparedPeriod[] {
  const shift = shiftOf(calendar, span, to);
  const moved = (atMs: number, times: number): number =>
    calendar.instantOf(shifted(atMs + calendar.offsetAt(atMs), shift, times) ?? atMs);
  return Array.from({ length: count }, (_, index) => ({
    fromMs: moved(span.fromMs, index + 1),
    toMs: moved(span.toMs, index + 1),
    wallBeside: (wallMs) => shifted(wallMs, shift, index + 1),
  }));
}

/** Weeks, months and years of two periods stand beside each other by their order, all else by the
 * wall clock: the second of a repeated hour has one beside it only where that is repeated too. */
export function besideEach(
  unit: Unit,
  buckets: readonly Bucket[],
  compared: { period: ComparedPeriod; buckets: readonly Bucket[] },
): (Bucket | null)[] {
  const isByOrder = unit === "week" || unit === "month" || unit === "year";
  if (isByOrder) return buckets.map((_, index) => compared.buckets[index] ?? null);
  const byWall = new Map<string, Bucket>();
  const named = occurrences(compared.buckets);
  compared.buckets.forEach((bucket, index) => {
    byWall.set(`${bucket.wallMs} ${named[index]}`, bucket);
  });
  const own = occurrences(buckets);
  return buckets.map(({ wallMs }, index) => {
    const wall = compared.period.wallBeside(wallMs);
    return byWall.get(`${wall} ${own[index]}`) ?? null;
  });
}

/** How many buckets before it show the same time of the wall clock. */
function occurrences(buckets: readonly Bucket[]): number[] {
  const seen = new Map<number, number>();
  return buckets.map(({ wallMs }) => {
    const before = seen.get(wallMs) ?? 0;
    seen.set(wallMs, before + 1);
    return before;
  });
}
