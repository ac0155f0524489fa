// Settings → store: which adapter, and how it is opened.
import type { Settings } from "../config/config.ts";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import type { OpenOptions } from "../stores/migration.ts";
import { openSqliteStore } from "../stores/sqlite/store.ts";
import { openSqliteReader } from "../stores/sqlite/threads/reader.ts";
import { openThreadedSqliteStore } from "../stores/sqlite/threads/store.ts";
import type { Store } from "../stores/store.ts";

/** One-shot commands wait this long for a store that a service uses beside them. */
export const COMMAND_WAIT_SECONDS = 10;

export interface OpenStoreOptions
  extends Pick<OpenOptions, "migrates" | "mustExist" | "mendsIndexes" | "clock" | "report"> {
  /** Told what an operator should know of a MongoDB: for the log. */
  warn?: (message: string) => void;
  /** How long each call waits for a store that is locked or has no primary. */
  waitSeconds?: number;
  /** A file is opened in threads of its own, so that nothing else waits for the disk. */
  inThreads?: boolean;
}

/**
 * Opens the store that the URL names. Only `serve` and `store migrate` set `migrates`.
 * @throws EngineError `store-unavailable`, also for a store of another schema
 */
export async function openStore(
  settings: Settings,
  {
    waitSeconds = COMMAND_WAIT_SECONDS,
    inThreads = false,
    warn,
    ...options
  }: OpenStoreOptions = {},
): Promise<Store> {
  const { store, indexedExtraFields } = settings;
  const waitMs = waitSeconds * 1000;
  const readMs = settings.limits.rpcSeconds * 1000;
  const opened = { ...options, indexedExtraFields, build: PACKAGE_VERSION, waitMs };
  if (!store.startsWith("sqlite:")) {
    // Its driver takes a good part of a short command's time.
    const { openMongoStore } = await import("../stores/mongo/store.ts");
    return openMongoStore({ ...opened, url: store, readMs, ...(warn && { warn }) });
  }
  const path = store.slice("sqlite:".length);
  const open = inThreads && path !== ":memory:" ? openThreadedSqliteStore : openSqliteStore;
  return open({ ...opened, path });
}

/** What of the settings a further thread opens the store with. */
export type ReadSettings = Pick<Settings, "store" | "indexedExtraFields"> & {
  limits: Pick<Settings["limits"], "rpcSeconds" | "storeSeconds">;
};

/**
 * Opens a store that this process has open already, for a thread that only reads.
 * @throws EngineError `store-unavailable`
 */
export async function openStoreForReads(
  { store, indexedExtraFields, limits }: ReadSettings,
  clock: () => number,
): Promise<Store> {
  const waitMs = limits.storeSeconds * 1000;
  const options = { indexedExtraFields, build: PACKAGE_VERSION, waitMs, clock, mustExist: true };
  if (store.startsWith("sqlite:")) {
    return openSqliteReader({ ...options, path: store.slice("sqlite:".length) });
  }
  const { openMongoStore } = await import("../stores/mongo/store.ts");
  return openMongoStore({ ...options, url: store, readMs: limits.rpcSeconds * 1000 });
}
