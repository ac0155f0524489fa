// The composition root: settings → store, compiler, engine, RPC, HTTP. Only here parts are chosen.
import type { Server } from "node:http";
import { resolve } from "node:path";
import type { Settings } from "../config/config.ts";
import { type ComposedEngine, createEngine, type ServiceOfProcesses } from "../engine/engine.ts";
import type { Clock, Log } from "../engine/ports.ts";
import { PACKAGE_VERSION } from "../engine/system-status.ts";
import { createTariffFolders } from "../engine/tariffs/folders/folders.ts";
import { createInlineCompiler } from "../engine/tariffs/inline-compiler.ts";
import { createWorkerCompiler } from "../engine/tariffs/worker-compiler.ts";
import { engineError } from "../errors.ts";
import { createFeedDesk } from "../feeds/desk.ts";
import { createAccessRules } from "../http/access/access.ts";
import { createPasswords, type Passwords } from "../http/access/passwords.ts";
import { createApp } from "../http/app.ts";
import { createConnections } from "../http/connections.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { createAddressSet } from "../mediation/address-range.ts";
import { createOutputDesk } from "../outputs/desk.ts";
import { createBudget } from "../rpc/budget/budget.ts";
import { METHODS } from "../rpc/methods.ts";
import { createRpcServer } from "../rpc/server.ts";
import type { OpenOptions } from "../stores/migration.ts";
import { openMongoStore } from "../stores/mongo/store.ts";
import { openSqliteStore } from "../stores/sqlite/store.ts";
import { openThreadedSqliteStore } from "../stores/sqlite/threads/store.ts";
import type { Store } from "../stores/store.ts";
import { listenAddress } from "../tls/listen.ts";
import { endWithin } from "./end.ts";
import { createListener } from "./listener.ts";
import { createLog } from "./log.ts";
import { logMigration, tendStore } from "./store-care.ts";
import type { Siblings } from "./workers/siblings.ts";

/** One-shot commands wait this long for a store that a service uses beside them. */
const COMMAND_WAIT_SECONDS = 10;

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
export function openStore(
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
    return openMongoStore({ ...opened, url: store, readMs, ...(warn && { warn }) });
  }
  const path = store.slice("sqlite:".length);
  const open = inThreads && path !== ":memory:" ? openThreadedSqliteStore : openSqliteStore;
  return open({ ...opened, path });
}

export interface ComposeOptions {
  clock?: Clock;
  log?: Log;
  /** `inline` for one-shot commands and tests; a server compiles in a worker thread. */
  compiler?: "worker" | "inline";
  /** What must be done before the first post can come, such as loading a first tariff. */
  prepare?: (engine: ComposedEngine) => Promise<void>;
  /** A store that is open already, instead of the one of the settings. */
  store?: Store;
  /** How long calls and records wait for the store; that of a command when not said. */
  storeSeconds?: number;
  /** Of a service of several processes: since when it runs, and the way to the others. */
  ofService?: { startedAtMs: number; siblings: Siblings };
}

function countedBy({ ask }: Siblings): ServiceOfProcesses["countedByOthers"] {
  return async (scope) => (await ask("counters", scope)) as Record<string, number>[];
}

function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** The engine alone, with its time line read. */
export async function composeEngine(
  settings: Settings,
  options: ComposeOptions = {},
): Promise<ComposedEngine> {
  const { storeSeconds = COMMAND_WAIT_SECONDS } = options;
  const log = options.log ?? createLog(settings.log);
  const warn = (message: string): void => log.warn({}, message);
  const store = options.store ?? (await openStore(settings, { waitSeconds: storeSeconds, warn }));
  const engine = createEngine({
    store,
    compiler:
      options.compiler === "worker"
        ? createWorkerCompiler({
            threads: settings.limits.tariffThreads,
            seconds: settings.limits.tariffSeconds,
          })
        : createInlineCompiler(),
    folders: createTariffFolders(resolve(settings.tariffs)),
    clock: options.clock ?? Date.now,
    log,
    limits: { ...settings.limits, storeSeconds },
    sources: settings.sources,
    service: options.ofService && {
      startedAtMs: options.ofService.startedAtMs,
      countedByOthers: countedBy(options.ofService.siblings),
    },
    feeds: (parts) =>
      createFeedDesk({
        ...parts,
        sources: settings.sources,
        settings: settings.feeds,
        leaseMs: settings.limits.feedLeaseSeconds * 1000,
        queueEventDays: settings.limits.queueEventDays,
        chance: Math.random,
        environment: process.env,
        later,
      }),
    outputs: ({ store: { cdrs, feeds }, ...parts }) =>
      createOutputDesk({
        ...parts,
        cdrs,
        feeds,
        settings: settings.outputs,
        leaseMs: settings.limits.feedLeaseSeconds * 1000,
        environment: process.env,
        later,
      }),
  });
  try {
    await engine.refresh();
  } catch (error) {
    await engine.close();
    throw error;
  }
  return engine;
}

export interface Service {
  engine: ComposedEngine;
  server: Server;
  /** Where it listens, as a URL. */
  url: string;
  /**
   * Takes no more connections, answers what is under way, closes the store; within
   * `limits.stopSeconds`, whatever clients do.
   */
  stop(): Promise<void>;
}

/** How often a process looks whether another one changed the time line. */
const REFRESH_MS = 1000;
/** How often it looks after feeds and outputs that nobody runs, or that were started or stopped. */
const FEEDS_MS = 1000;
/** How often it looks for rerate jobs whose process is gone. */
const RESUME_MS = 5000;

/** The whole service, listening. */
export async function startService(
  settings: Settings,
  options: ComposeOptions = {},
): Promise<Service> {
  const log = options.log ?? createLog(settings.log);
  const clock = options.clock ?? Date.now;
  const { storeSeconds } = settings.limits;
  const report = logMigration(log);
  const warn = (message: string): void => log.warn({}, message);
  const care = { migrates: true, inThreads: true, clock, report, warn };
  const store =
    options.store ?? (await openStore(settings, { ...care, waitSeconds: storeSeconds }));
  const engine = await composeEngine(settings, {
    compiler: "worker",
    storeSeconds,
    ...options,
    store,
    log,
    clock,
  });
  const rpc = createRpcServer({ engine, methods: METHODS, log, limits: settings.limits });
  const passwords = createPasswords({
    credentials: settings.credentials,
    // Delays go by a clock that nobody sets.
    clock: () => performance.now(),
    later,
    log,
  });
  const app = createApp({
    engine,
    rpc,
    budget: createBudget(settings.limits),
    access: createAccessRules({ ...settings, passwords }),
    trustedProxies: createAddressSet(settings.trustedProxies),
    metrics: metricsOf(engine, passwords, options.ofService?.siblings),
    limits: settings.limits,
    log,
  });
  const listener = await createListener(app.callback(), { settings, clock, log }).catch(
    async (error: unknown) => {
      await engine.close();
      throw error;
    },
  );
  const { server, scheme } = listener;
  const connections = createConnections(server);
  const { host, port } = listenAddress(settings.listen);
  try {
    await options.prepare?.(engine);
    engine.sourceChecks.look();
    await engine.followers.note();
    await listen(server, host, port);
  } catch (error) {
    listener.stop();
    await engine.close();
    throw error;
  }
  const timers = startTimers(engine, settings, log);
  const tending = tendStore(store, log);
  return {
    engine,
    server,
    url: urlOf(server, scheme, host),
    async stop() {
      timers.stop();
      listener.stop();
      const tended = tending.stop();
      const close = async () => {
        await tended;
        await engine.close();
      };
      const limitMs = settings.limits.stopSeconds * 1000;
      await endWithin({ connections, close, limitMs, log });
    },
  };
}

/** Of all processes of a service, which are told what this one has. */
function metricsOf(
  engine: ComposedEngine,
  passwords: Passwords,
  siblings: Siblings | undefined,
): Metrics {
  const metrics = createMetrics(
    engine,
    passwords,
    siblings && ((scope) => siblings.ask("metrics", scope)),
  );
  siblings?.answerBy(async (asked, scope) =>
    asked === "metrics" ? metrics.part(scope) : engine.counted(scope),
  );
  return metrics;
}

/** What a service looks after again and again. */
function startTimers(engine: ComposedEngine, settings: Settings, log: Log): { stop(): void } {
  const refreshTimer = setInterval(() => {
    const refreshed = engine.refresh().then(() => {
      engine.sourceChecks.look();
      return engine.followers.note();
    });
    refreshed.catch((error: unknown) => {
      log.error({ err: error }, "the time line could not be read; the last one known stays in use");
    });
  }, REFRESH_MS);
  const lookAtFeeds = () => {
    engine.feeds.look().catch((error: unknown) => {
      log.error({ err: error }, "the feeds could not be looked at; it is tried again");
    });
    engine.outputs.look().catch((error: unknown) => {
      log.error({ err: error }, "the outputs could not be looked at; it is tried again");
    });
  };
  lookAtFeeds();
  const feedTimer = setInterval(lookAtFeeds, FEEDS_MS);
  const resumeTimer = setInterval(() => {
    engine.rerates.resume().catch((error: unknown) => {
      log.error({ err: error }, "rerate jobs could not be resumed; it is tried again");
    });
    engine.imports.takeUp().catch((error: unknown) => {
      log.error({ err: error }, "imports could not be taken up; it is tried again");
    });
    engine.rollbacks.takeUp().catch((error: unknown) => {
      log.error({ err: error }, "rollbacks could not be taken up; it is tried again");
    });
    engine.files.uploads.sweep().catch((error: unknown) => {
      log.error({ err: error }, "uploads that expired could not be dropped; it is tried again");
    });
    if (settings.nightlyAudit === undefined) return;
    engine.audits.nightly(minuteOfDay(settings.nightlyAudit)).catch((error: unknown) => {
      log.error({ err: error }, "the nightly audit could not be run");
    });
  }, RESUME_MS);
  return {
    stop() {
      clearInterval(refreshTimer);
      clearInterval(feedTimer);
      clearInterval(resumeTimer);
    },
  };
}

function minuteOfDay(time: string): number {
  const [hours = 0, minutes = 0] = time.split(":").map(Number);
  return hours * 60 + minutes;
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((done, failed) => {
    server.once("error", (cause) => {
      const place = `${host}:${port}`;
      failed(
        engineError(
          "invalid-settings",
          `listen: ${place} cannot be listened on: ${cause.message}`,
          {
            hint: "Is another process there? Choose another port with --listen or CDRATE_LISTEN.",
            cause,
          },
        ),
      );
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      done();
    });
  });
}

function urlOf(server: Server, scheme: string, host: string): string {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
}
