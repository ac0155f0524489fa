// What a service does for its store beside using it: signs of life, steps that waited, rewrites.
import type { Settings } from "../config/config.ts";
import type { Exports } from "../engine/exports/exports.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { ROLLUP_MAKER } from "../engine/reports/rollup-maker.ts";
import type { Rollups } from "../engine/reports/rollups.ts";
import type { Schedules } from "../engine/schedules/schedules.ts";
import { createHolder } from "../feeds/holder.ts";
import { type MigrationEvent, type SchemaState, SIGN_OF_LIFE_MS } from "../stores/migration.ts";
import type { Store } from "../stores/store.ts";

export type { MigrationEvent, SchemaState };

/** Between two slices of a rewrite: the calls of others come first. */
const SLICE_PAUSE_MS = 20;

/** Says in the log what a migration did. */
export function logMigration(log: Log): (event: MigrationEvent) => void {
  return (event) => {
    if (event.kind === "copied") log.info({ path: event.path }, "the store file was copied first");
    else if (event.kind === "not-copied") {
      log.warn({ why: event.why }, "the store file was not copied before its schema is changed");
    } else if (event.kind === "index") {
      log.info(event, `the index ${event.index} of ${event.collection} differed and was dropped`);
    } else if (event.kind === "built") {
      log.info(event, `indexes of ${event.collection} were built: ${event.indexes.join(", ")}`);
    } else log.info({ step: event.step }, `schema step ${event.step}: ${event.title}`);
  };
}

/** What the store has the lease of whoever sends reports under; no feed and no output has such a name. */
const SENDER = "schedules:";
/** And whoever writes exports. */
const WRITER = "exports:";

/** What goes on until it is stopped. */
export interface Care {
  stop(): Promise<void>;
}

/** All that a service with these settings does for its store. */
export function caresOf(
  { rollups, limits }: Pick<Settings, "rollups" | "limits">,
  parts: Omit<MakerParts, "leaseMs" | "store"> & {
    store: Store;
    schedules: Pick<Schedules, "turn">;
    exports: Pick<Exports, "turn">;
  },
): Care[] {
  const leaseMs = limits.feedLeaseSeconds * 1000;
  const cares = [tendStore(parts.store, parts.log)];
  if (rollups) cares.push(makeRollups({ ...parts, leaseMs }));
  cares.push(sendReports({ ...parts, leaseMs }), writeExports({ ...parts, leaseMs }));
  return cares;
}

/** Tends the store until it is stopped; a store that is away is tried again. */
function tendStore(store: Store, log: Log): Care {
  return again(async () => {
    try {
      const { behind } = await store.tend();
      return behind === undefined ? SIGN_OF_LIFE_MS : SLICE_PAUSE_MS;
    } catch (error) {
      log.error({ err: error }, "the store could not be tended; it is tried again");
      return SIGN_OF_LIFE_MS;
    }
  });
}

/** Between two looks for sums that are to be made. */
const ROLLUP_LOOK_MS = 1000;
const ROLLUP_RETRY_MS = 10_000;

interface MakerParts {
  store: Pick<Store, "feeds">;
  rollups: Pick<Rollups, "tend">;
  clock: Clock;
  log: Log;
  leaseMs: number;
}

/** Between two looks whether another process makes them still. */
const MAKER_LOOK_MS = 1000;

/** Makes the sums of what was written while no other process on the store does, until it is stopped. */
export function makeRollups({ rollups, ...parts }: MakerParts): Care {
  return whileNobodyElse(parts, {
    ...{ name: "rollups", keptAs: ROLLUP_MAKER, noun: "maker" },
    begin: () => tendRollups(rollups, parts.log),
    fault: "it could not be seen who makes the sums of reports",
  });
}

/** Sends the reports that are due while no other process on the store does, until it is stopped. */
function sendReports({
  schedules,
  ...parts
}: Omit<MakerParts, "rollups"> & { schedules: Pick<Schedules, "turn"> }): Care {
  return whileNobodyElse(parts, {
    ...{ name: "schedules", keptAs: SENDER, noun: "sender" },
    begin: () =>
      tendTurns(schedules, parts.log, "reports that are due could not be sent; it is tried again"),
    fault: "it could not be seen who sends reports",
  });
}

/** Writes the exports that wait while no other process on the store does, until it is stopped. */
function writeExports({
  exports,
  ...parts
}: Omit<MakerParts, "rollups"> & { exports: Pick<Exports, "turn"> }): Care {
  return whileNobodyElse(parts, {
    ...{ name: "exports", keptAs: WRITER, noun: "writer" },
    begin: () => tendTurns(exports, parts.log, "exports could not be written; it is tried again"),
    fault: "it could not be seen who writes exports",
  });
}

interface Sole {
  name: string;
  /** What the store has its lease under. */
  keptAs: string;
  noun: string;
  begin(): Care;
  /** What is logged when the store cannot be asked. */
  fault: string;
}

/** Begins it where no process on the store has the lease, and ends it where another one took it. */
function whileNobodyElse(
  { store, clock, log, leaseMs }: Omit<MakerParts, "rollups">,
  { name, keptAs, noun, begin, fault }: Sole,
): Care {
  const holder = createHolder({
    ...{ feeds: store.feeds, clock, log, leaseMs, noun },
    settings: [{ name }],
    keptAs: () => keptAs,
    begin(_one, lease) {
      const { stop } = begin();
      return { lease, stop, toJson: () => ({}), takeChange: () => false };
    },
  });
  const looks = again(async () => {
    await holder.look().catch((error: unknown) => log.error({ err: error }, fault));
    return MAKER_LOOK_MS;
  });
  return {
    async stop() {
      await looks.stop();
      await holder.close();
    },
  };
}

/** Between two looks for reports that are due; after a fault. */
const SEND_LOOK_MS = 1000;
const SEND_RETRY_MS = 10_000;

function tendTurns(desk: Pick<Schedules | Exports, "turn">, log: Log, fault: string): Care {
  return again(async (signal) => {
    try {
      const { isBusy } = await desk.turn(signal);
      return isBusy ? SLICE_PAUSE_MS : SEND_LOOK_MS;
    } catch (error) {
      log.error({ err: error }, fault);
      return SEND_RETRY_MS;
    }
  });
}

/** Makes the sums of what was written, until it is stopped. */
function tendRollups(rollups: Pick<Rollups, "tend">, log: Log): Care {
  return again(async (signal) => {
    try {
      const { isBehind } = await rollups.tend(signal);
      return isBehind ? SLICE_PAUSE_MS : ROLLUP_LOOK_MS;
    } catch (error) {
      if (!signal.aborted) {
        log.error({ err: error }, "the sums of reports could not be made; it is tried again");
      }
      return ROLLUP_RETRY_MS;
    }
  });
}

/** `turn` answers how many milliseconds later it wants another one. */
function again(turnOf: (signal: AbortSignal) => Promise<number>): Care {
  const end = new AbortController();
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let turn: Promise<void> = Promise.resolve();

  async function tend(): Promise<void> {
    plan(await turnOf(end.signal));
  }
  function plan(pauseMs: number): void {
    if (isStopped) return;
    timer = setTimeout(() => {
      turn = tend();
    }, pauseMs);
    timer.unref();
  }
  plan(0);
  return {
    async stop() {
      isStopped = true;
      end.abort();
      clearTimeout(timer);
      await turn;
    },
  };
}
