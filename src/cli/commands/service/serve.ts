// cdrate serve: the service, with the demo tariff when the store is empty.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { EVERYTHING } from "../../../access/scope.ts";
import { type Service, startService } from "../../../compose/compose.ts";
import { createLog } from "../../../compose/log.ts";
import type { Settings } from "../../../config/config.ts";
import type { Engine } from "../../../engine/engine.ts";
import type { CommandParts } from "../../command-parts.ts";

export function addServeCommand(program: Command, parts: CommandParts): void {
  program
    .command("serve")
    .description("take CDRs and answer JSON-RPC until it is stopped")
    .option("--listen <address:port>", "where to listen; else CDRATE_LISTEN")
    .action(async (options: { listen?: string }) => {
      if (options.listen !== undefined) program.setOptionValue("listen", options.listen);
      const settings = parts.settings();
      const service = await startService(settings, {
        log: createLog(settings.log),
        // Before the port is open: a call that came earlier would be stored without a price.
        prepare: (engine) => loadDemoTariff(engine, settings),
      });
      parts.output.print(banner(service, settings));
      await stopSignal();
      await service.stop();
      // Whatever still has a timer or a socket open does not keep the process.
      setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
    });
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
  const { version } = await engine.tariffs.load({ path: "demo" });
  await engine.tariffs.activate(version);
}

/** Given to what is still being written to standard error. */
const LAST_WORDS_MS = 100;

/**
 * Resolves at the first signal. Those that follow change nothing: Ctrl-C under npm comes twice, and
 * the end has its limit in any case.
 */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve());
  });
}

function banner({ engine, url }: Service, settings: Settings): string {
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
