// cdr.search: CDRs with a part of a number, looked for through a range of time. No index has parts of
// numbers, so the range is gone through stretch by stretch: each call answers the hits it came to, how far
// it is, and where the next one goes on.
import { type Scope, scopedFilter } from "../../access/scope.ts";
import { seenCdr } from "../../access/sell-side.ts";
import type { StoredCdr } from "../../cdr/cdr.ts";
import { momentText } from "../../cdr/moment.ts";
import { OUTCOMES } from "../../cdr/rating.ts";
import { engineError } from "../../errors.ts";
import type { CdrFilter, NumberMatch, SearchedNumber } from "../../queries/cdr-query.ts";
import type { ReadOptions } from "../../stores/ports/cdrs.ts";
import { callTimeMs } from "../../stores/sort-keys.ts";
import type { Store } from "../../stores/store.ts";
import { placeCursor, readPlace, type SearchPlace, searchHash } from "./place.ts";

export interface SearchRequest extends NumberMatch {
  fromMs: number;
  toMs: number;
  /** Without a range of call time, which is that of the search. */
  filter: CdrFilter;
  newestFirst: boolean;
  /** The call answers at most so many hits. */
  limit: number;
  /** After so long no further stretch is begun. */
  seconds: number;
  cursor?: string | undefined;
}

export interface SearchHit {
  cdr: StoredCdr;
  /** Which of the numbers asked for have it. */
  in: SearchedNumber[];
}

export interface SearchAnswer {
  hits: SearchHit[];
  progress: {
    /** Up to here the range is looked through: RFC 3339. */
    reached: string;
    /** CDRs of the range, of the tenants and accounts that are asked for, that were looked at. */
    looked: number;
    /** Hits of this call and of those before it. */
    hits: number;
    /** Of the time of the range, 0 to 1. */
    share: number;
  };
  /** Absent: the whole range is looked through. */
  nextCursor?: string;
}

export interface NumberSearches {
  /**
   * @throws `invalid-params` for a range without time, over `MOST_DAYS`, or said twice, and for a foreign
   * cursor; `forbidden` at a member of the filter that tells of the buy side, where that is not seen
   */
  search(
    request: SearchRequest,
    reading: { scope: Scope; signal?: AbortSignal | undefined },
  ): Promise<SearchAnswer>;
}

export interface SearchParts {
  store: Pick<Store, "cdrs">;
  /** Milliseconds that only ever grow. */
  elapsed(): number;
}

/** `limits.md` names it. */
const MOST_DAYS = 400;
const DAY_MS = 86_400_000;
/** CDRs of a stretch: few at first, so that the first hits are soon there. */
const FIRST_STRETCH = 1000;
const LONGEST_STRETCH = 20_000;
/** Bytes of the hits of one stretch, and stretches with hits in one answer: it stays small. */
const STRETCH_BYTES = 1_000_000;
const MOST_WITH_HITS = 8;
/** A stretch that took less is followed by a longer one. */
const QUICK_MS = 100;

export function createNumberSearches(parts: SearchParts): NumberSearches {
  return {
    async search(request, { scope, signal }) {
      requireRange(request);
      const { fromMs, toMs, newestFirst, cursor } = request;
      const hash = hashOf(request);
      const range = { fromMs, toMs };
      const start = { edgeMs: newestFirst ? toMs : fromMs, looked: 0, hits: 0 };
      const place = cursor === undefined ? start : readPlace(cursor, hash, range);
      const filter = scopedFilter(request.filter, scope);
      const options = signal === undefined ? {} : { signal };
      const { cdrs, next } =
        filter === "none"
          ? { cdrs: [], next: { ...place, edgeMs: newestFirst ? fromMs : toMs, after: undefined } }
          : await walk(parts, { request: { ...request, filter }, place, options });
      const isDone = next.after === undefined && next.edgeMs === (newestFirst ? fromMs : toMs);
      return {
        hits: cdrs.map((cdr) => ({ cdr: seenCdr(cdr, scope), in: numbersOf(cdr, request) })),
        progress: progressOf(request, next),
        ...(!isDone && { nextCursor: placeCursor(next, hash) }),
      };
    },
  };
}

function requireRange({ fromMs, toMs, filter }: SearchRequest): void {
  const refuse = (path: string, text: string) => {
    throw engineError("invalid-params", text, { path });
  };
  if (filter.callTime !== undefined) refuse("filter.callTime", "`from` and `to` say the time.");
  if (toMs <= fromMs) refuse("to", "`to` is not after `from`.");
  if (toMs - fromMs > MOST_DAYS * DAY_MS)
    refuse("to", `The range has more than ${MOST_DAYS} days.`);
}

/** `limit` and `seconds` may differ from call to call. */
function hashOf({ limit: _limit, seconds: _seconds, cursor: _cursor, ...asked }: SearchRequest) {
  return searchHash(asked);
}

interface Walk {
  request: SearchRequest;
  place: SearchPlace;
  options: ReadOptions;
}

/** Stretch after stretch until there are enough hits, the time is over, or the range is. */
async function walk(
  { store, elapsed }: SearchParts,
  { request, place, options }: Walk,
): Promise<{ cdrs: StoredCdr[]; next: SearchPlace }> {
  const { fromMs, toMs, newestFirst, limit } = request;
  const endMs = newestFirst ? fromMs : toMs;
  const untilMs = elapsed() + request.seconds * 1000;
  const cdrs: StoredCdr[] = [];
  let next = place;
  let rows = FIRST_STRETCH;
  let withHits = 0;
  for (;;) {
    const begunMs = elapsed();
    const most = limit - cdrs.length;
    const found = await stretch(store, { request, place: next, options, rows, most });
    cdrs.push(...found.cdrs);
    next = found.next;
    if (found.cdrs.length > 0) withHits += 1;
    const isOver = next.edgeMs === endMs && next.after === undefined;
    const isFull = next.after !== undefined || cdrs.length >= limit || withHits === MOST_WITH_HITS;
    const nowMs = elapsed();
    if (isOver || isFull || nowMs >= untilMs) return { cdrs, next };
    rows = nowMs - begunMs < QUICK_MS ? Math.min(LONGEST_STRETCH, rows * 2) : FIRST_STRETCH;
  }
}

interface StretchWalk extends Walk {
  rows: number;
  most: number;
}

/** The next `rows` CDRs, and those of the millisecond of the last one; or as far as the hits go. */
async function stretch(
  { cdrs: stored }: SearchParts["store"],
  { request, place, options, rows, most }: StretchWalk,
): Promise<{ cdrs: StoredCdr[]; next: SearchPlace }> {
  const { newestFirst, fromMs, toMs, filter, how, texts, of } = request;
  const { edgeMs, after } = place;
  const left = newestFirst ? { fromMs, toMs: edgeMs } : { fromMs: edgeMs, toMs };
  const nth = await stored.nthCallTime(lookedAt(filter, left), rows, {
    ...options,
    fromLast: newestFirst,
  });
  const span = spanTo(nth, left, newestFirst);
  const page = await stored.find(
    {
      filter: { ...filter, callTime: span, anyNumber: { how, texts, of } },
      sort: { by: "callTime", descending: newestFirst },
      limit: most,
      ...(after !== undefined && { cursor: after }),
    },
    { ...options, pageBytes: STRETCH_BYTES },
  );
  const last = page.nextCursor === undefined ? undefined : page.cdrs.at(-1);
  // Others of its millisecond may follow.
  const done = last === undefined ? span : spanBefore(timeOf(last), span, newestFirst);
  const looked =
    done.fromMs === done.toMs ? 0 : await stored.count(lookedAt(filter, done), options);
  return {
    cdrs: page.cdrs,
    next: {
      edgeMs: newestFirst ? done.fromMs : done.toMs,
      after: page.nextCursor,
      looked: place.looked + looked,
      hits: place.hits + page.cdrs.length,
    },
  };
}

interface Span {
  fromMs: number;
  toMs: number;
}

function spanTo(nth: number | null, left: Span, newestFirst: boolean): Span {
  if (nth === null) return left;
  return newestFirst ? { ...left, fromMs: nth } : { ...left, toMs: nth + 1 };
}

function spanBefore(atMs: number, span: Span, newestFirst: boolean): Span {
  return newestFirst ? { ...span, fromMs: atMs + 1 } : { ...span, toMs: atMs };
}

/**
 * What stretches are made of: an index has every member of it, so that a stretch is as long as it is to
 * be, however few CDRs the rest of the filter leaves.
 */
function lookedAt({ tenants, accounts, owners }: CdrFilter, callTime: Span): CdrFilter {
  return {
    ...(tenants !== undefined && { tenants }),
    ...(accounts !== undefined && { accounts }),
    ...(owners !== undefined && { owners }),
    outcomes: [...OUTCOMES],
    callTime,
  };
}

function timeOf({ primary, receivedAtMs }: StoredCdr): number {
  return callTimeMs(primary, receivedAtMs);
}

function progressOf(
  { fromMs, toMs, newestFirst }: SearchRequest,
  { edgeMs, looked, hits }: SearchPlace,
): SearchAnswer["progress"] {
  const doneMs = newestFirst ? toMs - edgeMs : edgeMs - fromMs;
  return {
    reached: momentText({ atMs: edgeMs, offsetMinutes: 0 }),
    looked,
    hits,
    share: Math.floor((doneMs / (toMs - fromMs)) * 1e6) / 1e6,
  };
}

const MATCHES: Record<NumberMatch["how"], (number: string, text: string) => boolean> = {
  contains: (number, text) => number.includes(text),
  begins: (number, text) => number.startsWith(text),
  ends: (number, text) => number.endsWith(text),
};

/** Which of the numbers have one of the texts. */
function numbersOf(
  { primary, rating }: StoredCdr,
  { how, texts, of }: NumberMatch,
): SearchedNumber[] {
  const numbers: Record<SearchedNumber, readonly string[]> = {
    caller: primary.callerNumber === undefined ? [] : [primary.callerNumber],
    destination: [primary.destination, rating.normalized.destination.normalized],
    account: [primary.account],
  };
  return of.filter((name) =>
    numbers[name].some((number) => texts.some((text) => MATCHES[how](number, text))),
  );
}
