// One feed at work in this process: its parts put together, its start and its end.
import type { Intake } from "../engine/intake/receive.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { type SourceSettings, sourceNamed } from "../mediation/source-settings.ts";
import { type Feed, type FeedKind, FeedLost, type FeedParts } from "./contract.ts";
import { deliver } from "./delivery.ts";
import { FEED_KINDS } from "./kinds.ts";
import type { Lease } from "./lease.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import type { FeedSettings } from "./settings.ts";

export interface RunParts {
  intake: Pick<Intake, "process">;
  clock: Clock;
  log: Log;
  sources: readonly SourceSettings[];
  /** Runs once after so many milliseconds; answers how to call it off. */
  later(ms: number, run: () => void): () => void;
}

export interface Running {
  feed: Feed;
  lease: Lease;
  ledger: Ledger;
  /** Ends pauses. */
  wake(): void;
}

export function kindOf(kind: FeedSettings["kind"]): FeedKind<FeedSettings> {
  return FEED_KINDS[kind] as FeedKind<FeedSettings>;
}

export function startFeed(parts: RunParts, one: FeedSettings, lease: Lease): Running {
  const { clock, log, intake, later } = parts;
  const { name } = one;
  const source = { ...sourceNamed(parts.sources, one.source), name: one.source };
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

  const feedParts: FeedParts = {
    ...{ name, source, clock, log, pause },
    deliver: (records) => deliver({ intake, clock, source, format: one.format, ledger }, records),
    async keep(position) {
      const isKept = await lease.save(() => ({ position, state: ledger.toJson() }));
      if (!isKept) throw new FeedLost(name);
    },
    connected: ledger.connected,
    missed: (reason) => log.warn({ feed: name, ...ledger.missed(reason) }, "a feed has a gap"),
  };
  const feed = kindOf(one.kind).create(one, feedParts);
  feed.start(lease.record().position);
  return {
    feed,
    lease,
    ledger,
    wake() {
      isOver = true;
      for (const done of pauses) done();
    },
  };
}
