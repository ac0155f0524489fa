// Settings → the threads that jobs over many CDRs are worked on in.
import { availableParallelism } from "node:os";
import type { Settings } from "../config/config.ts";
import type { EngineParts } from "../engine/engine.ts";
import { createWorkThreads } from "../engine/stretches/pool.ts";
import { startThread } from "../program.ts";
import type { ReadSettings } from "./open-store.ts";

export interface WorkThreadSettings extends ReadSettings, Pick<Settings, "sources"> {
  limits: ReadSettings["limits"] & Pick<Settings["limits"], "snapshots">;
}

/** Where nothing is said; each has a copy of the tariffs in memory. */
const MOST_BY_ITSELF = 8;
/** To start a thread and to warm up its code takes as much of the processor as some ten thousand CDRs. */
const LEAST_CDRS = 50_000;
/** What lives for one page fits: less of it is copied from one generation to the next. */
const YOUNG_MB = 64;

/** Undefined where one thread is asked for, or the store is in memory, which is that of one thread. */
export function workThreads(
  { store, indexedExtraFields, sources, limits }: Settings,
  least: number = LEAST_CDRS,
): EngineParts["threads"] {
  const most = limits.jobThreads ?? Math.min(availableParallelism(), MOST_BY_ITSELF);
  if (store === "sqlite::memory:" || most === 1) return undefined;
  const { rpcSeconds, storeSeconds, snapshots } = limits;
  const workerData: WorkThreadSettings = {
    ...{ store, indexedExtraFields, sources },
    limits: { rpcSeconds, storeSeconds, snapshots },
  };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MB };
  return (parts) =>
    createWorkThreads({
      ...parts,
      ...{ most, least },
      start: () => startThread("compose/work-thread", { workerData, resourceLimits }),
    });
}
