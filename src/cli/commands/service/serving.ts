// A service in this process: alone, or as one of several with its share of the limits.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { EVERYTHING } from "../../../access/scope.ts";
import type { ComposeOptions } from "../../../compose/engine.ts";
import { createLog } from "../../../compose/log.ts";
import { type Service, startService } from "../../../compose/service.ts";
import { workersOf } from "../../../compose/workers/count.ts";
import { shareOfLimits } from "../../../compose/workers/share.ts";
import type { StartedWorker, WorkerStart } from "../../../compose/workers/worker.ts";
import type { Settings } from "../../../config/config.ts";
import type { Engine } from "../../../engine/engine.ts";
import { EngineError } from "../../../errors.ts";

/** Listens when it resolves. */
export async function startHere(
  settings: Settings,
  ofService?: NonNullable<ComposeOptions["ofService"]>,
): Promise<StartedWorker> {
  const service = await startService(settings, {
    log: createLog(settings.log),
    // Before the port is open: a call that came earlier would be stored without a price.
    prepare: (engine) => loadDemoTariff(engine, settings),
    ...(ofService && { ofService }),
  });
  return { banner: bannerOf(service, settings), stop: service.stop };
}

export function startShare({ settings, ...ofService }: WorkerStart): Promise<StartedWorker> {
  const limits = shareOfLimits(settings.limits, workersOf(settings));
  return startHere({ ...settings, limits }, ofService);
}

/**
 * An empty store gets `demo` of the tariff root, so that the first CDR has a price; so does one whose
 * first start was killed before that tariff was active.
 */
async function loadDemoTariff(engine: Engine, settings: Settings): Promise<void> {
  if (!existsSync(join(settings.tariffs, "demo"))) return;
  const { tariffs } = await engine.tariffs.list({ limit: 2, scope: EVERYTHING });
  const isUntouched =
    engine.snapshots.timeline().entries.length === 0 &&
    tariffs.every(({ name }) => name === "demo");
  if (!isUntouched) return;
  const by = "the service";
  const { version } = await engine.tariffs.load({ path: "demo" }, { by });
  try {
    await engine.activations.activate({ version, by });
  } catch (error) {
    // The operator's gates are for this version too: it waits for somebody to activate it.
    if (!(error instanceof EngineError) || error.code !== "gates-failed") throw error;
    createLog(settings.log).warn({ version }, error.message);
  }
}

function bannerOf({ engine, url }: Service, settings: Settings): string {
  const tariffs = engine.snapshots.timeline().inForce(engine.clock());
  const tariffLine =
    tariffs.length === 0
      ? "no tariff is active: load one with `cdrate tariff load`"
      : `tariffs of ${tariffs.map((entry) => entry.tenant).join(", ")}`;
  const credentials = settings.credentials.length === 0 ? "" : " -H 'Authorization: Bearer TOKEN'";
  return [
    `cdrate listens on ${url} · store ${engine.storeKind} · ${tariffLine}`,
    "",
    "Post a CDR:",
    `  curl ${url}/cgr${credentials} -d 'accid=first-call&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=95s'`,
    `JSON-RPC: ${url}/jsonrpc · its methods: ${url}/docs · metrics: ${url}/metrics`,
    "Stop with Ctrl-C.",
  ].join("\n");
}
