// How many processes a service has.
import { availableParallelism } from "node:os";
import type { Settings } from "../../config/config.ts";

/** Where the settings do not say it; each has a copy of the tariffs in memory. */
const MOST_BY_ITSELF = 8;

/**
 * Where nothing is said: one a core with MongoDB. An SQLite file is written by one process at a time, and
 * several that take turns store fewer records than one does: there it is one. A store in memory is
 * that of one process in any case.
 */
export function workersOf({ workers, store }: Pick<Settings, "workers" | "store">): number {
  if (store === "sqlite::memory:") return 1;
  if (store.startsWith("sqlite:")) return workers ?? 1;
  return workers ?? Math.min(availableParallelism(), MOST_BY_ITSELF);
}
