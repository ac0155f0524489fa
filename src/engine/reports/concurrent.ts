// report.concurrent: how many calls were under way at once, the peak and the mean of each bucket.
import { requireSeenKeys } from "../../access/buy-side.ts";
import { scopedFilter, seenBy } from "../../access/scope.ts";
import { engineError } from "../../errors.ts";
import { isTurnOver, ownTurn } from "../../event-loop.ts";
import type { CdrFilter } from "../../queries/cdr-query.ts";
import { compareNames } from "../../queries/sums.ts";
import type { StoredTalk } from "../../queries/talks.ts";
import { type Calendar, createCalendar } from "../../reports/calendar.ts";
import {
  type CONCURRENT_KEYS,
  type CONCURRENT_STEPS,
  type Concurrency,
  createSweep,
  type Stretch,
  type Sweep,
} from "../../reports/concurrency.ts";
import { quarterOf, stretchOf } from "../../rollups/pieces.ts";
import type { Store } from "../../stores/store.ts";
import type { Clock } from "../ports.ts";
import { instantText } from "./instant.ts";
import type { Reading } from "./sums.ts";

export interface ConcurrentRequest {
  fromMs: number;
  toMs: number;
  step: (typeof CONCURRENT_STEPS)[number];
  by?: (typeof CONCURRENT_KEYS)[number] | undefined;
  filter: CdrFilter;
  timeZone: string;
}

export interface ConcurrentRow extends Concurrency {
  /** Of `by`; absent without. */
  group?: string | null;
  from: string;
  to: string;
  /** False: a call that was under way then may still be, and have no CDR yet. */
  final: boolean;
}

/** Rows of one answer, and buckets of one group; `limits.md` names both. */
const MOST_ROWS = 100_000;
const STEP_MS = { minute: 60_000, quarterHour: 900_000, hour: 3_600_000, day: 86_400_000 };
const HOUR_MS = 3_600_000;

/** When calls of these times began and ended is not kept of those that were erased. */
async function requireUnerased(
  { erasures }: Pick<Store, "erasures">,
  { fromMs, toMs }: ConcurrentRequest,
): Promise<void> {
  const [first, end] = [quarterOf(fromMs), quarterOf(toMs - 1) + 1];
  const { seals } = await erasures.seals({ first, end, limit: 1 });
  const [seal] = seals;
  if (seal === undefined) return;
  const at = new Date(stretchOf(seal.quarter, 1).fromMs).toISOString();
  throw engineError("not-supported", `CDRs from ${at} on were erased, and their times with them.`, {
    path: "from",
    hint: "Ask for later times.",
  });
}

/** @throws `invalid-params`, `too-large`, `forbidden` at `by` where it tells of the buy side */
export async function concurrentReport(
  { store, clock }: { store: Store; clock: Clock },
  request: ConcurrentRequest,
  { scope, signal }: Reading,
): Promise<ConcurrentRow[]> {
  const { fromMs, toMs, step, by, timeZone } = request;
  if (fromMs >= toMs) {
    const fault = "The span is empty: `to` is not after `from`.";
    throw engineError("invalid-params", fault, { path: "to" });
  }
  if (request.filter.callTime !== undefined) {
    throw engineError("invalid-params", "`from` and `to` say the time.", {
      path: "filter.callTime",
    });
  }
  if (by !== undefined) requireSeenKeys(seenBy(scope), [by]);
  if ((toMs - fromMs) / STEP_MS[step] > MOST_ROWS) throw tooMany("step");
  const calendar = createCalendar(timeZone);
  const stretches = stretchesOf(calendar, request);
  await requireUnerased(store, request);
  const nowMs = clock();
  const filter = scopedFilter(request.filter, scope);
  const sweeps = new Map<string | null, Sweep>();
  const sweepOf = (group: string | null): Sweep => {
    const sweep = sweeps.get(group) ?? createSweep(stretches);
    sweeps.set(group, sweep);
    if (sweeps.size * stretches.length > MOST_ROWS) throw tooMany("by");
    return sweep;
  };
  if (by === undefined) sweepOf(null);
  const query = { fromMs, toMs, ...(by && { by }) };
  let longestMs = HOUR_MS;
  const talks =
    filter === "none" ? [] : store.cdrs.talks({ ...query, filter }, signal && { signal });
  for await (const some of talks) {
    for (const talk of some) {
      longestMs = Math.max(longestMs, talk.usageMs);
      sweepOf(talk.group).add(spanOf(talk));
    }
    if (isTurnOver()) await ownTurn();
  }
  const groups = [...sweeps].sort(([left], [right]) => compareNames(left, right));
  const results = groups.map(([group, sweep]) => ({ group, found: sweep.end() }));
  return stretches.flatMap((stretch, index) =>
    results.map(({ group, found }) => ({
      ...(by !== undefined && { group }),
      from: instantText(calendar, stretch.fromMs),
      to: instantText(calendar, stretch.toMs),
      ...(found[index] ?? { peak: 0, mean: 0 }),
      final: stretch.toMs + longestMs <= nowMs,
    })),
  );
}

function spanOf({ fromMs, usageMs }: StoredTalk): Stretch {
  return { fromMs, toMs: fromMs + usageMs };
}

/** What of each bucket is asked for, one after the other without a gap. */
function stretchesOf(
  calendar: Calendar,
  { fromMs, toMs, step }: ConcurrentRequest,
): readonly Stretch[] {
  let atMs = fromMs;
  return calendar
    .buckets(step, fromMs, toMs)
    .map((bucket) => {
      const stretch = { fromMs: atMs, toMs: Math.max(atMs, Math.min(bucket.toMs, toMs)) };
      atMs = stretch.toMs;
      return stretch;
    })
    .filter((stretch) => stretch.fromMs < stretch.toMs);
}

function tooMany(path: string): Error {
  return engineError("too-large", `The answer has more than ${MOST_ROWS} rows.`, {
    path,
    hint: "Ask for larger steps, a shorter span, or fewer groups by the filter.",
  });
}
