// What this process runs of things that one process of all on a store runs at a time: each has a record
// in the store, with the lease of whoever runs it.
import { randomUUID } from "node:crypto";
import type { JsonObject } from "../cdr/json.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { engineError } from "../errors.ts";
import type { FeedRecord, FeedStore } from "../stores/ports/feeds.ts";
import { isHeld, type Lease, type LeaseParts, recordOf, setStopped, takeLease } from "./lease.ts";

/** One that runs here. */
export interface Held {
  lease: Lease;
  /** Resolves when nothing of it is under way any more; what it says of itself then is kept. */
  stop(): Promise<void>;
  /** What it says of itself. */
  toJson(): JsonObject;
  /** Whether that changed since it was last asked. */
  takeChange(): boolean;
}

export interface HolderParts<One extends { name: string }, Run extends Held> {
  feeds: FeedStore;
  clock: Clock;
  log: Log;
  leaseMs: number;
  /** What they are called in messages. */
  noun: string;
  settings: readonly One[];
  /** Under which name the store has one. */
  keptAs(name: string): string;
  begin(one: One, lease: Lease): Run;
  /** Whether it is not to run now, whatever its record says; absent: never. */
  rests?(one: One): boolean;
}

/** As one is run here, or as the store has it. */
export interface SeenRun<Run> {
  record: FeedRecord | undefined;
  run: Run | undefined;
  runs: "here" | "elsewhere" | "nowhere";
}

export interface Holder<One, Run extends Held> {
  /** In the order of the settings. */
  seen(chosen?: readonly One[]): Promise<(SeenRun<Run> & { one: One })[]>;
  /** @throws `not-found` for a name that the settings do not have */
  requireOne(name: string): void;
  /** Takes up what nobody runs, and prolongs what runs here. */
  look(): Promise<void>;
  /**
   * Whichever process runs it then. `place`: members of its position to go on by.
   * @throws `not-found`; `conflict` for a place while it is not stopped
   */
  start(name: string, place?: JsonObject): Promise<void>;
  /** Whichever process runs it. @throws `not-found` */
  stop(name: string): Promise<void>;
  /** Ends what runs here; others may take it up at once. */
  close(): Promise<void>;
}

/** The runs of this process: begun, tended and ended under their leases. */
function createRuns<One extends { name: string }, Run extends Held>(
  parts: HolderParts<One, Run>,
  isClosed: () => boolean,
) {
  const { feeds, clock, log, leaseMs, noun } = parts;
  const leases: LeaseParts = { feeds, clock, leaseMs, owner: randomUUID() };
  const running = new Map<string, Run>();

  async function begin(one: One, record: FeedRecord): Promise<void> {
    const lease = await takeLease(leases, record);
    if (lease === null || isClosed()) return lease?.leave(record.state);
    running.set(one.name, parts.begin(one, lease));
    log.info({ [noun]: one.name }, `${noun} started`);
  }

  /** `isLost`: the record is another process's by now, and is left alone. */
  async function end(name: string, run: Run, isLost: boolean): Promise<void> {
    running.delete(name);
    await run.stop();
    log.info({ [noun]: name, isLost }, `${noun} ended`);
    if (isLost) return;
    await run.lease.leave(run.toJson()).catch((error: unknown) => {
      log.warn({ [noun]: name, err: error }, "the lease could not be left; it ends by itself");
    });
  }

  async function tend(one: One, record: FeedRecord): Promise<void> {
    const run = running.get(one.name);
    const isAtRest = record.isStopped || parts.rests?.(one) === true;
    if (run === undefined) {
      const isFree = !isHeld(record, clock) || record.owner === leases.owner;
      if (!isAtRest && isFree) await begin(one, record);
      return;
    }
    if (record.owner !== leases.owner) return end(one.name, run, true);
    if (isAtRest) return end(one.name, run, false);
    const isDue = record.leaseUntilMs - clock() < leaseMs / 2;
    if (!run.takeChange() && !isDue) return;
    const isKept = await run.lease.save(() => ({ state: run.toJson() }));
    if (!isKept) await end(one.name, run, true);
  }

  return { running, end, tend };
}

export function createHolder<One extends { name: string }, Run extends Held>(
  parts: HolderParts<One, Run>,
): Holder<One, Run> {
  const { feeds, clock, settings, noun, keptAs } = parts;
  let looking: Promise<void> | undefined;
  let isClosed = false;
  const { running, end, tend } = createRuns(parts, () => isClosed);

  const recordsOf = (chosen: readonly One[]): Promise<FeedRecord[]> =>
    feeds.getFor(chosen.map(({ name }) => keptAs(name)));

  async function lookAtAll(): Promise<void> {
    const found = await recordsOf(settings);
    for (const one of settings) {
      const kept = keptAs(one.name);
      const record = found.find(({ name }) => name === kept);
      if (!isClosed) await tend(one, record ?? (await recordOf(feeds, kept)));
    }
  }

  function requireOne(name: string): void {
    if (settings.some((one) => one.name === name)) return;
    const message = `There is no ${noun} ${name} in the settings.`;
    throw engineError("not-found", message, { path: "name" });
  }

  return {
    requireOne,
    async seen(chosen = settings) {
      const found = chosen.length === 0 ? [] : await recordsOf(chosen);
      return chosen.map((one) => {
        const record = found.find(({ name }) => name === keptAs(one.name));
        const run = running.get(one.name);
        const isRun = record !== undefined && isHeld(record, clock);
        const runs = run !== undefined ? "here" : isRun ? "elsewhere" : "nowhere";
        return { one, record, run, runs };
      });
    },
    look() {
      if (settings.length === 0) return Promise.resolve();
      looking ??= lookAtAll().finally(() => {
        looking = undefined;
      });
      return looking;
    },
    async start(name, place) {
      requireOne(name);
      if (place !== undefined) await moveAtRest(parts, keptAs(name), place);
      await setStopped(feeds, keptAs(name), false);
    },
    async stop(name) {
      requireOne(name);
      await setStopped(feeds, keptAs(name), true);
      const run = running.get(name);
      if (run !== undefined) await end(name, run, false);
    },
    async close() {
      isClosed = true;
      await looking?.catch(() => undefined);
      await Promise.all([...running].map(([name, run]) => end(name, run, false)));
    },
  };
}

/** @throws `conflict` while it is not stopped */
async function moveAtRest(
  { feeds, clock, noun }: Pick<HolderParts<never, never>, "feeds" | "clock" | "noun">,
  kept: string,
  place: JsonObject,
): Promise<void> {
  const record = await recordOf(feeds, kept);
  const isAtRest = record.isStopped && !isHeld(record, clock);
  const position = { ...record.position, ...place };
  const next = { ...record, version: record.version + 1, position };
  if (isAtRest && (await feeds.update(next, record.version))) return;
  throw engineError("conflict", `The ${noun} runs, or was changed just now.`, {
    path: "name",
    hint: "Stop it first; the process that runs it ends it within two seconds.",
  });
}
