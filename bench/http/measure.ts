// What the benchmarks of HTTP share: servers in processes of their own, a load, and what it cost.
import { mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { type ServerProcess, startProcess } from "../../tests/end-to-end/server-process.ts";
import type { Load } from "./loads.ts";

const PRELOAD = fileURLToPath(new URL("./loop-delay.mjs", import.meta.url));
const LOOP_FILE = join(mkdtempSync(join(tmpdir(), "cdrate-loop-")), "delay");
process.env["CDRATE_LOOP_FILE"] = LOOP_FILE;
process.on("exit", () => rmSync(join(LOOP_FILE, ".."), { recursive: true, force: true }));

/** For a server to say how late its loop was. */
const PATIENCE_MS = 10_000;

export interface Cost {
  perSecond: number;
  /** Milliseconds from a request to its answer. */
  p50: number;
  p99: number;
  p999: number;
  /** CPU seconds of the server, all its processes and their threads, for a thousand requests. */
  cpu: number;
  /** Milliseconds that the event loop was late, at its 99th percentile; of several the latest. */
  loop: number;
}

/** As `npm start` and the unit of docs/running.md start it; the references have it too. */
const YOUNG_OBJECTS = "--max-semi-space-size=32";

/** Starts node with these arguments, measured. */
export function startMeasured(args: string[], log?: number): Promise<ServerProcess> {
  return startProcess(
    [YOUNG_OBJECTS, "--import", PRELOAD, ...args],
    log === undefined ? {} : { log },
  );
}

interface ServiceOptions {
  /** A built tree; this one when not said. */
  tree?: string;
  /** Default: errors alone. */
  log?: "silent" | "error" | "info";
  workers?: number;
  /** A file that the log goes to. */
  logFile?: string;
  /** The tariff root. */
  tariffs?: string;
  /** A file of settings. */
  config?: string;
}

/** The service of a built tree on a store. */
export function startService(
  store: string,
  { tree = ".", log = "error", workers = 1, logFile, tariffs, config }: ServiceOptions = {},
): Promise<ServerProcess> {
  const settings = config === undefined ? [] : ["--config", config];
  const root = tariffs === undefined ? [] : ["--tariffs", tariffs];
  const serve = ["serve", "--listen", "127.0.0.1:0", "--workers", String(workers), ...root];
  const args = [join(tree, "dist/main.js"), ...settings, "--store", store, "--log", log, ...serve];
  return startMeasured(args, logFile === undefined ? undefined : openSync(logFile, "a"));
}

/** The server and the processes of it that it started; not the compiler of a loader. */
function processesOf({ child }: ServerProcess): number[] {
  const first = child.pid ?? 0;
  const others = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const workers = others.map(Number).filter((pid) => statOf(pid)?.parent === first);
  return [first, ...workers.filter((pid) => commandOf(pid).includes(PRELOAD))];
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    // It has ended.
    return "";
  }
}

/** Of a process that has not ended: who started it, and its processor time in seconds. */
function statOf(pid: number): { parent: number; cpu: number } | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    // Clock ticks of a process are hundredths of a second on Linux.
    return { parent: Number(fields[1]), cpu: (Number(fields[11]) + Number(fields[12])) / 100 };
  } catch {
    // It has ended.
    return null;
  }
}

function cpuSeconds(pids: number[]): number {
  return pids.reduce((sum, pid) => sum + (statOf(pid)?.cpu ?? 0), 0);
}

/** Processor time of the server so far, all its processes and their threads. */
export function cpuOf(server: ServerProcess): number {
  return cpuSeconds(processesOf(server));
}

/** Bytes of memory of the server, all its processes. */
export function memoryOf(server: ServerProcess): number {
  const PAGE = 4096;
  return processesOf(server).reduce(
    (sum, pid) => sum + Number(readFileSync(`/proc/${pid}/statm`, "utf8").split(" ")[1]) * PAGE,
    0,
  );
}

interface Lateness {
  p99: number;
  max: number;
}

/** How late the loop of a process was since it was asked before. */
async function lateness(pid: number): Promise<Lateness> {
  const file = `${LOOP_FILE}.${pid}`;
  rmSync(file, { force: true });
  process.kill(pid, "SIGUSR2");
  const untilMs = performance.now() + PATIENCE_MS;
  for (;;) {
    await pause(20);
    try {
      return JSON.parse(readFileSync(file, "utf8")) as Lateness;
    } catch (error) {
      const isThere = (error as NodeJS.ErrnoException).code !== "ENOENT";
      if (isThere || performance.now() > untilMs) throw error;
    }
  }
}

/** Of the processes that answer, the latest: of several the first one only started the others. */
export async function loopDelay(server: ServerProcess): Promise<Lateness> {
  const [first = 0, ...workers] = processesOf(server);
  const pids = workers.length === 0 ? [first] : workers;
  const all = await Promise.all(pids.map(lateness));
  return {
    p99: Math.max(...all.map(({ p99 }) => p99)),
    max: Math.max(...all.map(({ max }) => max)),
  };
}

/** Whether a server has the event loop measured: a program of others has none. */
export type Measured = ServerProcess & { isForeign?: boolean };

/** Sends the load for some seconds, at most `rate` a second. @throws when an answer is not 2xx */
export async function measure(
  server: Measured,
  load: Load,
  { connections, seconds, rate }: { connections: number; seconds: number; rate?: number },
): Promise<Cost> {
  const { isForeign = false } = server;
  if (!isForeign) await loopDelay(server);
  const pids = processesOf(server);
  const before = cpuSeconds(pids);
  const result = await autocannon({
    url: server.url + load.path,
    method: "POST",
    connections,
    duration: seconds,
    ...(rate === undefined ? {} : { overallRate: rate }),
    headers: { "content-type": load.type },
    requests: [{ setupRequest: (request) => ({ ...request, body: load.body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${server.url}: ${result.non2xx} answers not 2xx, ${result.errors} errors`);
  }
  const spent = cpuSeconds(pids) - before;
  const loop = isForeign ? Number.NaN : (await loopDelay(server)).p99;
  const { p50, p99, p99_9: p999 } = result.latency;
  const { total } = result.requests;
  return { perSecond: total / result.duration, p50, p99, p999, cpu: (spent * 1000) / total, loop };
}

/** One call of JSON-RPC. @throws what it answers as an error */
export async function rpc(url: string, method: string, params: unknown): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  // A connection of its own: one that is kept may be closed by the service at the moment of the next call.
  const headers = { "content-type": "application/json", connection: "close" };
  const answer = await fetch(`${url}/jsonrpc`, { method: "POST", headers, body });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** The median of each figure. */
export function medianCost(costs: Cost[]): Cost {
  const of = (name: keyof Cost) => median(costs.map((cost) => cost[name]));
  return {
    perSecond: of("perSecond"),
    p50: of("p50"),
    p99: of("p99"),
    p999: of("p999"),
    cpu: of("cpu"),
    loop: of("loop"),
  };
}

export function costText({ perSecond, p50, p99, p999, cpu, loop }: Cost): string {
  const ms = `p50 ${p50} ms, p99 ${p99} ms, p99.9 ${p999} ms`;
  const late = Number.isNaN(loop) ? "" : `, loop p99 ${loop.toFixed(1)} ms late`;
  return `${perSecond.toFixed(0)}/s, ${ms}, ${cpu.toFixed(3)} CPU s per 1,000${late}`;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
