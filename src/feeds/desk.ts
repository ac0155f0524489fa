// Which feeds of the settings this process runs, and what is told of all of them.
import type { FeedDesk, FeedView } from "../engine/ports.ts";
import type { Store } from "../stores/store.ts";
import { createHolder, type Held, type SeenRun } from "./holder.ts";
import type { Lease } from "./lease.ts";
import { stateOf } from "./ledger.ts";
import { kindOf, type Running, type RunParts, startFeed } from "./running.ts";
import type { FeedSettings } from "./settings.ts";
import { seenTogether } from "./together.ts";

export interface DeskParts extends RunParts {
  store: Pick<Store, "feeds" | "queueEvents">;
  settings: readonly FeedSettings[];
  leaseMs: number;
}

type RunningFeed = Running & Held;

function begin(parts: RunParts, one: FeedSettings, lease: Lease): RunningFeed {
  const run = startFeed(parts, one, lease);
  const { feed, ledger, wake } = run;
  return {
    ...run,
    async stop() {
      wake();
      await feed.stop();
      ledger.connected("It does not run.");
    },
    toJson: ledger.toJson,
    takeChange: ledger.takeChange,
  };
}

export function createFeedDesk(parts: DeskParts): FeedDesk {
  const { store, clock, log, settings, leaseMs } = parts;
  const holder = createHolder({
    ...{ feeds: store.feeds, clock, log, settings, leaseMs, noun: "feed" },
    keptAs: (name) => name,
    begin: (one: FeedSettings, lease) => begin(parts, one, lease),
  });

  const list = async (chosen: readonly FeedSettings[] = settings): Promise<FeedView[]> =>
    seenTogether((await holder.seen(chosen)).map(viewOf));

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
    look: holder.look,
    async silent() {
      const views = await list(settings.filter(({ kind }) => kindOf(kind).listens));
      return views.filter(isSilent).map(({ name }) => name);
    },
    close: holder.close,
  };
}

function viewNamed(views: readonly FeedView[], name: string): FeedView {
  const view = views.find((one) => one.name === name);
  if (view === undefined) throw new Error("one feed has one view");
  return view;
}

function isSilent({ stopped, state }: FeedView): boolean {
  return !stopped && !state.connected;
}

/** As it runs here, else as whoever runs it, or ran it last, wrote it down. */
function viewOf({
  one: { name, kind, source },
  record,
  run,
  runs,
}: SeenRun<RunningFeed> & { one: FeedSettings }): FeedView {
  const kept = { ...record?.state, ...(runs === "elsewhere" ? {} : { sinceMs: null }) };
  const state = run === undefined ? kept : run.toJson();
  const position = (run?.lease.record() ?? record)?.position ?? null;
  return {
    ...{ name, kind, source },
    stopped: record?.isStopped ?? false,
    runs,
    state: stateOf(state, position),
  };
}
