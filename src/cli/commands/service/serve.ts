// cdrate serve: one process that serves, or a first one with its workers. What a service is made of is loaded
// only where one runs: the first process of several is up at once.
import type { Command } from "commander";
import { createLog } from "../../../compose/log.ts";
import { forkWorker, isWorker, toFirst, withPort } from "../../../compose/workers/cluster.ts";
import { workersOf } from "../../../compose/workers/count.ts";
import { startWorkers } from "../../../compose/workers/first.ts";
import { runWorker } from "../../../compose/workers/worker.ts";
import type { Settings } from "../../../config/config.ts";
import type { CommandParts } from "../../command-parts.ts";
import type { Output } from "../../output.ts";

export function addServeCommand(program: Command, parts: CommandParts): void {
  program
    .command("serve")
    .description("take CDRs and answer JSON-RPC until it is stopped")
    .option("--listen <address:port>", "where to listen; else CDRATE_LISTEN")
    .option("--workers <number>", "processes that serve; else CDRATE_WORKERS")
    .action(async (options: { listen?: string; workers?: string }) => {
      for (const [name, value] of Object.entries(options)) program.setOptionValue(name, value);
      try {
        if (isWorker) return await serveAsWorker();
        const settings = parts.settings();
        const workers = workersOf(settings);
        if (workers === 1) await serveAlone(settings, parts.output);
        else parts.exit(await serveByWorkers(settings, workers, parts.output));
      } finally {
        // Whatever still has a timer or a socket open does not keep the process, nor does the way from
        // a worker to the first process.
        setTimeout(() => process.exit(), LAST_WORDS_MS).unref();
      }
    });
}

async function serveAlone(settings: Settings, output: Output): Promise<void> {
  const { startHere } = await import("./serving.ts");
  const { banner, stop } = await startHere(settings);
  output.print(banner);
  await stopSignal();
  await stop();
}

/** Answers the exit code. */
async function serveByWorkers(
  settings: Settings,
  workers: number,
  output: Output,
): Promise<number> {
  const first = startWorkers({
    settings: await withPort(settings),
    workers,
    startedAtMs: Date.now(),
    fork: forkWorker,
    print: output.print,
    log: createLog(settings.log),
    nowMs: () => performance.now(),
    later(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  });
  void stopSignal().then(first.stop);
  return first.ended;
}

async function serveAsWorker(): Promise<void> {
  const { startShare } = await import("./serving.ts");
  await runWorker({ connect: toFirst, start: startShare, stopSignal });
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
