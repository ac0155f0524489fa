// The sums of CDRs that are to be erased: each record in its quarter hour, each call in that of its first
// attempt. All attempts of a call are to be among the records.
import type { Outcome } from "../cdr/rating.ts";
import type { AttemptTerms } from "../queries/attempts.ts";
import { type CountedRecord, callOf } from "./counted.ts";
import { ROLLUPS } from "./kinds.ts";
import { countingTerms, countQuarter, type QuarterCount, type RollupSums } from "./quarter.ts";

export interface PlacedRecord {
  record: CountedRecord;
  quarter: number;
}

export interface QuarterSeal {
  quarter: number;
  /** Records of the quarter hour. */
  cdrs: number;
  tenants: string[];
  since: number;
  until: number;
  /** In the order of the rollups. */
  sums: RollupSums[];
}

type Outcomes = readonly Outcome[] | undefined;

interface Place {
  first: number;
  last: number;
}

/** Records in the order of call time and id. */
export function sealRecords(records: readonly PlacedRecord[], terms: AttemptTerms): QuarterSeal[] {
  const counting = countingTerms(terms);
  const places = placesOfCalls(records);
  const counts = new Map<number, QuarterCount>();
  const seals = new Map<number, Omit<QuarterSeal, "sums">>();
  const countOf = (quarter: number): QuarterCount => {
    const known = counts.get(quarter) ?? countQuarter(counting);
    counts.set(quarter, known);
    return known;
  };
  for (const placed of records) {
    const { record, quarter } = placed;
    const name = callName(record);
    const placeIn = (outcomes: Outcomes) => places.get(bookName(name, outcomes));
    note(seals, placed, placeIn(undefined));
    const isFirstIn = (at: number) => (outcomes: Outcomes) => placeIn(outcomes)?.first === at;
    countOf(quarter).add(record, { isRecord: true, isCall: isFirstIn(quarter) });
    const firsts = new Set(BOOKS.map((outcomes) => placeIn(outcomes)?.first ?? quarter));
    for (const other of firsts) {
      if (other === quarter) continue;
      countOf(other).add(record, { isRecord: false, isCall: isFirstIn(other) });
    }
  }
  return [...seals.values()].map((seal) => {
    return { ...seal, sums: countOf(seal.quarter).end(new Set()).sums };
  });
}

/** Sets of outcomes that rollups are of: the first attempt of a call is another one in each. */
const BOOKS: readonly Outcomes[] = [
  ...new Map(ROLLUPS.map(({ outcomes }) => [JSON.stringify(outcomes), outcomes])).values(),
];

function callName(record: CountedRecord): string | null {
  const callId = callOf(record);
  return callId === null ? null : JSON.stringify([record.tenant, record.source, callId]);
}

function bookName(call: string | null, outcomes: Outcomes): string {
  return `${call} ${JSON.stringify(outcomes)}`;
}

function placesOfCalls(records: readonly PlacedRecord[]): Map<string, Place> {
  const places = new Map<string, Place>();
  for (const { record, quarter } of records) {
    const name = callName(record);
    if (name === null) continue;
    for (const outcomes of new Set([undefined, ...BOOKS])) {
      if (outcomes?.includes(record.outcome as Outcome) === false) continue;
      const book = bookName(name, outcomes);
      const known = places.get(book) ?? { first: quarter, last: quarter };
      places.set(book, {
        first: Math.min(known.first, quarter),
        last: Math.max(known.last, quarter),
      });
    }
  }
  return places;
}

function note(
  seals: Map<number, Omit<QuarterSeal, "sums">>,
  { record, quarter }: PlacedRecord,
  place: Place | undefined,
): void {
  const none = { quarter, cdrs: 0, tenants: [] as string[], since: quarter, until: quarter };
  const seal = seals.get(quarter) ?? none;
  const { first, last } = place ?? { first: quarter, last: quarter };
  seal.cdrs += 1;
  if (!seal.tenants.includes(record.tenant ?? "")) seal.tenants.push(record.tenant ?? "");
  seal.since = Math.min(seal.since, first);
  seal.until = Math.max(seal.until, last);
  seals.set(quarter, seal);
}
