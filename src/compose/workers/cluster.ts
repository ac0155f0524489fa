// Processes of node:cluster: they share the listening socket, which the first process holds, and end by
// themselves when it is gone.
import cluster from "node:cluster";
import { createServer } from "node:net";
import type { Settings } from "../../config/config.ts";
import { PROGRAM_FILE } from "../../program.ts";
import { listenAddress } from "../../tls/listen.ts";
import type { WorkerEvents, WorkerProcess } from "./first.ts";
import type { FromWorker, ToWorker } from "./messages.ts";

/** Whether this process is one of the workers. */
export const isWorker: boolean = cluster.isWorker;

/** The command line that workers are started with: the settings come as a message. */
const WORKER_ARGS = ["serve"];

/**
 * Mebibytes for objects that are young: with node's own 16 a record of 12 KB, which waits for its write
 * among sixty others, is copied by the garbage collector before it is thrown away.
 */
const YOUNG_OBJECTS = "--max-semi-space-size";
const YOUNG_MIB = 32;

/** What node itself is started with in a worker: as the first process, with room for young objects. */
export function nodeArguments(own: readonly string[], nodeOptions = ""): string[] {
  const isSaid = [...own, nodeOptions].some((text) => /max[-_]semi[-_]space[-_]size/.test(text));
  return isSaid ? [...own] : [...own, `${YOUNG_OBJECTS}=${YOUNG_MIB}`];
}

export function forkWorker({ message, ended }: WorkerEvents): WorkerProcess {
  cluster.setupPrimary({
    exec: PROGRAM_FILE,
    args: WORKER_ARGS,
    execArgv: nodeArguments(process.execArgv, process.env["NODE_OPTIONS"]),
    serialization: "advanced",
  });
  const worker = cluster.fork();
  worker.on("message", (sent) => message(sent as FromWorker));
  worker.once("exit", (code, signal) => ended(code, signal));
  // One that could not be started has no exit; one that is gone cannot be sent anything.
  worker.on("error", () => undefined);
  return {
    pid: worker.process.pid,
    send(sent) {
      if (worker.isConnected()) worker.send(sent);
    },
    kill: () => worker.process.kill("SIGKILL"),
  };
}

/** In a worker: the way to the first process. */
export function toFirst(take: (message: ToWorker) => void): (message: FromWorker) => void {
  process.on("message", (sent) => take(sent as ToWorker));
  return (message) => {
    if (process.connected) process.send?.(message);
  };
}

/**
 * The settings with a port that is free, where they leave it to the system: workers that come when all
 * others are gone are to have the same.
 */
export async function withPort(settings: Settings): Promise<Settings> {
  const { host, port } = listenAddress(settings.listen);
  if (port !== 0) return settings;
  const server = createServer();
  const free = await new Promise<number>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => {
      const address = server.address();
      const found = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(found));
    });
  });
  return { ...settings, listen: settings.listen.replace(/0+$/, String(free)) };
}
