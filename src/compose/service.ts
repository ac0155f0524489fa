// The composition root: engine → RPC, HTTP, timers; the whole service.
import type { Server } from "node:http";
import { createApiServer } from "../cgrates-api/server.ts";
import { isOpenLoopback, requireCredentials, type Settings } from "../config/config.ts";
import type { ComposedEngine } from "../engine/engine.ts";
import type { Log } from "../engine/ports.ts";
import { engineError } from "../errors.ts";
import { createAccessRules } from "../http/access/access.ts";
import { createGuard } from "../http/access/guard.ts";
import { createPasswords, type Passwords } from "../http/access/passwords.ts";
import { createSignIns } from "../http/access/session-routes.ts";
import { createApp } from "../http/app.ts";
import { createConnections } from "../http/connections.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { createAddressSet } from "../mediation/address-range.ts";
import { createBudget } from "../rpc/budget/budget.ts";
import { METHODS } from "../rpc/methods.ts";
import { createRpcServer } from "../rpc/server.ts";
import { listenAddress } from "../tls/listen.ts";
import { type ApiPorts, startApiPorts } from "./api-ports.ts";
import { endWithin } from "./end.ts";
import { type ComposeOptions, composeEngine, later } from "./engine.ts";
import { createListener } from "./listener.ts";
import { createLog } from "./log.ts";
import { openStore } from "./open-store.ts";
import { caresOf, logMigration } from "./store-care.ts";
import { startTimers } from "./timers.ts";
import type { Siblings } from "./workers/siblings.ts";

export interface Service {
  engine: ComposedEngine;
  server: Server;
  /** Where it listens, as a URL. */
  url: string;
  /** Where CGRateS's API is answered on bare TCP; null: nowhere. */
  cgratesTcpPort: number | null;
  /**
   * Takes no more connections, answers what is under way, closes the store; within
   * `limits.stopSeconds`, whatever clients do.
   */
  stop(): Promise<void>;
}

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
  const budget = createBudget(settings.limits);
  const { passwords, guard, access, signIns } = whoMay(settings, engine, log);
  const trustedProxies = createAddressSet(settings.trustedProxies);
  const api = createApiServer({ engine, log, limits: settings.limits });
  const app = createApp({
    engine,
    rpc,
    cgratesApi: api,
    ...{ budget, access, guard, signIns, trustedProxies },
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
  let apiPorts: ApiPorts | undefined;
  try {
    requireCredentials(settings, await engine.people.areThere());
    await options.prepare?.(engine);
    engine.sourceChecks.look();
    await engine.followers.note();
    apiPorts = await startApiPorts(server, { api, budget, access, trustedProxies, settings });
    await listen(server, host, port);
  } catch (error) {
    listener.stop();
    await apiPorts?.end(0);
    await engine.close();
    throw error;
  }
  const ports = apiPorts;
  const timers = startTimers(engine, settings, log);
  const cares = caresOf(settings, { ...engine, store, clock, log });
  return {
    engine,
    server,
    url: urlOf(server, scheme, host),
    cgratesTcpPort: apiPorts.tcpPort,
    async stop() {
      timers.stop();
      listener.stop();
      const tended = Promise.all(cares.map((care) => care.stop()));
      const close = async () => {
        await tended;
        await engine.close();
      };
      const limitMs = settings.limits.stopSeconds * 1000;
      await endWithin({ connections: [connections, ports], close, limitMs, log });
    },
  };
}

/** Who may come in, by the settings and by the users of the store. */
function whoMay(settings: Settings, { people }: ComposedEngine, log: Log) {
  const { sessions, programs } = people;
  const { credentials, hosts, customerFields } = settings;
  // Delays go by a clock that nobody sets.
  const timing = { clock: () => performance.now(), later, log };
  const passwords = createPasswords({ credentials, ...timing });
  const guard = createGuard(hosts);
  const isOpen = isOpenLoopback(settings);
  return {
    ...{ passwords, guard },
    access: createAccessRules({
      ...{ credentials, passwords, guard, isOpen, sessions, programs, customerFields },
    }),
    signIns: createSignIns({ sessions, ...timing }),
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
