// What a service does for its store beside using it: signs of life, steps that waited, rewrites.
import type { Log } from "../engine/ports.ts";
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

/** Tends the store until it is stopped; a store that is away is tried again. */
export function tendStore(store: Store, log: Log): { stop(): Promise<void> } {
  let isStopped = false;
  let timer: NodeJS.Timeout;
  let turn: Promise<void> = Promise.resolve();

  async function tend(): Promise<void> {
    let pauseMs = SIGN_OF_LIFE_MS;
    try {
      const { behind } = await store.tend();
      if (behind !== undefined) pauseMs = SLICE_PAUSE_MS;
    } catch (error) {
      log.error({ err: error }, "the store could not be tended; it is tried again");
    }
    plan(pauseMs);
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
      clearTimeout(timer);
      await turn;
    },
  };
}
