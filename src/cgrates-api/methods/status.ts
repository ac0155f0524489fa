// What a client asks of the service itself: whether it is there, what it is, its caches.
import { PACKAGE_VERSION } from "../../engine/system-status.ts";
import { bool, duration, struct, text, texts } from "../codec/go-type.ts";
import { ApiError, type ApiMethod, type Service } from "../method.ts";

const ping: ApiMethod = {
  params: struct("utils.CGREvent", { Tenant: text, ID: text }),
  permission: null,
  writes: false,
  run: () => "Pong",
};

/** Of a service that is there and does nothing by itself. */
export const pings: Service = { Ping: ping };

function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1_048_576) * 10) / 10}MiB`;
}

const status: ApiMethod = {
  params: struct("cores.V1StatusParams", { Debug: bool, Timezone: text }),
  permission: "system.read",
  writes: false,
  run(_params, { engine }) {
    const { rss, heapUsed, heapTotal } = process.memoryUsage();
    return {
      active_memory: megabytes(heapUsed),
      cpu_time: `${Math.round(process.cpuUsage().user / 1000)}ms`,
      go_version: `node ${process.version}`,
      goroutines: 1,
      node_id: engine.startedAtMs.toString(16).slice(-7),
      open_files: 0,
      os_threads_in_use: 0,
      pid: process.pid,
      resident_memory: megabytes(rss),
      running_since: new Date(engine.startedAtMs).toUTCString(),
      system_memory: megabytes(heapTotal),
      version: `cdrate@${PACKAGE_VERSION}`,
    };
  },
};

/** As long as no client waits for it in earnest. */
const MOST_SLEEP_MS = 10_000;

const sleep: ApiMethod = {
  params: struct("utils.DurationArgs", { Duration: duration }),
  permission: "system.read",
  writes: false,
  async run({ Duration = 0 }, { signal }) {
    const ms = Math.min(Math.max(Duration / 1e6, 0), MOST_SLEEP_MS);
    await new Promise<void>((done) => {
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        done();
      });
    });
    return "OK";
  },
};

export const core: Service = { ...pings, Status: status, Sleep: sleep };

/** Nothing is kept beside the store that a client would have to load again. */
const ok: ApiMethod = {
  params: struct("utils.AttrReloadCacheWithAPIOpts", { Tenant: text }),
  permission: "system.read",
  writes: false,
  run: () => "OK",
};

const hasItem: ApiMethod = {
  params: struct("utils.ArgsGetCacheItemWithAPIOpts", { CacheID: text, ItemID: text }),
  permission: "system.read",
  writes: false,
  run: () => false,
};

const cacheStats: ApiMethod = {
  params: struct("utils.AttrCacheIDsWithAPIOpts", { CacheIDs: texts }),
  permission: "system.read",
  writes: false,
  run({ CacheIDs = [] }: { CacheIDs?: string[] }) {
    const ids = CacheIDs.length === 0 ? CACHES : CacheIDs.toSorted();
    return Object.fromEntries(ids.map((id) => [id, { Items: 0, Groups: 0 }]));
  },
};

/** The caches that pricing and CDRs would have. */
const CACHES = [
  "*cdr_ids",
  "*charger_profiles",
  "*destinations",
  "*rating_plans",
  "*rating_profiles",
  "*timings",
];

export const cache: Service = {
  ...pings,
  Clear: ok,
  ReloadCache: ok,
  LoadCache: ok,
  HasItem: hasItem,
  GetCacheStats: cacheStats,
};

const serviceStatus: ApiMethod = {
  params: struct("servmanager.ArgStartService", { ServiceID: text }),
  permission: "system.read",
  writes: false,
  run() {
    throw new ApiError("UNSUPPORTED_SERVICE_ID");
  },
};

export const serviceManager: Service = { ...pings, ServiceStatus: serviceStatus };
