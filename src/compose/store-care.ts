// What a service does for its store beside using it: signs of life, steps that waited, rewrites.
import type { Settings } from "../config/config.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { ROLLUP_MAKER } from "../engine/reports/rollup-maker.ts";
import type { Rollups } from "../engine/reports/rollups.ts";
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

/** What goes on until it is stopped. */
export interface Care {
  stop(): Promise<void>;
}

/** All that a service with these settings does for its store. */
export function caresOf(
  { rollups, limits }: Pick<Settings, "rollups" | "limits">,
  parts: Omit<MakerParts, "leaseMs" | "store"> & { store: Store },
): Care[] {
  const leaseMs = limits.feedLeaseSeconds * 1000;
  const cares = [tendStore(parts.store, parts.log)];
  if (rollups) cares.push(makeRollups({ ...parts, leaseMs }));
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
export function makeRollups({ store, rollups, clock, log, leaseMs }: MakerParts): Care {
  const holder = createHolder({
    ...{ feeds: store.feeds, clock, log, leaseMs, noun: "maker" },
    settings: [{ name: "rollups" }],
    keptAs: () => ROLLUP_MAKER,
    begin(_one, lease) {
      const { stop } = tendRollups(rollups, log);
      return { lease, stop, toJson: () => ({}), takeChange: () => false };
    },
  });
  const looks = again(async () => {
    await holder.look().catch((error: unknown) => {
      log.error({ err: error }, "it could not be seen who makes the sums of reports");
    });
    return MAKER_LOOK_MS;
  });
  return {
    async stop() {
      await looks.stop();
      await holder.close();
    },
  };
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
