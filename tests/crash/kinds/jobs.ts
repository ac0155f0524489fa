// Jobs whose threads are at work, under kill -9: a plan and a back-test over more CDRs than a job needs to have
// threads of its own are killed again and again, and come to what they come to undisturbed in one thread.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { files, fillStore, START_MS } from "../../../bench/rerate/store.ts";
import { composeEngine } from "../../../src/compose/engine.ts";
import { openStore } from "../../../src/compose/open-store.ts";
import { readSettings } from "../../../src/config/config.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";

/** Over what a job has threads for. */
const CDRS = 50_500;
const THREADS = 3;
const MOST_MS = 300_000;
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Rated by one version while another one is in force; answers that one. */
async function filledFile(path: string): Promise<string> {
  const settings = readSettings({ environment: {}, flags: { store: `sqlite:${path}` } });
  const store = await openStore(settings);
  const engine = await composeEngine(settings, { store, log: SILENT });
  const load = async (raise: number) =>
    (await engine.tariffs.load({ files: files(raise) })).version;
  const [wrong, right] = [await load(0), await load(1)];
  await engine.tariffs.activate(wrong, { fromMs: START_MS });
  await fillStore(engine, CDRS);
  await engine.tariffs.activate(right, { fromMs: START_MS });
  await engine.close();
  return right;
}

interface Kind {
  name: "plan" | "backtest";
  /** Begins it; answers its id. */
  begin(url: string): Promise<string>;
  /** How far it is, what it came to where it is at its end. */
  look(url: string, job: string): Promise<{ state: string; done: number; found: unknown }>;
  ends: string;
}

function kindsOf(version: string): Kind[] {
  return [
    {
      name: "plan",
      ends: "planned",
      begin: async (url) => (await callRpc(url, "rerate.plan", { filter: {} })).job,
      async look(url, job) {
        const { state, progress, hash, lines, totals, by } = await callRpc(url, "rerate.show", {
          job,
        });
        return { state, done: progress.done, found: { hash, lines, totals, by } };
      },
    },
    {
      name: "backtest",
      ends: "done",
      begin: async (url) =>
        (await callRpc(url, "tariff.backtest", { version, days: 3660, as: "dated" })).job,
      async look(url, job) {
        const { state, progress, backtest } = await callRpc(url, "job.show", { job });
        // What was asked for has the moment it was asked in.
        const { filter: _asked, ...found } = backtest ?? {};
        return { state, done: progress.done, found };
      },
    },
  ];
}

/** Asks until the job is at its end; answers what it came to. */
async function endOf({ look, ends, name }: Kind, url: string, job: string): Promise<unknown> {
  let seen = await look(url, job);
  await until(
    `the end of a ${name}`,
    async () => {
      seen = await look(url, job);
      return seen.state === ends || seen.state === "failed";
    },
    MOST_MS,
  );
  return seen.state === ends ? seen.found : `it ${seen.state}`;
}

export async function jobs(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "jobs", facts: { cdrs: CDRS, threads: THREADS }, broken: [] };
  const { folder, workers, kills, seed } = options;
  const chance = seededChance(seed);
  const paths = { alone: join(folder, "alone.db"), threads: join(folder, "threads.db") };
  const version = await filledFile(paths.alone);
  copyFileSync(paths.alone, paths.threads);
  const start = (path: string, jobThreads: number): Promise<ServiceProcess> => {
    const limits = { jobThreads, rerateLeaseSeconds: 1, rpcSeconds: 300 };
    const settings = { limits: { ...options.limits, ...limits } };
    return startService({ folder, store: `sqlite:${path}`, workers, settings });
  };
  const alone = await start(paths.alone, 1);
  let service = await start(paths.threads, THREADS);
  let killed = 0;
  for (const kind of kindsOf(version)) {
    const wanted = await endOf(kind, alone.url, await kind.begin(alone.url));
    const job = await kind.begin(service.url);
    let reached = 0;
    for (let count = 0; count < kills; count += 1) {
      // Beyond what it was at before, so that it comes to an end: a kill repeats what no checkpoint tells of.
      const least = Math.min(reached + Math.floor(chance() * (CDRS / kills)), CDRS - 1);
      let seen = await kind.look(service.url, job);
      await until(
        `${least} CDRs of a ${kind.name}`,
        async () => {
          seen = await kind.look(service.url, job);
          return seen.done > least || seen.state === kind.ends;
        },
        MOST_MS,
      );
      if (seen.state === kind.ends) break;
      await service.end("SIGKILL");
      killed += 1;
      reached = seen.done;
      service = await start(paths.threads, THREADS);
    }
    const found = await endOf(kind, service.url, job);
    if (!isDeepStrictEqual(found, wanted)) {
      const texts = [found, wanted].map((one) => JSON.stringify(one).slice(0, 300));
      report.broken.push(`a ${kind.name} that was killed came to ${texts.join(" and not to ")}`);
    }
  }
  const { checks } = await callRpc(service.url, "audit.run", {});
  for (const { name, ok } of checks)
    if (ok === false) report.broken.push(`the audit found ${name}`);
  Object.assign(report.facts, { killed });
  await Promise.all([alone, service].map((one) => one.end("SIGTERM")));
  return report;
}
