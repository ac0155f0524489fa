// Whether the store takes writes. To find out is a durable write, and anybody may ask: so one is made
// for all that ask at the same time, and one a second while all is well.
import { EngineError } from "../errors.ts";
import type { IndexState } from "../stores/migration.ts";
import type { Store } from "../stores/store.ts";

export interface StoreState {
  /** What is wrong with the store; null: nothing was a second ago. */
  fault(): Promise<string | null>;
  /** Indexes that lack while the store takes writes, as of a second ago; null: none. */
  indexes(): Promise<IndexState | null>;
}

/** How long "well" is said again, and how long an answer that does not come is waited for. */
const SHARED_MS = 1000;

/** @param nowMs a clock that only goes forward, in milliseconds */
export function createStoreState(
  store: Pick<Store, "ping" | "schemaState">,
  nowMs: () => number,
): StoreState {
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

  let seen: { atMs: number; indexes: Promise<IndexState | null> } | undefined;

  return {
    indexes() {
      if (seen === undefined || nowMs() - seen.atMs >= SHARED_MS) {
        seen = { atMs: nowMs(), indexes: withinShared(indexesOf(store), null) };
      }
      return seen.indexes;
    },
    async fault() {
      if (nowMs() - wellAtMs < SHARED_MS) return null;
      underWay ??= ask();
      return withinShared(underWay, `The store has not answered for ${SHARED_MS / 1000} s.`);
    },
  };
}

/** A store that is away has told so as a fault already. */
async function indexesOf(store: Pick<Store, "schemaState">): Promise<IndexState | null> {
  try {
    return (await store.schemaState()).indexes ?? null;
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}

/** An answer that takes longer is waited for by those who ask later. */
async function withinShared<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), SHARED_MS);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}
