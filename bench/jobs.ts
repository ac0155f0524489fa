// How long the plan of a rerate and an audit take with one thread and with one a core, turn by turn, by the
// built program on a copy of one SQLite file each. Every call of the plan changes. BENCH_CDRS: how many there
// are (100,000 when not said; 1,000,000 for the aim of the audit). BENCH_TURNS: turns of each (3).
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { composeEngine } from "../src/compose/engine.ts";
import { openStore } from "../src/compose/open-store.ts";
import { readSettings } from "../src/config/config.ts";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { expectFigure } from "./http/aims.ts";
import { cpuOf, median, memoryOf, rpc, say, startService } from "./http/measure.ts";
import { files, fillStore, START_MS } from "./rerate/store.ts";

const CDRS = Number(process.env["BENCH_CDRS"] ?? 100_000);
const TURNS = Number(process.env["BENCH_TURNS"] ?? 3);
const MANY = Math.max(2, availableParallelism());
/** The aim of an audit of a million, in seconds. */
const AUDIT_SECONDS = 120;
const LOOK_MS = 50;
const JOBS = ["plan", "audit"] as const;
type Job = (typeof JOBS)[number];

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));

async function filledFile(): Promise<string> {
  const file = join(folder, "filled.db");
  const settings = readSettings({ environment: {}, flags: { store: `sqlite:${file}` } });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const store = await openStore(settings);
  const engine = await composeEngine(settings, { store, log: silent });
  const [wrong, right] = [
    await engine.tariffs.load({ files: files(0) }),
    await engine.tariffs.load({ files: files(1) }),
  ];
  await engine.tariffs.activate(wrong.version, { fromMs: START_MS });
  await fillStore(engine, CDRS);
  await engine.tariffs.activate(right.version, { fromMs: START_MS });
  await engine.close();
  return file;
}

async function serviceWith(threads: number, filled: string): Promise<ServerProcess> {
  const file = join(folder, `${threads}.db`);
  copyFileSync(filled, file);
  const config = join(folder, `${threads}.yaml`);
  // An audit of a million takes longer than a call may.
  writeFileSync(config, `limits: { jobThreads: ${threads}, rpcSeconds: 3600 }\n`);
  return startService(`sqlite:${file}`, { config });
}

/** Answers the hash of the plan. */
async function plan(url: string): Promise<string> {
  const { job } = (await rpc(url, "rerate.plan", { filter: {} })) as { job: string };
  for (;;) {
    await pause(LOOK_MS);
    const found = (await rpc(url, "rerate.show", { job })) as { state: string; hash: string };
    if (found.state === "planned") return found.hash;
    if (found.state !== "planning") throw new Error(`the plan is ${JSON.stringify(found)}`);
  }
}

async function audit(url: string): Promise<string> {
  return JSON.stringify(await rpc(url, "audit.run", {}));
}

const WORK: Record<Job, (url: string) => Promise<string>> = { plan, audit };

interface Turn {
  seconds: number;
  cpu: number;
  memory: number;
  answer: string;
}

async function turn(service: ServerProcess, job: Job): Promise<Turn> {
  const [begun, cpu] = [performance.now(), cpuOf(service)];
  const answer = await WORK[job](service.url);
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, cpu: cpuOf(service) - cpu, memory: memoryOf(service), answer };
}

function sayTurns(job: Job, threads: number, turns: Turn[]): number {
  const seconds = median(turns.map((one) => one.seconds));
  const cpu = (median(turns.map((one) => one.cpu)) / CDRS) * 1e6;
  const memory = Math.max(...turns.map((one) => one.memory)) / 2 ** 20;
  const each = `${cpu.toFixed(0)} CPU-µs a CDR, ${memory.toFixed(0)} MB`;
  const speed = `${Math.round(CDRS / seconds).toLocaleString("en")} CDRs/s`;
  say(`${job}, ${threads} threads: ${seconds.toFixed(1)} s, ${speed}, ${each}`);
  return seconds;
}

try {
  const filled = await filledFile();
  const services = [await serviceWith(1, filled), await serviceWith(MANY, filled)] as const;
  try {
    for (const job of JOBS) {
      const [one, many]: [Turn[], Turn[]] = [[], []];
      for (let round = 0; round < TURNS; round += 1) {
        one.push(await turn(services[0], job));
        many.push(await turn(services[1], job));
      }
      const answers = new Set([...one, ...many].map(({ answer }) => answer));
      if (job === "audit" && answers.size !== 1) throw new Error([...answers].join(" or "));
      const alone = sayTurns(job, 1, one);
      const together = sayTurns(job, MANY, many);
      const what = `${job}: ${MANY} threads beside one, times as fast`;
      expectFigure({ what, measured: alone / together, least: job === "plan" ? 1.7 : 1 });
      if (job === "audit") {
        const seconds = (together / CDRS) * 1e6;
        const most = AUDIT_SECONDS;
        expectFigure({ what: "audit of 1,000,000 CDRs", measured: seconds, most, unit: " s" });
      }
    }
  } finally {
    await Promise.all(services.map(stopProcess));
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
