// Group commit: the writes that came while the last transaction was made durable share the next one.
// Each is a part of its own: one that fails leaves nothing, and the others stay.
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import type { Database } from "better-sqlite3";
import { lockHeld, translate } from "../faults.ts";
import { isLocked, type LockLineOptions, RETRY_PAUSE_MS } from "./lock-line.ts";

export interface WriteGroups {
  /**
   * Runs `work` in a transaction with others, or `alone`; where the file is locked it is run again.
   * @throws `store-unavailable` after the time allowed
   */
  run<T>(work: () => T, options?: { alone?: boolean }): Promise<T>;
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>;
}

interface Waiting {
  work(): unknown;
  resolve(value: unknown): void;
  reject(error: unknown): void;
  alone: boolean;
  deadline: number;
}

/**
 * Nobody is told when another process is done with the file, whose transaction takes some milliseconds: this
 * thread has nothing else to do and tries soon, and then more and more rarely.
 */
const FIRST_PAUSE_MS = 1;

/** Writes of one transaction: batches of records among them, so that it takes some milliseconds. */
const MOST_WRITES = 64;

export function createWriteGroups(
  database: Database,
  { path, waitMs, check }: LockLineOptions & { check(): void },
): WriteGroups {
  let waiting: Waiting[] = [];
  let serving: Promise<void> | null = null;
  let pauseMs = FIRST_PAUSE_MS;

  /** The first that wait, up to one that wants to be alone. */
  function nextGroup(): Waiting[] {
    const stop = waiting.findIndex(({ alone }) => alone);
    if (stop === 0) return waiting.slice(0, 1);
    return waiting.slice(0, Math.min(MOST_WRITES, stop < 0 ? waiting.length : stop));
  }

  /** All of them in one transaction; what each is told when that is durable. */
  function commit(group: Waiting[]): (() => void)[] {
    const settle = group.map((): (() => void) => () => undefined);
    const runAll = (): void => {
      for (const [index, one] of group.entries()) {
        try {
          const value = one.work();
          settle[index] = () => one.resolve(value);
        } catch (error) {
          // A fault of the file or the disk is one of all of them.
          if (!database.inTransaction || translate(path, error) !== error) throw error;
          settle[index] = () => one.reject(error);
        }
      }
    };
    check();
    const [one] = group;
    if (group.length === 1 && one !== undefined) {
      // By itself it is its own transaction.
      const value = one.work();
      settle[0] = () => one.resolve(value);
    } else database.transaction(runAll).immediate();
    // What was written to files that are not ours any more is found by nobody.
    check();
    return settle;
  }

  async function serve(): Promise<void> {
    // Those that came in the same turn go together.
    await turn();
    while (waiting.length > 0) {
      const group = nextGroup();
      try {
        const settle = commit(group);
        waiting = waiting.slice(group.length);
        pauseMs = FIRST_PAUSE_MS;
        for (const tell of settle) tell();
      } catch (error) {
        if (isLocked(error)) await waitForLock();
        else {
          waiting = waiting.slice(group.length);
          for (const { reject } of group) reject(translate(path, error));
        }
      }
      await turn();
    }
    serving = null;
  }

  /** Each waits equally long, so the first in line is the first whose time is over. */
  async function waitForLock(): Promise<void> {
    const now = performance.now();
    while (waiting[0] !== undefined && waiting[0].deadline <= now) {
      waiting.shift()?.reject(lockHeld(path, waitMs));
    }
    if (waiting.length === 0) return;
    await pause(pauseMs);
    pauseMs = Math.min(2 * pauseMs, RETRY_PAUSE_MS);
  }

  return {
    run: <T>(work: () => T, { alone = false } = {}) =>
      new Promise<T>((resolve, reject) => {
        const deadline = performance.now() + waitMs;
        const told = resolve as (value: unknown) => void;
        waiting.push({ work, resolve: told, reject, alone, deadline });
        serving ??= serve();
      }),
    async idle() {
      while (serving !== null) await serving;
    },
  };
}
