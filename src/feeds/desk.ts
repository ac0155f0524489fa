// Which feeds of the settings this process runs, and what is told of all of them.
import type { FeedCalls, FeedDesk, FeedView } from "../engine/ports.ts";
import { sharedCalls } from "./calls.ts";
import type { CallsTold } from "./contract.ts";
import { createHolder, type Held } from "./holder.ts";
import type { Lease } from "./lease.ts";
import { isSwitchedOff, kindOf, type Running, type RunParts, startFeed } from "./running.ts";
import { seenTogether } from "./seen/together.ts";
import { viewOf } from "./seen/view.ts";
import type { FeedSettings } from "./settings.ts";

export interface DeskParts extends RunParts {
  settings: readonly FeedSettings[];
  leaseMs: number;
}

type RunningFeed = Running & Held;

interface Beginning {
  one: FeedSettings;
  lease: Lease;
  /** Those that run here, by name. */
  running: Map<string, RunningFeed>;
}

function begin(parts: RunParts, { one, lease, running }: Beginning): RunningFeed {
  const run = startFeed(parts, one, lease);
  const { feed, ledger, wake, calls } = run;
  const held: RunningFeed = {
    ...run,
    async stop() {
      running.delete(one.name);
      wake();
      await feed.stop();
      ledger.connected("It does not run.");
      ledger.callsUnderWay(null);
      await calls.leave().catch((error: unknown) => {
        parts.log.warn(
          { feed: one.name, err: error },
          "its calls under way are not taken back yet",
        );
      });
    },
    toJson: ledger.toJson,
    takeChange: ledger.takeChange,
  };
  running.set(one.name, held);
  return held;
}

export function createFeedDesk(parts: DeskParts): FeedDesk {
  const { store, clock, log, settings, leaseMs } = parts;
  const running = new Map<string, RunningFeed>();
  const holder = createHolder({
    ...{ feeds: store.feeds, clock, log, settings, leaseMs, noun: "feed" },
    keptAs: (name) => name,
    begin: (one: FeedSettings, lease) => begin(parts, { one, lease, running }),
    rests: (one) => isSwitchedOff(parts, one),
  });

  const list = async (chosen: readonly FeedSettings[] = settings): Promise<FeedView[]> =>
    seenTogether((await holder.seen(chosen)).map((one) => viewOf(one, parts)));

  async function get(name: string): Promise<FeedView> {
    holder.requireOne(name);
    const source = settings.find((one) => one.name === name)?.source;
    return viewNamed(await list(settings.filter((one) => one.source === source)), name);
  }

  return {
    list: () => list(),
    get,
    async start(name) {
      await holder.start(name);
      return get(name);
    },
    async stop(name) {
      await holder.stop(name);
      return get(name);
    },
    calls: () => callsOfAll(parts, (name) => running.get(name)?.feed.calls?.()),
    async look() {
      try {
        for (const run of running.values()) await tellCalls(run);
      } finally {
        await holder.look();
      }
    },
    async silent() {
      const views = await list(settings.filter(({ kind }) => kindOf(kind).listens));
      return views.filter(isDeaf).map(({ name }) => name);
    },
    close: holder.close,
  };
}

async function tellCalls({ feed, ledger, calls }: Running): Promise<void> {
  const told = await feed.calls?.();
  if (told === undefined) return;
  ledger.callsUnderWay(told.isCurrent ? told.calls.length : null);
  await calls.share(told);
}

/** What runs here tells them itself, and is at once up to date. */
async function callsOfAll(
  { store, clock, settings }: DeskParts,
  toldHere: (name: string) => Promise<CallsTold> | undefined,
): Promise<FeedCalls[]> {
  const shared = await sharedCalls(store.feeds, clock, settings);
  const all = settings.map(async ({ name: feed, source }) => {
    const told = await toldHere(feed);
    if (told !== undefined) return [{ feed, source, ...told }];
    return shared.filter((other) => other.feed === feed);
  });
  return (await Promise.all(all)).flat();
}

function viewNamed(views: readonly FeedView[], name: string): FeedView {
  const view = views.find((one) => one.name === name);
  if (view === undefined) throw new Error("one feed has one view");
  return view;
}

function isDeaf({ stopped, state }: FeedView): boolean {
  return !stopped && !state.connected;
}
