// Backups of a store that switches post to, and restores, under kill -9: what has the name of a backup or of a
// store is whole, has everything that was acknowledged before it was asked for, and serves.
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM, ROOT } from "../../program.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { startService } from "../service.ts";
import { type Switches, startSwitches } from "../switches.ts";

interface Command {
  child: ChildProcess;
  /** Exit code; null: killed. */
  ended: Promise<number | null>;
}

function command(store: string, ...args: string[]): Command {
  const child = spawn(process.execPath, [PROGRAM, "--store", `sqlite:${store}`, "store", ...args], {
    cwd: ROOT,
    stdio: "ignore",
  });
  return { child, ended: new Promise((resolve) => child.once("exit", (code) => resolve(code))) };
}

/** Kills it once it has begun to write `path`, a moment later; true: it was not done yet. */
async function killed({ child, ended }: Command, path: string, chance: () => number) {
  const [folder, name] = [join(path, ".."), path.slice(path.lastIndexOf("/") + 1)];
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const hasBegun = () =>
    existsSync(folder) && readdirSync(folder).some((one) => one.startsWith(`${name}.part`));
  while (!isOver && !hasBegun()) await new Promise((resolve) => setTimeout(resolve, 1));
  await new Promise((resolve) => setTimeout(resolve, chance() * 60));
  child.kill("SIGKILL");
  return (await ended) === null;
}

export async function backup(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "backup", facts: {}, broken: [] };
  const { folder, seed, workers, limits } = options;
  // A round kills a backup and a restore.
  const rounds = Math.ceil(options.kills / 2);
  const chance = seededChance(seed);
  const store = join(folder, "busy.db");
  const service = await startService({
    folder,
    workers,
    store: `sqlite:${store}`,
    settings: { limits },
  });
  const switches = startSwitches({ urls: () => [service.url], senders: 1, name: "backup" });
  await until("the load", () => switches.traffic.cdrs.size >= options.rows / 4);
  const seen = { backups: 0, backupsKilled: 0, restores: 0, restoresKilled: 0, acknowledged: 0 };
  for (let round = 0; round < rounds; round += 1) {
    const place = join(folder, `${round}.backup`);
    if (await killed(command(store, "backup", place), place, chance)) seen.backupsKilled += 1;
    // One that is there after all was whole before it had its name.
    if (existsSync(place)) await restored({ place, round, acknowledged: [] });
    rmSync(place, { force: true });
    const acknowledged = [...switches.traffic.cdrs];
    const code = await command(store, "backup", place).ended;
    if (code !== 0) report.broken.push(`a backup beside posts ended with code ${code}`);
    else await restored({ place, round, acknowledged });
    seen.backups += 1;
    seen.acknowledged = acknowledged.length;
    rmSync(place, { force: true });
  }
  await ended(switches, service.url, report);
  await service.end("SIGTERM");
  Object.assign(report.facts, seen);
  return report;

  /** Restores into an empty folder, killed the first time, and serves from it. */
  async function restored(of: { place: string; round: number; acknowledged: string[] }) {
    const empty = join(folder, `restored-${of.round}-${of.acknowledged.length}`);
    const path = join(empty, "cdrate.db");
    if (await killed(command(path, "restore", of.place), path, chance)) seen.restoresKilled += 1;
    const isThere = existsSync(path);
    const code = isThere ? 0 : await command(path, "restore", of.place).ended;
    seen.restores += 1;
    if (code !== 0) {
      report.broken.push(`a restore after a killed one ended with code ${code}`);
      return;
    }
    const again = await startService({ folder, store: `sqlite:${path}` });
    const { checks } = await callRpc(again.url, "audit.run", {});
    for (const { name, ok } of checks) {
      if (ok === false) report.broken.push(`the audit of a restored store found ${name}`);
    }
    const there = await originIds(again.url);
    const lost = of.acknowledged.filter((originId) => !there.has(originId));
    if (lost.length > 0) {
      report.broken.push(`${lost.length} acknowledged CDRs lack in a backup: ${lost[0]} …`);
    }
    await again.end("SIGTERM");
    rmSync(empty, { recursive: true, force: true });
  }
}

async function originIds(url: string): Promise<Set<string>> {
  const found = new Set<string>();
  let cursor: string | undefined;
  do {
    const params = { limit: 1000, ...(cursor === undefined ? {} : { cursor }) };
    const page = await callRpc(url, "cdr.find", params);
    for (const { primary } of page.cdrs) found.add(primary.originId);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

/** What was posted beside all that is there. */
async function ended(switches: Switches, url: string, report: Report): Promise<void> {
  await switches.stop();
  await switches.repeatUnanswered(url);
  const there = await originIds(url);
  const lost = [...switches.traffic.cdrs].filter((originId) => !there.has(originId));
  if (lost.length > 0) report.broken.push(`${lost.length} acknowledged CDRs are lost: ${lost[0]}`);
  report.facts["posted"] = switches.traffic.cdrs.size;
}
