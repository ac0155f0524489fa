// report.queues: what became of the callers of each queue, by the events of the switch or by CDRs.
import { scopedFilter } from "../../../access/scope.ts";
import { callTimeOf } from "../../../cdr/call.ts";
import type { StoredCdr } from "../../../cdr/cdr.ts";
import { isTurnOver, ownTurn } from "../../../event-loop.ts";
import type { CdrFilter } from "../../../queries/cdr-query.ts";
import { causeCode } from "../../../reports/causes.ts";
import {
  addQueueSums,
  addVisit,
  emptyQueueSums,
  type QueueBasis,
  type QueueSums,
  queueFigures,
  type ServiceLevel,
} from "../../../reports/queues/figures.ts";
import { bucketAt } from "../../../reports/queues/stretches.ts";
import { createVisits, type Visit } from "../../../reports/queues/visits.ts";
import type { Store } from "../../../stores/store.ts";
import type { Reading } from "../sums.ts";
import { bucketsOf, createRows, type QueueSpan, queueMoments } from "./span.ts";

export interface QueueRequest extends QueueSpan {
  basis: QueueBasis;
  level: ServiceLevel;
  sources?: string[] | undefined;
  queues?: string[] | undefined;
  /** By CDRs: calls of no queue count too, in a row whose queue is null. */
  everyCall?: boolean | undefined;
}

export type QueueRow = { source: string; queue: string | null } & Placed & QueueFigures;
export interface Placed {
  bucket: string | null;
  from: string;
  to: string;
}
type QueueFigures = ReturnType<typeof queueFigures>;

export interface QueueReport {
  rows: QueueRow[];
  totals: QueueFigures;
}

/** A visit counts whole in the bucket in which it began. @throws as `bucketsOf` and `queueMoments` */
export async function queueReport(
  store: Pick<Store, "queueEvents" | "cdrs">,
  request: QueueRequest,
  reading: Reading,
): Promise<QueueReport> {
  const { stretches, places } = bucketsOf(request);
  const { rows, of } = createRows<QueueSums>(stretches.length, emptyQueueSums);
  const count = (visit: Omit<Visit, "queue"> & { queue: string | null }) => {
    const place = bucketAt(stretches, visit.fromMs);
    if (place === null) return;
    const sums = of(visit.queue, visit.source)[place];
    if (sums !== undefined) addVisit(sums, { ...visit, queue: "" }, request.level);
  };
  if (request.basis === "events") await countEvents(store, request, { ...reading, count });
  else await countCdrs(store, request, { ...reading, count });
  const totals = emptyQueueSums();
  for (const sums of rows.values()) for (const one of sums) addQueueSums(totals, one);
  const shown = [...rows].sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    rows: places.flatMap((place, index) =>
      shown.map(([key, sums]) => {
        const [queue, source] = JSON.parse(key) as [string | null, string];
        const one = sums[index] ?? emptyQueueSums();
        return { ...place, source, queue, ...queueFigures(one, request.level) };
      }),
    ),
    totals: queueFigures(totals, request.level),
  };
}

type Counting = Reading & {
  count(visit: Omit<Visit, "queue"> & { queue: string | null }): void;
};

async function countEvents(
  store: Pick<Store, "queueEvents">,
  { fromMs, toMs, sources, queues }: QueueRequest,
  { scope, signal, count }: Counting,
): Promise<void> {
  const visits = createVisits(count);
  const mayStop = () => !visits.isOpenBefore(toMs);
  const wanted = { fromMs, toMs, sources, queues };
  for await (const moment of queueMoments(store, wanted, { scope, signal, mayStop })) {
    visits.take(moment);
  }
  visits.end();
}

async function countCdrs(
  store: Pick<Store, "cdrs">,
  { fromMs, toMs, sources, queues, everyCall }: QueueRequest,
  { scope, signal, count }: Counting,
): Promise<void> {
  const wanted: CdrFilter = {
    callTime: { fromMs, toMs },
    ...(sources !== undefined && { sources }),
    ...(queues !== undefined && { queues }),
  };
  for await (const cdr of voiceCalls(store, wanted, { scope, signal })) {
    if (cdr.primary.queue !== undefined || everyCall === true) count(visitOf(cdr));
  }
}

/** Voice CDRs of the range, as the scope has them, the earliest first. */
export async function* voiceCalls(
  store: Pick<Store, "cdrs">,
  wanted: CdrFilter,
  { scope, signal }: Reading,
): AsyncGenerator<StoredCdr> {
  const filter = scopedFilter(wanted, scope);
  if (filter === "none") return;
  for await (const page of store.cdrs.scan(filter, undefined, signal && { signal })) {
    for (const cdr of page) if (cdr.primary.tor === "*voice") yield cdr;
    if (isTurnOver()) await ownTurn();
  }
}

/** No answer, and the caller hung up: what a CDR knows of who gave up. */
const GAVE_UP: ReadonlySet<number | null> = new Set([18, 19, 21]);

export function callInstant({ primary, receivedAtMs }: StoredCdr): number {
  return callTimeOf(primary)?.atMs ?? receivedAtMs;
}

/** Wait of an answered one: its duration without its usage. */
export function waitOf({ primary: { durationMs, usage } }: StoredCdr): number | null {
  return durationMs === undefined ? null : Math.max(0, durationMs - usage);
}

function visitOf(cdr: StoredCdr): Omit<Visit, "queue"> & { queue: string | null } {
  const { usage, queue, disconnectCause, durationMs } = cdr.primary;
  const isAnswered = usage > 0;
  const gaveUp = GAVE_UP.has(causeCode(disconnectCause ?? null)) ? "abandoned" : "left";
  return {
    source: cdr.source,
    queue: queue ?? null,
    fromMs: callInstant(cdr),
    end: isAnswered ? "answered" : gaveUp,
    waitMs: isAnswered ? waitOf(cdr) : (durationMs ?? null),
    talkMs: isAnswered ? usage : null,
    isComplete: isAnswered,
  };
}
