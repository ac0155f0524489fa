// Another process keeps the SQLite file locked: shorter and longer than a record waits.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { startProbe } from "../probe.ts";
import type { Report, RunOptions } from "../report.ts";
import { until } from "../report.ts";
import { callRpc, createClient } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

const READ_MS = 1000;
const READY = { method: "GET", path: "/ready" } as const;

export async function lock(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "lock", facts: {}, broken: [] };
  const { facts, broken } = report;
  const path = join(options.folder, "lock.db");
  const storeSeconds = options.limits["storeSeconds"] ?? 8;
  const { folder, limits } = options;
  const service = await startService({ folder, store: `sqlite:${path}`, settings: { limits } });
  // Eight with calls and six with what is not understood, as their numbers come.
  const switches = startSwitches({ urls: () => [service.url], senders: 14, name: "lock" });
  const { traffic } = switches;
  const probe = startProbe(() => [service]);
  const other = new Sqlite(path);
  const client = createClient();
  for (const heldSeconds of [storeSeconds * 0.6, storeSeconds * 1.5]) {
    const before = traffic.acknowledged() + options.answers;
    await until("the load", () => traffic.acknowledged() >= before);
    const refusals = () => traffic.statuses.get(503) ?? 0;
    const refusedBefore = refusals();
    await until("the lock", () => begins(other));
    const readFrom = performance.now();
    await callRpc(service.url, "cdr.count", {});
    const readMs = performance.now() - readFrom;
    if (readMs > READ_MS) broken.push(`a read took ${Math.round(readMs)} ms beside a lock`);
    await pause(heldSeconds * 1000);
    // That all was well is said for a second after it was.
    const isLong = heldSeconds > 1.5;
    const ready = isLong ? (await client.send(service.url, READY)).status : 503;
    other.exec("COMMIT");
    const refused = refusals() - refusedBefore;
    facts[`held ${heldSeconds.toFixed(1)} s`] =
      `${refused} refused${isLong ? `, /ready ${ready}` : ""}`;
    if (ready !== 503) broken.push(`/ready answered ${ready} beside a lock`);
    if (heldSeconds < storeSeconds && refused > 0) broken.push(`${refused} refused too early`);
    if (heldSeconds > storeSeconds && refused === 0) broken.push("nobody was told to come again");
  }
  client.close();
  other.close();
  const longest = Math.max(...traffic.tookMs);
  facts["longestPostMs"] = Math.round(longest);
  if (longest > storeSeconds * 1000 + options.healthMs) {
    broken.push(`a post waited ${Math.round(longest)} ms, not ${storeSeconds} s`);
  }
  await switches.stop();
  await probe.stop();
  await switches.repeatUnanswered(service.url);
  await compareStored(service.url, traffic, report);
  probe.report(report, options);
  await service.end("SIGTERM");
  return report;
}

/** False where the service has the lock itself in this moment. */
function begins(database: Sqlite.Database): boolean {
  try {
    database.exec("BEGIN EXCLUSIVE");
    return true;
  } catch (error) {
    if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    return false;
  }
}
