// kill -9 at seeded moments under load, and each time a start on what was left.
import { join } from "node:path";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { startProbe } from "../probe.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { type ServiceProcess, startService, workersOf } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

export async function kill(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "kill", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const { folder, workers, mongo } = options;
  const store = mongo === undefined ? `sqlite:${join(folder, "kill.db")}` : mongoUrl(mongo);
  const start = () => startService({ folder, workers, store });
  let service: ServiceProcess | null = await start();
  const urls = () => (service === null ? [] : [service.url]);
  const switches = startSwitches({ urls, senders: 8, name: "kill" });
  const probe = startProbe(() => (service === null ? [] : [service]));
  for (let round = 0; round < options.kills; round += 1) {
    const target = switches.traffic.acknowledged() + 1 + Math.floor(chance() * 2 * options.answers);
    await until("the load", () => switches.traffic.acknowledged() >= target);
    const killed: ServiceProcess = service;
    // Of several processes a worker, every second time: another takes its place.
    if (workers > 1 && round % 2 === 1) {
      await killWorker(killed.pid, workers, chance);
      continue;
    }
    service = null;
    await killed.end("SIGKILL");
    service = await start();
  }
  await switches.stop();
  await probe.stop();
  await switches.repeatUnanswered(service.url);
  await compareStored(service.url, switches.traffic, report);
  probe.report(report, options);
  report.facts["kills"] = options.kills;
  const { code } = await service.end("SIGTERM");
  if (code !== 0) report.broken.push(`SIGTERM ended it with code ${code}`);
  return report;
}

/** Kills one of the workers, and waits until there are as many again. */
async function killWorker(first: number, workers: number, chance: () => number): Promise<void> {
  await until("the workers", () => workersOf(first).length === workers);
  const all = workersOf(first);
  const killed = all[Math.floor(chance() * all.length)] ?? 0;
  process.kill(killed, "SIGKILL");
  await until("another worker", () => {
    const left = workersOf(first);
    return left.length === workers && !left.includes(killed);
  });
}
