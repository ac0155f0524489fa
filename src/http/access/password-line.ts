// The line in which passwords wait to be checked: one check at a time, whoever
// failed least first, and longer and longer waits for a pair of address and user that fails again and again.
import type { Clock } from "../../engine/ports.ts";
import {
  createFailures,
  type Failures,
  FIRST_DELAYED_FAILURE,
  networkOf,
  pairKey,
} from "./failures.ts";

/** Runs something later; answers how to call it off. */
export type Later = (ms: number, run: () => void) => () => void;

export interface PasswordTry {
  address: string;
  user: string;
  /** The slow comparison itself. */
  check(): Promise<boolean>;
}

export type TryOutcome =
  | { result: "right" }
  /** Failures of the pair in a row, and how long its next try will have to wait. */
  | { result: "wrong"; failures: number; delayMs: number }
  /** Nothing was compared: its turn did not come in time. */
  | { result: "no-turn" };

export interface PasswordLine {
  join(entry: PasswordTry): Promise<TryOutcome>;
  /** How many wait, and how many failures are remembered, for the tests of the bounds. */
  sizes(): { waiting: number; remembered: number };
}

/** scrypt takes one of the four threads of Node's pool, which also inflate bodies. */
const AT_ONCE = 1;
/** How long a try waits for its turn: below the time-out of a switch (10 s in README). */
const PATIENCE_MS = 5000;
const MOST_WAITING = 256;
const MOST_WAITING_OF_AN_ADDRESS = 64;

interface Waiting extends PasswordTry {
  key: string;
  network: string;
  untilMs: number;
  done(outcome: TryOutcome): void;
  failed(error: unknown): void;
}

export function createPasswordLine({ clock, later }: { clock: Clock; later: Later }): PasswordLine {
  const failures = createFailures(clock);
  const waiting = createWaitingList(failures, clock);
  const running = new Map<string, number>();
  let underWay = 0;
  let callOff: (() => void) | null = null;

  /** Those under way count as failures until it is known: else all come in at once. */
  function mayRun({ key }: Waiting): boolean {
    const { count, againMs } = failures.of(key);
    const now = running.get(key) ?? 0;
    if (count + now < FIRST_DELAYED_FAILURE) return true;
    return now === 0 && clock() >= againMs;
  }

  async function run(entry: Waiting): Promise<void> {
    const { key, network } = entry;
    underWay += 1;
    running.set(key, (running.get(key) ?? 0) + 1);
    try {
      if (await entry.check()) {
        failures.forget(key);
        entry.done({ result: "right" });
      } else {
        const { count, againMs } = failures.add(key, network);
        const delayMs = Math.max(0, againMs - clock());
        entry.done({ result: "wrong", failures: count, delayMs });
      }
    } catch (error) {
      entry.failed(error);
    } finally {
      underWay -= 1;
      const left = (running.get(key) ?? 1) - 1;
      if (left > 0) running.set(key, left);
      else running.delete(key);
      serve();
    }
  }

  function serve(): void {
    waiting.sendAwayTheLate();
    while (underWay < AT_ONCE) {
      const next = waiting.takeFirst(mayRun);
      if (next === undefined) break;
      void run(next);
    }
    callOff?.();
    const soonest = waiting.nextChangeMs();
    callOff = soonest === null ? null : later(soonest - clock(), serve);
  }

  return {
    join: (entry) =>
      new Promise((done, failed) => {
        const untilMs = clock() + PATIENCE_MS;
        const network = networkOf(entry.address);
        const key = pairKey(network, entry.user);
        const added = waiting.add({ ...entry, key, network, untilMs, done, failed });
        if (!added) return done({ result: "no-turn" });
        serve();
      }),
    sizes: () => ({ waiting: waiting.size(), remembered: failures.size() }),
  };
}

/** Those who wait, in the order of their arrival; bounded. */
function createWaitingList(failures: Failures, clock: Clock) {
  let waiting: Waiting[] = [];

  /**
   * The address that failed least comes first, so that a flood of wrong passwords from one address
   * never keeps the others waiting; of one address, the user that failed least.
   */
  function isBefore(left: Waiting, right: Waiting): boolean {
    const difference = failures.ofNetwork(left.network) - failures.ofNetwork(right.network);
    if (difference !== 0) return difference < 0;
    return failures.of(left.key).count < failures.of(right.key).count;
  }

  function remove(entry: Waiting): void {
    waiting = waiting.filter((other) => other !== entry);
  }

  return {
    size: () => waiting.length,

    /** False: there is no room. A full list lets go the last of those that failed more often. */
    add(entry: Waiting): boolean {
      const own = waiting.filter(({ network }) => network === entry.network);
      if (own.length >= MOST_WAITING_OF_AN_ADDRESS) return false;
      if (waiting.length >= MOST_WAITING) {
        const worse = waiting.findLast((other) => isBefore(entry, other));
        if (worse === undefined) return false;
        remove(worse);
        worse.done({ result: "no-turn" });
      }
      waiting.push(entry);
      return true;
    },

    takeFirst(mayRun: (entry: Waiting) => boolean): Waiting | undefined {
      let best: Waiting | undefined;
      for (const entry of waiting) {
        if (mayRun(entry) && (best === undefined || isBefore(entry, best))) best = entry;
      }
      if (best !== undefined) remove(best);
      return best;
    },

    sendAwayTheLate(): void {
      const nowMs = clock();
      const late = waiting.filter(({ untilMs }) => untilMs <= nowMs);
      for (const entry of late) {
        remove(entry);
        entry.done({ result: "no-turn" });
      }
    },

    /** When one of them may be tried, or will have waited for too long; null: nobody waits. */
    nextChangeMs(): number | null {
      const nowMs = clock();
      const times = waiting.flatMap(({ key, untilMs }) => [untilMs, failures.of(key).againMs]);
      const coming = times.filter((time) => time > nowMs);
      return coming.length === 0 ? null : Math.min(...coming);
    },
  };
}
