// The end of a service within its time, whatever clients, work and the store do meanwhile.
import type { Log } from "../engine/ports.ts";
import type { Connections } from "../http/connections.ts";

export interface Ending {
  connections: readonly Pick<Connections, "end">[];
  /** Ends the work that no client waits for, and closes the store. */
  close(): Promise<void>;
  limitMs: number;
  log: Log;
}

/**
 * Of the time, what clients have, and clients with all other work; the rest is for the exit itself.
 * Of the default of ten seconds clients have a little more than a record waits for the store.
 */
const CLIENTS_SHARE = 0.85;
const WORK_SHARE = 0.93;

/** What is not at its end when the time is over was not acknowledged to anybody. */
export async function endWithin({ connections, close, limitMs, log }: Ending): Promise<void> {
  const endsAt = performance.now() + limitMs * WORK_SHARE;
  const ends = connections.map((one) => one.end(limitMs * CLIENTS_SHARE));
  const cut = (await Promise.all(ends)).reduce((sum, count) => sum + count, 0);
  if (cut > 0) log.warn({ connections: cut }, "connections were cut off at the end");
  const isClosed = await isDoneWithin(close(), endsAt - performance.now());
  if (!isClosed) log.warn({}, "ended while work waited for the store; it was not acknowledged");
}

/** False when the work takes longer; it is left to the end of the process. */
async function isDoneWithin(work: Promise<void>, limitMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), limitMs);
  });
  try {
    return await Promise.race([work.then(() => true), limit]);
  } finally {
    clearTimeout(timer);
  }
}
