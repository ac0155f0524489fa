// What records may take while they wait for the store: each its time, all together their bytes.
import { engineError } from "../../errors.ts";
import type { Arrival } from "./arrival.ts";

/** The wait of one record. */
export interface Wait {
  /** True once the sender was told to come again: work that was not begun need not be. */
  isOver: boolean;
}

export type WaitingRecord = Pick<Arrival, "isPatient"> & { bytes: { length: number } };

export interface WaitingRoom {
  /**
   * Runs the work on a record. What is under way when the time is over goes on; a
   * record that is stored after all is a duplicate when it is sent again.
   * @throws `store-unavailable` when there is no room, or when the time is over
   */
  admit<T>(record: WaitingRecord, work: (wait: Wait) => Promise<T>): Promise<T>;
}

export interface WaitingRoomLimits {
  /** Seconds from the arrival of a record to its answer, where its sender is not patient. */
  storeSeconds: number;
  /** Bytes of all records that wait; one alone may have more. */
  queueBytes: number;
}

const AGAIN = "Post it again in a few seconds; nothing was acknowledged.";

/** One that waits, until its work has ended or its time is over. */
interface Waiting {
  wait: Wait;
  hasEnded: boolean;
  untilMs: number;
  giveUp(): void;
}

/** Bytes of all that wait, each for as long: the first that came is the first whose time is over. */
function createDeadlines(ms: number): { add(waiting: Omit<Waiting, "untilMs">): Waiting } {
  let line: Waiting[] = [];
  let first = 0;
  let isTimed = false;

  /** Those that have ended are passed; what is behind them is kept, without them now and then. */
  function next(): Waiting | undefined {
    while (line[first]?.hasEnded === true) first += 1;
    if (first * 2 > line.length) {
      line = line.slice(first);
      first = 0;
    }
    return line[first];
  }

  /** One timer for all of them: a timer for each would be one a post. */
  function watch(): void {
    const waiting = next();
    isTimed = waiting !== undefined;
    if (waiting === undefined) return;
    setTimeout(
      () => {
        const now = performance.now();
        for (let one = next(); one !== undefined && one.untilMs <= now; one = next()) {
          one.hasEnded = true;
          one.wait.isOver = true;
          one.giveUp();
        }
        watch();
      },
      Math.ceil(Math.max(0, waiting.untilMs - performance.now())),
    ).unref();
  }

  return {
    add(waiting) {
      const added = { ...waiting, untilMs: performance.now() + ms };
      line.push(added);
      if (isTimed) next();
      else watch();
      return added;
    },
  };
}

export function createWaitingRoom({ storeSeconds, queueBytes }: WaitingRoomLimits): WaitingRoom {
  let held = 0;
  const deadlines = createDeadlines(storeSeconds * 1000);
  const tooLate = () =>
    engineError("store-unavailable", `The record was not stored within ${storeSeconds} s.`, {
      hint: AGAIN,
    });

  return {
    admit<T>(
      { bytes: { length: bytes }, isPatient = false }: WaitingRecord,
      work: (wait: Wait) => Promise<T>,
    ): Promise<T> {
      if (held > 0 && held + bytes > queueBytes) {
        const message = `Records of ${queueBytes} bytes wait for the store already.`;
        return Promise.reject(engineError("store-unavailable", message, { hint: AGAIN }));
      }
      held += bytes;
      const wait: Wait = { isOver: false };
      return new Promise<T>((resolve, reject) => {
        const giveUp = () => reject(tooLate());
        const waiting = isPatient ? null : deadlines.add({ wait, hasEnded: false, giveUp });
        const end = (): void => {
          held -= bytes;
          if (waiting !== null) waiting.hasEnded = true;
        };
        work(wait).then(
          (answer) => {
            end();
            resolve(answer);
          },
          (error: unknown) => {
            end();
            reject(error);
          },
        );
      });
    },
  };
}
