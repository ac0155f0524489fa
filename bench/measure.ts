// What the benchmarks of HTTP share: servers in processes of their own, a load, and what it cost.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import autocannon from "autocannon";
import { type ServerProcess, startProcess } from "../tests/end-to-end/server-process.ts";

const PRELOAD = fileURLToPath(new URL("./loop-delay.mjs", import.meta.url));
const LOOP_FILE = join(mkdtempSync(join(tmpdir(), "cdrate-loop-")), "delay");
process.env["CDRATE_LOOP_FILE"] = LOOP_FILE;
process.on("exit", () => rmSync(join(LOOP_FILE, ".."), { recursive: true, force: true }));

export interface Cost {
  perSecond: number;
  /** Milliseconds from a request to its answer. */
  p50: number;
  p99: number;
  p999: number;
  /** CPU seconds of the server's process, all its threads, for a thousand requests. */
  cpu: number;
  /** Milliseconds that the event loop was late, at its 99th percentile. */
  loop: number;
}

export interface Load {
  path: string;
  type: string;
  body(): string;
}

/** Starts node with these arguments, measured. */
export function startMeasured(args: string[]): Promise<ServerProcess> {
  return startProcess(["--import", PRELOAD, ...args]);
}

/** The service of a built tree, `dist/` of this one when not said. */
export function startService(store: string, tree = ".", flags: string[] = []) {
  const serve = ["serve", "--listen", "127.0.0.1:0"];
  const log = ["--log", process.env["BENCH_LOG"] ?? "error"];
  return startMeasured([join(tree, "dist/main.js"), "--store", store, ...log, ...serve, ...flags]);
}

/** Clock ticks of a process are hundredths of a second on Linux. */
function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** How late the loop was since it was asked before. */
export async function loopDelay({ child }: ServerProcess): Promise<{ p99: number; max: number }> {
  const file = `${LOOP_FILE}.${child.pid}`;
  rmSync(file, { force: true });
  child.kill("SIGUSR2");
  for (;;) {
    await pause(20);
    try {
      return JSON.parse(readFileSync(file, "utf8")) as { p99: number; max: number };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** Sends the load for some seconds. @throws when an answer is not 2xx */
export async function measure(
  server: ServerProcess,
  load: Load,
  { connections, seconds }: { connections: number; seconds: number },
): Promise<Cost> {
  const pid = server.child.pid ?? 0;
  await loopDelay(server);
  const before = cpuSeconds(pid);
  const result = await autocannon({
    url: server.url + load.path,
    method: "POST",
    connections,
    duration: seconds,
    headers: { "content-type": load.type },
    requests: [{ setupRequest: (request) => ({ ...request, body: load.body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${server.url}: ${result.non2xx} answers not 2xx, ${result.errors} errors`);
  }
  const spent = cpuSeconds(pid) - before;
  const { p99: loop } = await loopDelay(server);
  const { p50, p99, p99_9: p999 } = result.latency;
  const cpu = (spent * 1000) / result.requests.total;
  return { perSecond: result.requests.average, p50, p99, p999, cpu, loop };
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
  return `${perSecond.toFixed(0)}/s, ${ms}, ${cpu.toFixed(3)} CPU s per 1,000, loop p99 ${loop.toFixed(1)} ms late`;
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
