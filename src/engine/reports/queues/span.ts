// The range of a report of queues, its buckets, and the events that it is made of.
import { type Scope, seesOwner } from "../../../access/scope.ts";
import { engineError } from "../../../errors.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import { createCalendar, type Unit } from "../../../reports/calendar.ts";
import type { Stretch } from "../../../reports/concurrency.ts";
import { COUNTED_EVENTS, inOrder, type QueueMoment } from "../../../reports/queues/moments.ts";
import type { QueueEvent } from "../../../stores/ports/queue-events.ts";
import type { Store } from "../../../stores/store.ts";
import { instantText } from "../instant.ts";

export interface QueueSpan {
  fromMs: number;
  toMs: number;
  /** Rows for each of these apart; absent: for the whole range. */
  step?: Unit | undefined;
  timeZone: string;
}

/** Of one answer; `limits.md` names them. */
const MOST_DAYS = 400;
const MOST_ROWS = 100_000;
const PAGE = 1000;
const DAY_MS = 86_400_000;

/** @throws `invalid-params` for an empty range or no zone, `too-large` beyond 400 days */
export function bucketsOf({ fromMs, toMs, step, timeZone }: QueueSpan) {
  if (fromMs >= toMs) {
    throw engineError("invalid-params", "The range is empty: `to` is not after `from`.", {
      path: "to",
    });
  }
  if (toMs - fromMs > MOST_DAYS * DAY_MS) {
    throw engineError("too-large", `The range is longer than ${MOST_DAYS} days.`, { path: "to" });
  }
  const calendar = createCalendar(timeZone);
  const whole = [{ key: null, fromMs, toMs }];
  const buckets = step === undefined ? whole : calendar.buckets(step, fromMs, toMs);
  let atMs = fromMs;
  const stretches: Stretch[] = buckets.map((bucket) => {
    const stretch = { fromMs: atMs, toMs: Math.max(atMs, Math.min(bucket.toMs, toMs)) };
    atMs = stretch.toMs;
    return stretch;
  });
  const places = buckets.map(({ key }, index) => ({
    bucket: key,
    from: instantText(calendar, stretches[index]?.fromMs ?? fromMs),
    to: instantText(calendar, stretches[index]?.toMs ?? toMs),
  }));
  return { stretches, places };
}

/** Rows by a key, each with sums for every bucket. @throws `too-large` beyond 100,000 of them */
export function createRows<Sums>(buckets: number, empty: () => Sums) {
  const rows = new Map<string, Sums[]>();
  return {
    rows,
    of(...key: readonly (string | null)[]): Sums[] {
      const name = JSON.stringify(key);
      const known = rows.get(name) ?? Array.from({ length: buckets }, empty);
      rows.set(name, known);
      if (rows.size * buckets <= MOST_ROWS) return known;
      throw engineError("too-large", `The answer has more than ${MOST_ROWS} rows.`, {
        path: "step",
        hint: "Ask for larger steps, a shorter range, or fewer queues or agents.",
      });
    },
  };
}

export interface EventsWanted {
  fromMs: number;
  toMs: number;
  sources?: readonly string[] | undefined;
  queues?: readonly string[] | undefined;
  agents?: readonly string[] | undefined;
}

/**
 * In the order of time; what is read is a day longer at both ends, since what began before goes on, and
 * what began within ends behind. `mayStop` is asked behind the range. @throws `forbidden` for a scope
 * that does not see everything: events are of no tenant
 */
export async function* queueMoments(
  store: Pick<Store, "queueEvents">,
  { fromMs, toMs, ...lists }: EventsWanted,
  terms: { scope: Scope; signal?: AbortSignal | undefined; mayStop: () => boolean },
): AsyncGenerator<QueueMoment> {
  requireEvents(terms.scope);
  const query = { ...lists, events: COUNTED_EVENTS, limit: PAGE };
  let after: { atMs: number; id: string } | undefined;
  let last: QueueEvent[] = [];
  for (;;) {
    terms.signal?.throwIfAborted();
    const span = { fromMs: readFrom(fromMs), toMs: toMs + DAY_MS };
    const page = await store.queueEvents.find({ ...query, ...span, after });
    after = page.at(-1);
    const isLast = page.length < PAGE || after === undefined;
    // Those of the last instant may go on in the next page, and are put in order together.
    const all = [...last, ...page];
    last = isLast ? [] : all.filter(({ atMs }) => atMs === after?.atMs);
    for (const moment of inOrder(all.slice(0, all.length - last.length))) {
      if (moment.atMs >= toMs && terms.mayStop()) return;
      yield moment;
    }
    if (isLast) return;
    if (isTurnOver()) await ownTurn();
  }
}

export function readFrom(fromMs: number): number {
  return fromMs - DAY_MS;
}

function requireEvents(scope: Scope): void {
  if (seesOwner(scope, null)) return;
  const fault = "Events of queues are of no tenant: for those alone who see every one.";
  throw engineError("forbidden", fault, {
    path: "basis",
    hint: 'With `basis: "cdrs"` the figures are made of the calls that you see.',
  });
}
