// report.traffic: calls, seconds and money by buckets of time, beside those of other periods.
import { engineError } from "../../errors.ts";
import type { CdrFilter, TimeRange } from "../../queries/cdr-query.ts";
import { type Bucket, type Calendar, createCalendar, type Unit } from "../../reports/calendar.ts";
import { figuresOf, type RowFigures } from "../../reports/figures.ts";
import { FOLD_KEYS } from "../../reports/folds.ts";
import {
  besideEach,
  type ComparedPeriod,
  type Comparison,
  comparedPeriods,
  type Span,
} from "../../reports/periods.ts";
import {
  type BucketSums,
  type Buckets,
  type ComparedSums,
  inBuckets,
  isUnit,
  periodOf,
  type TrafficRow,
  totalsOf,
  trafficRows,
  trimmed,
} from "../../reports/traffic.ts";
import type { Store } from "../../stores/store.ts";
import { refuseEmptySpan } from "../time-span.ts";
import { instantText } from "./instant.ts";
import { type Reading, reportSums, type SummedFrom, summedFrom } from "./sums.ts";

export interface TrafficRequest {
  by: Buckets;
  filter: CdrFilter;
  timeZone: string;
  compare?: Comparison | undefined;
}

/** Instants are epoch milliseconds; a fold has none. */
export interface PlacedRow extends TrafficRow {
  from: string | null;
  to: string | null;
  /** The range of the filter holds a part of the bucket only. */
  isPartial: boolean;
}

export interface TrafficReport {
  rows: PlacedRow[];
  totals: RowFigures[];
  compared: { from: string; to: string; totals: RowFigures[] }[];
  from: SummedFrom;
}

/** Rows of one answer; `limits.md` names it. */
const MOST_BUCKETS = 20_000;
const DAY_MS = 86_400_000;
const SHORTEST_MS: Readonly<Record<Unit, number>> = {
  quarterHour: DAY_MS / 96,
  hour: DAY_MS / 24,
  day: DAY_MS,
  week: 7 * DAY_MS,
  month: 28 * DAY_MS,
  year: 365 * DAY_MS,
};

/**
 * @throws `invalid-params` for an empty range, a zone that does not exist, a comparison without a range;
 * `too-large` for more than 20,000 buckets
 */
export async function trafficReport(
  store: Store,
  request: TrafficRequest,
  reading: Reading,
): Promise<TrafficReport> {
  const { by, filter, timeZone, compare } = request;
  const { callTime = {} } = filter;
  refuseEmptySpan(callTime, { what: "range of `callTime`", path: "filter.callTime" });
  const calendar = createCalendar(timeZone);
  const from: SummedFrom[] = [];
  const sumsIn = async (range: TimeRange): Promise<BucketSums> => {
    const wanted = { filter: { ...filter, callTime: range }, groupBy: [periodOf(by)], timeZone };
    const found = await reportSums(store, wanted, reading);
    from.push(found.from);
    return inBuckets(by, found.rows);
  };
  const periods = compare === undefined ? [] : periodsOf(calendar, callTime, compare);
  if (isUnit(by)) refuseMany(by, callTime);
  const sums = await sumsIn(callTime);
  const buckets = isUnit(by) ? bucketsOf(calendar, by, { range: callTime, sums }) : [];
  const compared: (ComparedSums & { period: ComparedPeriod })[] = [];
  for (const period of periods) {
    const { fromMs, toMs } = period;
    const theirs = { period, sums: await sumsIn({ fromMs, toMs }) };
    compared.push({ ...theirs, beside: besideOf(calendar, by, { buckets, period }) });
  }
  const keys = isUnit(by) ? buckets.map(({ key }) => key) : FOLD_KEYS[by];
  const place = placeOf(calendar, buckets, callTime);
  return {
    rows: trafficRows(keys, sums, compared).map((row) => ({ ...row, ...place(row.bucket) })),
    totals: totalsOf(sums).map(figuresOf),
    compared: compared.map(({ period, sums: theirs }) => ({
      from: instantText(calendar, period.fromMs),
      to: instantText(calendar, period.toMs),
      totals: totalsOf(theirs).map(figuresOf),
    })),
    from: summedFrom(from),
  };
}

function periodsOf(calendar: Calendar, range: TimeRange, compare: Comparison): ComparedPeriod[] {
  const { fromMs, toMs } = range;
  if (fromMs !== undefined && toMs !== undefined) {
    return comparedPeriods(calendar, { fromMs, toMs }, compare);
  }
  throw engineError("invalid-params", "A comparison needs a range of `callTime`.", {
    path: fromMs === undefined ? "filter.callTime.from" : "filter.callTime.to",
  });
}

function refuseMany(by: Unit, { fromMs, toMs }: TimeRange): void {
  if (fromMs === undefined || toMs === undefined) return;
  if ((toMs - fromMs) / SHORTEST_MS[by] <= MOST_BUCKETS) return;
  throw engineError("too-large", `The range has more than ${MOST_BUCKETS} buckets.`, {
    path: "by",
    hint: "Ask for larger buckets, or for a shorter range of `filter.callTime`.",
  });
}

/** Of a bound that is not said the first, or the last, bucket in which somebody called. */
function bucketsOf(
  calendar: Calendar,
  by: Unit,
  { range, sums }: { range: TimeRange; sums: BucketSums },
): Bucket[] {
  const { fromMs, toMs } = range;
  if (fromMs !== undefined && toMs !== undefined) return calendar.buckets(by, fromMs, toMs);
  const filled = spanOf(calendar, by, sums);
  if (filled === null) return [];
  const span = { fromMs: fromMs ?? filled.fromMs, toMs: toMs ?? filled.toMs };
  refuseMany(by, span);
  const buckets = calendar.buckets(by, span.fromMs, span.toMs);
  const [first] = buckets;
  const kept = trimmed(buckets, sums);
  if (fromMs === undefined || first === undefined) return kept;
  return buckets.slice(0, buckets.indexOf(kept.at(-1) ?? first) + 1);
}

/** A span that holds every bucket of the sums, and perhaps some before and behind; null: none. */
function spanOf(calendar: Calendar, by: Unit, sums: BucketSums): Span | null {
  const days = [...sums.keys()].map((key) => firstDay(key)).sort((a, b) => a - b);
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return null;
  const longest = 2 * (SHORTEST_MS[by] + DAY_MS);
  return { fromMs: calendar.instantOf(first), toMs: calendar.instantOf(last) + longest };
}

/** Midnight of the first day of a bucket by the wall clock: `2026-10-25…`, `2026-W43`, `2026-10`, `2026`. */
function firstDay(key: string): number {
  const [, year = "", week] = /^(\d+)-W(\d\d)$/.exec(key) ?? [];
  if (week !== undefined) return Date.UTC(Number(year), 0, 1) + (Number(week) - 2) * 7 * DAY_MS;
  const [, ofYear = "1970", month = "01", day = "01"] =
    /^(\d+)(?:-(\d\d))?(?:-(\d\d))?/.exec(key) ?? [];
  return Date.UTC(Number(ofYear), Number(month) - 1, Number(day));
}

/** By the key of a bucket of the report: the one of the period that stands beside it. */
function besideOf(
  calendar: Calendar,
  by: Buckets,
  { buckets, period }: { buckets: readonly Bucket[]; period: ComparedPeriod },
): ReadonlyMap<string, string | null> {
  if (!isUnit(by)) return new Map(FOLD_KEYS[by].map((key) => [key, key]));
  const theirs = calendar.buckets(by, period.fromMs, period.toMs);
  const beside = besideEach(by, buckets, { period, buckets: theirs });
  return new Map(buckets.map(({ key }, index) => [key, beside[index]?.key ?? null]));
}

function placeOf(calendar: Calendar, buckets: readonly Bucket[], range: TimeRange) {
  const byKey = new Map(buckets.map((bucket) => [bucket.key, bucket]));
  const { fromMs = -Infinity, toMs = Infinity } = range;
  return (key: string): Pick<PlacedRow, "from" | "to" | "isPartial"> => {
    const bucket = byKey.get(key);
    if (bucket === undefined) return { from: null, to: null, isPartial: false };
    return {
      from: instantText(calendar, bucket.fromMs),
      to: instantText(calendar, bucket.toMs),
      isPartial: bucket.fromMs < fromMs || bucket.toMs > toMs,
    };
  };
}
