// The files of the store are removed, replaced or moved while it is open, then kill -9.
import { copyFileSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type Report, type RunOptions, until } from "../report.ts";
import { createClient } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

const MOST_POSTS_AFTER = 50;

interface Case {
  what: string;
  /** Takes files away; answers where the store is then. */
  take(folder: string, path: string): string;
}

const CASES: Case[] = [
  { what: "log and index removed", take: (_, path) => remove(path, ["-wal", "-shm"]) },
  { what: "log removed", take: (_, path) => remove(path, ["-wal"]) },
  { what: "index removed", take: (_, path) => remove(path, ["-shm"]) },
  {
    what: "log replaced by a copy",
    take(_, path) {
      copyFileSync(`${path}-wal`, `${path}-copy`);
      renameSync(`${path}-copy`, `${path}-wal`);
      return path;
    },
  },
  {
    what: "folder moved",
    take(folder) {
      renameSync(folder, `${folder}-moved`);
      return join(`${folder}-moved`, "store.db");
    },
  },
];

export async function wal(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "wal", facts: {}, broken: [] };
  for (const [index, one] of CASES.entries()) {
    const folder = join(options.folder, `wal-${index}`);
    mkdirSync(folder);
    await runCase(one, { folder, options, report });
  }
  return report;
}

async function runCase(
  { what, take }: Case,
  { folder, options, report }: { folder: string; options: RunOptions; report: Report },
): Promise<void> {
  const path = join(folder, "store.db");
  const service = await startService({ folder: options.folder, store: `sqlite:${path}` });
  const switches = startSwitches({ urls: () => [service.url], senders: 4, name: "before" });
  await until("the load", () => switches.traffic.acknowledged() >= options.answers);
  await switches.stop();
  const found = take(folder, path);
  const client = createClient();
  const postsAfter = Math.min(MOST_POSTS_AFTER, options.answers);
  const post = async (_none: unknown, number: number): Promise<number> => {
    const body = `accid=after-${number}&account=1001&destination=34650123456&usage=60&answer_time=2026-03-02T09:00:00Z`;
    const { status } = await client.send(service.url, { path: "/cgr", body });
    if (status === 200) switches.traffic.cdrs.add(`after-${number}`);
    return status;
  };
  const statuses = await Promise.all(Array.from({ length: postsAfter }, post));
  client.close();
  const refused = statuses.filter((status) => status === 503).length;
  report.facts[`${what}: refused`] = `${refused} of ${postsAfter}`;
  if (refused < postsAfter) report.broken.push(`${what}: ${postsAfter - refused} were taken`);
  await service.end("SIGKILL");
  const again = await startService({ folder: options.folder, store: `sqlite:${found}` });
  const seen: Report = { kind: what, facts: {}, broken: [] };
  await compareStored(again.url, switches.traffic, seen);
  report.facts[`${what}: lost`] = seen.facts["lost"] ?? "";
  report.broken.push(...seen.broken.map((text) => `${what}: ${text}`));
  await again.end("SIGTERM");
}

function remove(path: string, ends: string[]): string {
  for (const end of ends) rmSync(`${path}${end}`);
  return path;
}
