// Waiting for a file that another process has locked. The driver blocks the event loop while it
// waits, so it never waits: of all that want the lock one tries, at once, and pauses asynchronously
// between its tries; the others stand in line behind it.
import { setTimeout as pause, setImmediate as turn } from "node:timers/promises";
import { codeOf, lockHeld, translate } from "../faults.ts";

export interface LockLine {
  /**
   * Runs `work` now, or after those that wait already. Work that finds the file locked must leave
   * no trace: it is run again. @throws `store-unavailable` after the time allowed
   */
  run<T>(work: () => T): Promise<T>;
}

export interface LockLineOptions {
  /** The store, as its setting names it. */
  path: string;
  /** Milliseconds that one call may wait. */
  waitMs: number;
}

interface Waiting {
  /** False: the file is locked. */
  attempt(): boolean;
  giveUp(): void;
  deadline: number;
}

/** Between two tries of the first in line. */
export const RETRY_PAUSE_MS = 15;

export function isLocked(error: unknown): boolean {
  return codeOf(error).startsWith("SQLITE_BUSY");
}

export function createLockLine({ path, waitMs }: LockLineOptions): LockLine {
  const line: Waiting[] = [];
  let isServing = false;

  /** The first in line tries until it has the lock; then each of the others, a turn for each. */
  async function serve(): Promise<void> {
    isServing = true;
    while (line.length > 0) {
      const isDone = line[0]?.attempt() ?? true;
      if (isDone) {
        line.shift();
        await turn();
        continue;
      }
      const now = performance.now();
      // Each waits equally long, so the first in line is the first whose time is over.
      while (line[0] !== undefined && line[0].deadline <= now) line.shift()?.giveUp();
      await pause(RETRY_PAUSE_MS);
    }
    // In the same turn as the last look at the line, so that nobody is left standing.
    isServing = false;
  }

  return {
    run<T>(work: () => T): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        const attempt = (): boolean => {
          try {
            resolve(work());
          } catch (error) {
            if (isLocked(error)) return false;
            reject(translate(path, error));
          }
          return true;
        };
        if (line.length === 0 && attempt()) return;
        const giveUp = () => reject(lockHeld(path, waitMs));
        line.push({ attempt, giveUp, deadline: performance.now() + waitMs });
        if (!isServing) void serve();
      });
    },
  };
}
