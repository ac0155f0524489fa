// Which feeds of the settings this process runs, and what is told of all of them.
import { randomUUID } from "node:crypto";
import type { Clock, FeedDesk, FeedView } from "../engine/ports.ts";
import { engineError } from "../errors.ts";
import type { FeedRecord } from "../stores/ports/feeds.ts";
import type { Store } from "../stores/store.ts";
import { isHeld, type LeaseParts, recordOf, setStopped, takeLease } from "./lease.ts";
import { stateOf } from "./ledger.ts";
import { kindOf, type Running, type RunParts, startFeed } from "./running.ts";
import type { FeedSettings } from "./settings.ts";
import { seenTogether } from "./together.ts";

export interface DeskParts extends RunParts {
  store: Pick<Store, "feeds" | "queueEvents">;
  settings: readonly FeedSettings[];
  leaseMs: number;
}

export function createFeedDesk(parts: DeskParts): FeedDesk {
  const { store, clock, log, settings, leaseMs } = parts;
  const { feeds } = store;
  const leases: LeaseParts = { feeds, clock, leaseMs, owner: randomUUID() };
  const running = new Map<string, Running>();
  let looking: Promise<void> | undefined;
  let isClosed = false;

  async function begin(one: FeedSettings, seen: FeedRecord): Promise<void> {
    const lease = await takeLease(leases, seen);
    if (lease === null || isClosed) return lease?.leave(seen.state);
    const run = startFeed(parts, one, lease);
    running.set(one.name, run);
    log.info({ feed: one.name, kind: one.kind }, "feed started");
  }

  /** `isLost`: the record is another process's by now, and is left alone. */
  async function end(name: string, { feed, lease, ledger, wake }: Running, isLost: boolean) {
    running.delete(name);
    wake();
    await feed.stop();
    ledger.connected("It does not run.");
    log.info({ feed: name, isLost }, "feed ended");
    if (isLost) return;
    await lease.leave(ledger.toJson()).catch((error: unknown) => {
      log.warn({ feed: name, err: error }, "the lease could not be left; it ends by itself");
    });
  }

  async function tend(one: FeedSettings, seen: FeedRecord): Promise<void> {
    const run = running.get(one.name);
    if (run === undefined) {
      const isFree = !isHeld(seen, clock) || seen.owner === leases.owner;
      if (!seen.isStopped && isFree) await begin(one, seen);
      return;
    }
    if (seen.owner !== leases.owner) return end(one.name, run, true);
    if (seen.isStopped) return end(one.name, run, false);
    const isDue = seen.leaseUntilMs - clock() < leaseMs / 2;
    if (!run.ledger.takeChange() && !isDue) return;
    const isKept = await run.lease.save(() => ({ state: run.ledger.toJson() }));
    if (!isKept) await end(one.name, run, true);
  }

  async function lookAtAll(): Promise<void> {
    const found = await feeds.getFor(settings.map(({ name }) => name));
    for (const one of settings) {
      const seen = found.find(({ name }) => name === one.name);
      if (!isClosed) await tend(one, seen ?? (await recordOf(feeds, one.name)));
    }
  }

  const list = async (chosen: readonly FeedSettings[] = settings): Promise<FeedView[]> => {
    const found = chosen.length === 0 ? [] : await feeds.getFor(chosen.map(({ name }) => name));
    const recordNamed = (feed: string) => found.find(({ name }) => name === feed);
    const view = (one: FeedSettings) =>
      viewOf(one, { record: recordNamed(one.name), run: running.get(one.name), clock });
    return seenTogether(chosen.map(view));
  };

  async function get(name: string): Promise<FeedView> {
    const { source } = settingsNamed(settings, name);
    return viewNamed(await list(settings.filter((one) => one.source === source)), name);
  }

  return {
    list: () => list(),
    get,
    async start(name) {
      await setStopped(feeds, settingsNamed(settings, name).name, false);
      return get(name);
    },
    async stop(name) {
      await setStopped(feeds, settingsNamed(settings, name).name, true);
      const run = running.get(name);
      if (run !== undefined) await end(name, run, false);
      return get(name);
    },
    look() {
      if (settings.length === 0) return Promise.resolve();
      looking ??= lookAtAll().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    async silent() {
      const views = await list(settings.filter(({ kind }) => kindOf(kind).listens));
      return views.filter(isSilent).map(({ name }) => name);
    },
    async close() {
      isClosed = true;
      await looking?.catch(() => undefined);
      await Promise.all([...running].map(([name, run]) => end(name, run, false)));
    },
  };
}

function settingsNamed(settings: readonly FeedSettings[], name: string): FeedSettings {
  const one = settings.find((feed) => feed.name === name);
  if (one !== undefined) return one;
  throw engineError("not-found", `There is no feed ${name} in the settings.`, { path: "name" });
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
function viewOf(
  { name, kind, source }: FeedSettings,
  {
    record,
    run,
    clock,
  }: { record?: FeedRecord | undefined; run?: Running | undefined; clock: Clock },
): FeedView {
  const isRun = record !== undefined && isHeld(record, clock);
  const kept = { ...record?.state, ...(isRun ? {} : { sinceMs: null }) };
  const state = run === undefined ? kept : run.ledger.toJson();
  const position = (run?.lease.record() ?? record)?.position ?? null;
  return {
    ...{ name, kind, source },
    stopped: record?.isStopped ?? false,
    runs: run !== undefined ? "here" : isRun ? "elsewhere" : "nowhere",
    state: stateOf(state, position),
  };
}
