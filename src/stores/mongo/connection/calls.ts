// How each call of the store meets a fault: tried again with back-off while its time lasts, a write
// whose fate is unknown read back, then told by the table of faults.
import { setTimeout as pauseOfMachine } from "node:timers/promises";
import { ObjectId } from "mongodb";
import { asTold, type FaultOutcome, outcomeOf, unavailable } from "../faults.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** A sum that failed later than this is not begun anew: it would take as long again. */
const SHORT_MS = 1_000;

/** How time is told and waited for. */
export interface Timing {
  /** A clock that only runs forward. */
  nowMs(): number;
  pause(ms: number): Promise<void>;
}

const OF_THE_MACHINE: Timing = {
  nowMs: () => performance.now(),
  pause: (ms) => pauseOfMachine(ms),
};

export interface CallLimits {
  /** How long a call goes on trying; what is then under way still ends. */
  waitMs: number;
  isClosed(): boolean;
  /** That of the machine when not said. */
  timing?: Timing | undefined;
}

export interface Calls {
  read<T>(work: () => Promise<T>): Promise<T>;
  /** A read over many documents: tried again only if it failed soon. */
  sum<T>(work: () => Promise<T>): Promise<T>;
  /**
   * `isAgain`: an attempt before this one may have been done, in whole or in part. The work then
   * recognises what it wrote, and answers as if it had written it now. `writeId` is of all attempts.
   */
  write<T>(work: (isAgain: boolean, writeId: ObjectId) => Promise<T>): Promise<T>;
  /** Tried once: a step of an iteration cannot be repeated. */
  once<T>(work: () => Promise<T>): Promise<T>;
}

function isRepeated(
  outcome: FaultOutcome,
  { writes, isInTime, attempt }: { writes: boolean; isInTime: boolean; attempt: number },
): boolean {
  // Whatever the time: a write that may have been done is looked for once.
  const isLookedFor = writes && attempt === 0;
  if (outcome === "retried" || (outcome === "unknown" && writes)) return isInTime || isLookedFor;
  return false;
}

export function createCalls({
  waitMs,
  isClosed,
  timing: { nowMs, pause } = OF_THE_MACHINE,
}: CallLimits): Calls {
  async function call<T>(
    work: (isAgain: boolean) => Promise<T>,
    { writes, mayRepeat }: { writes: boolean; mayRepeat(elapsedMs: number): boolean },
  ): Promise<T> {
    const startedAt = nowMs();
    for (let attempt = 0; ; attempt += 1) {
      if (isClosed()) throw unavailable(new Error("the store was closed"));
      try {
        return await work(attempt > 0);
      } catch (error) {
        if (isClosed()) throw unavailable(error);
        const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
        const isInTime = mayRepeat(nowMs() - startedAt + pauseMs);
        if (!isRepeated(outcomeOf(error), { writes, isInTime, attempt })) {
          throw asTold(error, { writes });
        }
        await pause(pauseMs);
      }
    }
  }

  const isInTime = (elapsedMs: number) => elapsedMs < waitMs;
  return {
    read: (work) => call(work, { writes: false, mayRepeat: isInTime }),
    sum: (work) => call(work, { writes: false, mayRepeat: (ms) => isInTime(ms) && ms < SHORT_MS }),
    write: (work) => {
      const writeId = new ObjectId();
      return call((isAgain) => work(isAgain, writeId), { writes: true, mayRepeat: isInTime });
    },
    once: (work) => call(work, { writes: false, mayRepeat: () => false }),
  };
}
