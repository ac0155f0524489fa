// One feed at work in this process: its parts put together, its start and its end.
import type { ImportRun } from "../engine/imports/job.ts";
import type { Intake } from "../engine/intake/receive.ts";
import type { Clock, Log } from "../engine/ports.ts";
import type { Door } from "../mediation/source-change.ts";
import { type SourceSettings, sourceNamed } from "../mediation/source-settings.ts";
import type { Store } from "../stores/store.ts";
import { type CallSharing, createCallSharing } from "./calls.ts";
import {
  type Feed,
  type FeedKind,
  FeedLost,
  type FeedParts,
  type FileImports,
} from "./contract.ts";
import { deliver } from "./delivery.ts";
import { FEED_KINDS } from "./kinds.ts";
import type { Lease } from "./lease.ts";
import { createLedger, type Delivered, type Ledger } from "./ledger.ts";
import { secretAt } from "./secret.ts";
import type { FeedSettings } from "./settings.ts";

export interface RunParts {
  intake: Pick<Intake, "process">;
  clock: Clock;
  log: Log;
  sources: readonly SourceSettings[];
  store: Pick<Store, "feeds" | "queueEvents" | "callHalves">;
  /** Brings whole files in. */
  files: FileImports;
  /** Days that queue events are kept. */
  queueEventDays: number;
  /** In [0, 1). */
  chance(): number;
  /** Variables that may hold secrets. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Why records of a source are not taken from an address now; null: they are. */
  refusal?(source: SourceSettings, sender: { door: Door; address: string }): string | null;
  /** Whether a source takes records now; absent: each does. */
  isActive?(source: SourceSettings): boolean;
  /** Runs once after so many milliseconds; answers how to call it off. */
  later(ms: number, run: () => void): () => void;
}

export interface Running {
  feed: Feed;
  lease: Lease;
  ledger: Ledger;
  calls: CallSharing;
  /** Ends pauses. */
  wake(): void;
}

export function kindOf(kind: FeedSettings["kind"]): FeedKind<FeedSettings> {
  return FEED_KINDS[kind] as FeedKind<FeedSettings>;
}

/** The source of a feed; one without settings has its name. */
function sourceOf({ sources }: Pick<RunParts, "sources">, { source: name }: FeedSettings) {
  return { ...sourceNamed(sources, name), name };
}

/**
 * Whether the source of a feed is switched off, and the feed fetches its records: what waits for others to
 * come refuses them itself.
 */
export function isSwitchedOff(
  { sources, isActive }: Pick<RunParts, "sources" | "isActive">,
  one: FeedSettings,
): boolean {
  return !kindOf(one.kind).listens && isActive?.(sourceOf({ sources }, one)) === false;
}

export function startFeed(parts: RunParts, one: FeedSettings, lease: Lease): Running {
  const { clock, log, intake, later } = parts;
  const { name } = one;
  const source = sourceOf(parts, one);
  const ledger = createLedger(lease.record().state, clock);
  const pauses = new Set<() => void>();
  let isOver = false;

  function pause(ms: number): Promise<void> {
    if (isOver) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        pauses.delete(done);
        callOff();
        resolve();
      };
      const callOff = later(ms, done);
      pauses.add(done);
    });
  }

  const kind = kindOf(one.kind);
  const format = kind.format ?? ("format" in one ? one.format : undefined);
  if (format === undefined) throw new Error(`the feed ${name} has no format`);
  const feedParts: FeedParts = {
    ...{ name, source, clock, log, pause, chance: parts.chance },
    deliver: (records) => deliver({ intake, clock, source, format, ledger }, records),
    tellQueues: createQueueTeller(parts),
    halves: parts.store.callHalves,
    files: parts.files,
    brought: (run) => ledger.delivered(deliveredBy(run)),
    secret: (place) => secretAt(place, parts.environment),
    async keep(position) {
      const isKept = await lease.save(() => ({ position, state: ledger.toJson() }));
      if (!isKept) throw new FeedLost(name);
    },
    connected: ledger.connected,
    count: ledger.counted,
    refusal: (address) => parts.refusal?.(source, { door: "TCP", address }) ?? null,
    missed(reason, fromMs) {
      log.warn({ feed: name, ...ledger.missed(reason, fromMs) }, "a feed has a gap");
    },
    warned(topic, warning) {
      const isNew = ledger.warned(topic, warning);
      if (isNew && warning !== null)
        log.warn({ feed: name, warning }, "a feed is not as it should be");
    },
  };
  const feed = kind.create(one, feedParts);
  feed.start(lease.record().position);
  return {
    feed,
    lease,
    ledger,
    calls: createCallSharing(parts.store.feeds, clock, { feed: name, owner: lease.record().owner }),
    wake() {
      isOver = true;
      for (const done of pauses) done();
    },
  };
}

function deliveredBy({ lines, outcomes, lastCallMs }: ImportRun): Delivered {
  const { suspended = 0, conflict = 0, duplicate = 0 } = outcomes;
  return {
    records: lines,
    faults: suspended + conflict,
    repeats: duplicate,
    lastEndMs: lastCallMs,
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Old queue events that one write erases. */
const MOST_ERASED = 1000;

/** Keeps queue events, and once an hour erases those that are older than they are to be kept. */
function createQueueTeller({ store, clock, queueEventDays }: RunParts): FeedParts["tellQueues"] {
  let erasedMs = 0;
  return async (events) => {
    await store.queueEvents.put(events);
    if (clock() - erasedMs < HOUR_MS) return;
    const beforeMs = clock() - queueEventDays * DAY_MS;
    while ((await store.queueEvents.removeBefore(beforeMs, MOST_ERASED)) === MOST_ERASED);
    erasedMs = clock();
  };
}
