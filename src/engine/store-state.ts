// Whether the store takes writes. To find out is a durable write, and anybody may ask: so one is made
// for all that ask at the same time, and one a second while all is well.
import type { Store } from "../stores/store.ts";

export interface StoreState {
  /** What is wrong with the store; null: nothing was a second ago. */
  fault(): Promise<string | null>;
}

/** How long "well" is said again, and how long an answer that does not come is waited for. */
const SHARED_MS = 1000;

/** @param nowMs a clock that only goes forward, in milliseconds */
export function createStoreState(store: Pick<Store, "ping">, nowMs: () => number): StoreState {
  let wellAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<string | null> | undefined;

  async function ask(): Promise<string | null> {
    try {
      await store.ping();
      wellAtMs = nowMs();
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    } finally {
      underWay = undefined;
    }
  }

  return {
    async fault() {
      if (nowMs() - wellAtMs < SHARED_MS) return null;
      underWay ??= ask();
      return withinShared(underWay);
    },
  };
}

/** An answer that takes longer is waited for by those who ask later. */
async function withinShared(answer: Promise<string | null>): Promise<string | null> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<string>((resolve) => {
    const fault = `The store has not answered for ${SHARED_MS / 1000} s.`;
    timer = setTimeout(() => resolve(fault), SHARED_MS);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
