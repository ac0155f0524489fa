// No room: at the start, and while serving until there is room again. A small disk is filled where
// the folder is on one (`--folder`); elsewhere the system refuses to let files grow (Linux).
import { spawnSync } from "node:child_process";
import { closeSync, openSync, rmSync, statfsSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { startProbe } from "../probe.ts";
import { type Report, type RunOptions, until } from "../report.ts";
import { failingStart, type ServiceProcess, startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

/** Disks up to this size are filled. */
const MOST_BYTES = 2_000_000_000;
const CHUNK = Buffer.alloc(1_000_000, 1);

interface Room {
  how: string;
  take(service: ServiceProcess): void;
  give(service: ServiceProcess): void;
}

export async function disk(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "disk", facts: {}, broken: [] };
  const path = join(options.folder, "disk.db");
  const room = chooseRoom(options.folder, path);
  if (room === null) {
    report.facts["skipped"] = "name a folder on a disk of at most 2 GB, or run it on Linux";
    return report;
  }
  report.facts["how"] = room.how;
  const service = await startService({ folder: options.folder, store: `sqlite:${path}` });
  const switches = startSwitches({ urls: () => [service.url], senders: 8, name: "disk" });
  const { traffic } = switches;
  const probe = startProbe(() => [service]);
  for (let round = 0; round < 2; round += 1) {
    const target = traffic.acknowledged() + options.answers;
    await until("the load", () => traffic.acknowledged() >= target);
    const refused = () => traffic.statuses.get(503) ?? 0;
    const before = refused();
    room.take(service);
    await until("a 503 on a full disk", () => refused() > before + 20);
    room.give(service);
    const after = traffic.acknowledged() + options.answers;
    await until("answers when there is room again", () => traffic.acknowledged() >= after);
  }
  await switches.stop();
  await probe.stop();
  await switches.repeatUnanswered(service.url);
  await compareStored(service.url, traffic, report);
  probe.report(report, options);
  await service.end("SIGTERM");
  if (room.how === "a file that fills the disk") await startWithoutRoom(options.folder, report);
  return report;
}

async function startWithoutRoom(folder: string, { facts, broken }: Report): Promise<void> {
  // The settings file needs room itself.
  const options = { folder: "/tmp", store: `sqlite:${join(folder, "never.db")}` };
  fill(join(folder, "fill"));
  const { code, said } = await failingStart(options);
  rmSync(join(folder, "fill"), { force: true });
  facts["start"] = `code ${code}: ${said.split("\n", 1)[0]}`;
  if (code === 0 || code === null) broken.push(`on a full disk it started: ${said}`);
  if (!said.includes("the disk is full")) broken.push(`a full disk is not said: ${said}`);
}

function chooseRoom(folder: string, path: string): Room | null {
  const { blocks, bsize } = statfsSync(folder);
  if (blocks * bsize <= MOST_BYTES) {
    const name = join(folder, "fill");
    return {
      how: "a file that fills the disk",
      take: () => fill(name),
      give: () => rmSync(name),
    };
  }
  if (spawnSync("prlimit", ["--version"]).status !== 0) return null;
  const limit = ({ pid }: ServiceProcess, bytes: number | "unlimited") => {
    const { status, stderr } = spawnSync("prlimit", [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
    if (status !== 0) throw new Error(`prlimit: ${stderr}`);
  };
  return {
    how: "a limit of the size of files",
    take: (service) => limit(service, statSync(`${path}-wal`).size),
    give: (service) => limit(service, "unlimited"),
  };
}

/** Writes until the system says that there is no room. */
function fill(name: string): void {
  const file = openSync(name, "a");
  try {
    for (let size = CHUNK.length; size > 0; ) {
      try {
        writeSync(file, CHUNK, 0, size);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ENOSPC") throw error;
        size = Math.floor(size / 2);
      }
    }
  } finally {
    closeSync(file);
  }
}
