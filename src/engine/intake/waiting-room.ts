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

export function createWaitingRoom({ storeSeconds, queueBytes }: WaitingRoomLimits): WaitingRoom {
  let held = 0;

  return {
    async admit({ bytes: { length: bytes }, isPatient = false }, work) {
      if (held > 0 && held + bytes > queueBytes) {
        const message = `Records of ${queueBytes} bytes wait for the store already.`;
        throw engineError("store-unavailable", message, { hint: AGAIN });
      }
      held += bytes;
      const wait: Wait = { isOver: false };
      const working = () =>
        work(wait).finally(() => {
          held -= bytes;
        });
      if (isPatient) return working();
      let timer: NodeJS.Timeout | undefined;
      const limit = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => {
          wait.isOver = true;
          const message = `The record was not stored within ${storeSeconds} s.`;
          reject(engineError("store-unavailable", message, { hint: AGAIN }));
        }, storeSeconds * 1000);
      });
      try {
        return await Promise.race([working(), limit]);
      } finally {
        clearTimeout(timer);
      }
    },
  };
}
