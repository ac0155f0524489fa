// Work that waits out a store that is away: with back-off, from the last checkpoint, until it is
// done, stopped, or meets what waiting cannot mend.
import { setTimeout as pause } from "node:timers/promises";
import { EngineError } from "../../errors.ts";
import type { Log } from "../ports.ts";

/** Between two tries: each as long again as the one before. */
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 30_000;

/** What waiting can mend: a store that cannot be used now, or took too long for a read. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof EngineError)) return false;
  return error.code === "store-unavailable" || error.detail.data?.["where"] === "store";
}

export interface PatientWork<T> {
  /** `isAgain`: what was done since the last checkpoint is forgotten, and done again. */
  attempt(isAgain: boolean): Promise<T>;
  /** Ends the waiting: the fault that was waited out is thrown. */
  signal: AbortSignal;
  /** Told before each wait. */
  log: Log;
  name: string;
}

/** @throws what is no outage, or the outage when the work is stopped in it */
export async function throughOutages<T>(work: PatientWork<T>): Promise<T> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work.attempt(attempt > 0);
    } catch (error) {
      if (!isOutage(error) || work.signal.aborted) throw error;
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      work.log.warn({ err: error, pauseMs }, `${work.name} waits for the store`);
      await pauseUnless(work.signal, pauseMs);
      if (work.signal.aborted) throw error;
    }
  }
}

async function pauseUnless(signal: AbortSignal, ms: number): Promise<void> {
  try {
    await pause(ms, undefined, { signal });
  } catch (cause) {
    if (!signal.aborted) throw cause;
  }
}
