// Numbers that a source counts its records by: which of them a file has, and which it lacks.
import type { RawCdr } from "../../formats/format.ts";

/** From and to, both among them. */
export type Span = [from: number, to: number];

/** What a file has of them so far, in order, with something missing between two spans. */
export interface SequenceSeen {
  /** Name of the field. */
  field: string;
  spans: Span[];
  /** Records without such a number. */
  without: number;
  /** More pieces than are kept: the numbers count nothing. */
  isScattered: boolean;
}

/** What lies between numbers that are there. */
export interface SequenceGaps {
  first: number | null;
  last: number | null;
  /** The first of them. */
  gaps: Span[];
  /** Numbers in all gaps. */
  missing: number;
}

const MOST_SPANS = 1000;
const SHOWN_GAPS = 100;

export function newSequence(field: string): SequenceSeen {
  return { field, spans: [], without: 0, isScattered: false };
}

/** The number of a record: the last digits of the field, whatever stands before them. */
export function sequenceNumber({ primary, extra }: RawCdr, field: string): number | null {
  const value =
    extra[field] ?? Object.entries({ ...primary }).find(([name]) => name === field)?.[1];
  const [digits] = /\d{1,15}$/.exec(String(value ?? "").trim()) ?? [];
  return digits === undefined ? null : Number(digits);
}

/** One more number; the same again changes nothing. */
export function addNumber(seen: SequenceSeen, number: number): void {
  const { spans } = seen;
  if (seen.isScattered) return;
  const at = firstFrom(spans, number);
  const before = spans[at - 1];
  const after = spans[at];
  if (before !== undefined && number <= before[1]) return;
  const joinsBefore = before !== undefined && before[1] === number - 1;
  const joinsAfter = after !== undefined && after[0] === number + 1;
  if (after?.[0] === number) return;
  if (joinsBefore && joinsAfter) {
    before[1] = after[1];
    spans.splice(at, 1);
  } else if (joinsBefore) before[1] = number;
  else if (joinsAfter) after[0] = number;
  else if (spans.length === MOST_SPANS) seen.isScattered = true;
  else spans.splice(at, 0, [number, number]);
}

/** Index of the first span that begins at the number or behind it. */
function firstFrom(spans: readonly Span[], number: number): number {
  let [low, high] = [0, spans.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((spans[middle]?.[0] ?? 0) < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** @param after the last number that came before this file, where one is known */
export function gapsOf({ spans }: SequenceSeen, after: number | null = null): SequenceGaps {
  const first = spans[0]?.[0] ?? null;
  const last = spans.at(-1)?.[1] ?? null;
  const gaps: Span[] = [];
  // A file that begins before that is one of before, or the source counts anew.
  if (after !== null && first !== null && first > after + 1) gaps.push([after + 1, first - 1]);
  for (const [index, [from]] of spans.entries()) {
    const before = spans[index - 1];
    if (before !== undefined) gaps.push([before[1] + 1, from - 1]);
  }
  const missing = gaps.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return { first, last, gaps: gaps.slice(0, SHOWN_GAPS), missing };
}
