// Settings → store, compiler, engine. Only here and in what is beside this file parts are chosen.
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { scopeOf } from "../access/grant.ts";
import { permissionsOf } from "../access/permissions.ts";
import { EVERYTHING } from "../access/scope.ts";
import type { Settings } from "../config/config.ts";
import { type ComposedEngine, createEngine, type ServiceOfProcesses } from "../engine/engine.ts";
import type { ExportSettings } from "../engine/exports/ports.ts";
import type { Clock, Log } from "../engine/ports.ts";
import type { DeliverySettings } from "../engine/schedules/model.ts";
import { createTariffFolders } from "../engine/tariffs/folders/folders.ts";
import { createInlineCompiler } from "../engine/tariffs/inline-compiler.ts";
import { createWorkerCompiler } from "../engine/tariffs/worker-compiler.ts";
import { createFeedDesk } from "../feeds/desk.ts";
import { type SecretPlace, secretAt } from "../feeds/secret.ts";
import { createMailer } from "../mail/smtp.ts";
import { createOutputDesk } from "../outputs/desk.ts";
import { createExportFolder } from "../outputs/exports/folder.ts";
import { createTargets } from "../outputs/targets/targets.ts";
import { exportWriter } from "../rpc/exports/writer.ts";
import type { Store } from "../stores/store.ts";
import { createHost } from "./host/probe.ts";
import { createLog } from "./log.ts";
import { COMMAND_WAIT_SECONDS, openStore } from "./open-store.ts";
import { workThreads } from "./work-threads.ts";
import type { Siblings } from "./workers/siblings.ts";

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
  /** Jobs over fewer CDRs have no threads of their own; as many as pay for one when not said. */
  leastForThreads?: number;
  /** Of a service of several processes: since when it runs, and the way to the others. */
  ofService?: { startedAtMs: number; siblings: Siblings };
}

function countedBy({ ask }: Siblings): ServiceOfProcesses["countedByOthers"] {
  return async (scope) => (await ask("counters", scope)) as Record<string, number>[];
}

/** Runs it after that time, unless it is taken back. */
export function later(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}

/** Where reports go, and whose rights each has that is told. */
function deliverySettings(
  { schedules, credentials, customerFields }: Settings,
  clock: Clock,
): DeliverySettings {
  const secret = (place: SecretPlace) => secretAt(place, process.env);
  const { resendUnknown, tries, deliveryDays } = schedules;
  return {
    targets: createTargets(schedules, { clock, secret }),
    ...{ resendUnknown, tries, deliveryDays, customerFields },
    scopeOf(name) {
      if (name === null) return EVERYTHING;
      const found = credentials.find((one) => one.name === name);
      const may = found?.roles.some((role) => permissionsOf(role).includes("schedule.write"));
      return found === undefined || may !== true ? null : scopeOf(found, customerFields);
    },
  };
}

/** Where files of exports are: beside the store, where that is a file. */
function exportsOf({ exports, store }: Settings): ExportSettings {
  const file = store.startsWith("sqlite:") ? store.slice("sqlite:".length) : null;
  const beside = file === null ? "data" : file === ":memory:" ? tmpdir() : dirname(file);
  return {
    folder: createExportFolder(resolve(exports.path ?? join(beside, "exports")), exports.host),
    writer: exportWriter,
    limits: exports,
  };
}

/** The engine alone, with its time line read. */
export async function composeEngine(
  settings: Settings,
  options: ComposeOptions = {},
): Promise<ComposedEngine> {
  const { storeSeconds = COMMAND_WAIT_SECONDS } = options;
  const log = options.log ?? createLog(settings.log);
  const warn = (message: string): void => log.warn({}, message);
  const clock = options.clock ?? Date.now;
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
    clock,
    log,
    limits: { ...settings.limits, storeSeconds },
    ...{ sources: settings.sources, master: settings.master },
    customerFields: settings.customerFields,
    gates: settings.tariffGates,
    threads: workThreads(settings, options.leastForThreads),
    host: createHost(settings),
    credentialNames: settings.credentials.map(({ name }) => name),
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
    mailer:
      settings.mail === undefined
        ? null
        : createMailer({
            settings: settings.mail,
            password: (place) => secretAt(place, process.env),
          }),
    deliveries: deliverySettings(settings, clock),
    maskedFields: settings.retention.maskedFields,
    keptKeyDays: settings.retention.ids,
    exports: exportsOf(settings),
    outputs: ({ store: { cdrs, feeds, periods }, ...parts }) =>
      createOutputDesk({
        ...parts,
        cdrs,
        feeds,
        periods,
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
