// A service in a process of its own, on the loopback, that may be killed, locked out and misled.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { PROGRAM, ROOT } from "../program.ts";

export interface ServiceProcess {
  readonly url: string;
  readonly pid: number;
  /** What it wrote to standard error. */
  said(): string;
  /** Sends the signal and waits for the end: exit code (null: killed) and milliseconds. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; tookMs: number }>;
  send(signal: NodeJS.Signals): void;
}

export interface ServiceOptions {
  /** For its settings file. */
  folder: string;
  store: string;
  settings?: Record<string, unknown>;
  /** Processes that serve; one when not said. */
  workers?: number;
  /** Modules that node loads before it. */
  preload?: string[];
  env?: Record<string, string>;
}

let started = 0;
const running = new Set<ChildProcess>();

/** Kills what a run that ended early left behind. */
export function killRest(): void {
  for (const child of running) child.kill("SIGKILL");
}

function launch(options: ServiceOptions) {
  const { folder, store, settings = {}, workers = 1, preload = [], env = {} } = options;
  started += 1;
  const config = join(folder, `settings-${started}.yaml`);
  writeFileSync(
    config,
    stringify({ store, workers, listen: "127.0.0.1:0", log: "fatal", ...settings }),
  );
  const imports = preload.flatMap((name) => ["--import", name]);
  const child = spawn(process.execPath, [...imports, PROGRAM, "--config", config, "serve"], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  let said = "";
  child.stderr?.on("data", (bytes: Buffer) => {
    said += bytes;
  });
  running.add(child);
  const ended = new Promise<number | null>((resolve) => {
    child.once("exit", (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return { child, ended, said: () => said };
}

/** Resolves when it listens. @throws with what it said when it ends before */
export async function startService(options: ServiceOptions): Promise<ServiceProcess> {
  const { child, ended, said } = launch(options);
  const url = await listeningUrl(child, ended);
  if (url === null) throw new Error(`the service ended at its start: ${said()}`);
  return {
    url,
    pid: child.pid ?? 0,
    said,
    send: (signal) => child.kill(signal),
    async end(signal) {
      const startedAt = performance.now();
      child.kill(signal);
      const code = await ended;
      return { code, tookMs: performance.now() - startedAt };
    },
  };
}

/** Starts a service that is not to come up: what it says, and its exit code. */
export async function failingStart(
  options: ServiceOptions,
): Promise<{ code: number | null; said: string }> {
  const { child, ended, said } = launch(options);
  const url = await listeningUrl(child, ended);
  if (url !== null) child.kill("SIGKILL");
  return { code: url === null ? await ended : 0, said: said() };
}

function listeningUrl(child: ChildProcess, ended: Promise<unknown>): Promise<string | null> {
  return new Promise((resolve) => {
    let output = "";
    child.stdout?.on("data", (bytes: Buffer) => {
      output += bytes;
      const url = /listens on (https?:\/\/\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    void ended.then(() => resolve(null));
  });
}

/** Resident memory in MB; 0 where the system does not tell (only Linux does). */
export function residentMb(pid: number): number {
  const status = `/proc/${pid}/status`;
  if (!existsSync(status)) return 0;
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(status, "utf8"))?.[1] ?? 0) / 1024);
}

/** The processes that a first one has started; none where the system does not tell (only Linux does). */
export function workersOf(pid: number): number[] {
  const children = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(children)) return [];
  return readFileSync(children, "utf8")
    .split(" ")
    .filter((text) => text.trim() !== "")
    .map(Number);
}
