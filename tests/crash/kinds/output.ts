// kill -9 of a service that hands its CDRs on, while calls are posted and rerated and the receiver is
// away, slow or refuses: each revision arrives at least once and in order, and is one line of one file.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc, createClient } from "../requests.ts";
import { startService } from "../service.ts";

const LONGEST_ROUND_MS = 500;
/** Calls that are posted in each round. */
const ROUND = 20;

export async function output(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "output", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const receiver = await startFlakyReceiver(chance);
  const folder = join(options.folder, "out");
  mkdirSync(folder);
  const every = { from: "beginning", everySeconds: 0.05 };
  const start = () =>
    startService({
      folder: options.folder,
      store: `sqlite:${join(options.folder, "outputs.db")}`,
      settings: {
        limits: { ...options.limits, feedLeaseSeconds: 1 },
        outputs: [
          { ...every, name: "hook", kind: "webhook", url: receiver.url, timeoutSeconds: 0.3 },
          {
            ...every,
            name: "files",
            kind: "files",
            folder,
            per: "hour",
            columns: ["id", "revision"],
          },
        ],
      },
    });
  let service = await start();
  const client = createClient();
  let posted = 0;
  for (let round = 0; round < options.kills; round += 1) {
    for (let call = 0; call < ROUND; call += 1) {
      const path = `/cgr?accid=out-${posted}&account=1001&destination=442079460000&answer_time=2026-03-02T10:00:00Z&usage=60`;
      posted += (await client.send(service.url, { path })).status === 200 ? 1 : 0;
    }
    const { cdrs } = await callRpc(service.url, "cdr.find", { limit: 5 });
    for (const { id, rating } of cdrs) {
      if (rating.outcome !== "voided")
        await callRpc(service.url, "cdr.void", { id, reason: "tried" });
    }
    await pause(chance() * LONGEST_ROUND_MS);
    await service.end("SIGKILL");
    service = await start();
  }
  client.close();
  receiver.behave();
  const current = async () => {
    const found = new Map<string, number>();
    let cursor: string | undefined;
    do {
      const page = await callRpc(service.url, "cdr.find", {
        limit: 1000,
        filter: { outcomes: ["rated", "partial", "unrated", "voided"] },
        ...(cursor === undefined ? {} : { cursor }),
      });
      for (const { id, rating } of page.cdrs) found.set(id, rating.revision);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    return found;
  };
  const stored = await current();
  const isTaken = () =>
    [...stored].every(([id, revision]) => receiver.last.get(id) === revision) &&
    [...stored].every(([id, revision]) => linesOf(folder).get(`${id},${revision}`) === 1);
  await until("everything at the receivers", async () => isTaken(), 60_000).catch(
    (error: unknown) => {
      report.broken.push(String(error));
    },
  );
  if (stored.size !== posted)
    report.broken.push(`${posted} were acknowledged, ${stored.size} are there`);
  const twice = [...linesOf(folder)].filter(([, count]) => count > 1);
  if (twice.length > 0)
    report.broken.push(`${twice.length} lines are there twice: ${twice[0]?.[0]}`);
  for (const fault of receiver.faults.slice(0, 5)) report.broken.push(fault);
  Object.assign(report.facts, {
    ...{
      cdrs: stored.size,
      kills: options.kills,
      posts: receiver.posts(),
      repeats: receiver.repeats(),
    },
    lines: linesOf(folder).size,
  });
  const { code } = await service.end("SIGTERM");
  if (code !== 0) report.broken.push(`SIGTERM ended it with code ${code}`);
  receiver.server.close();
  return report;
}

/** Every line of every file, with how often it is there. */
function linesOf(folder: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of readdirSync(folder)) {
    const lines = readFileSync(join(folder, name), "utf8").trimEnd().split("\r\n").slice(1);
    for (const line of lines) counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return counts;
}

interface FlakyReceiver {
  url: string;
  server: Server;
  /** Revision of each CDR that was taken last. */
  last: Map<string, number>;
  faults: string[];
  posts(): number;
  repeats(): number;
  /** From now on it takes everything. */
  behave(): void;
}

async function startFlakyReceiver(chance: () => number): Promise<FlakyReceiver> {
  const last = new Map<string, number>();
  const faults: string[] = [];
  let isGood = false;
  let posts = 0;
  let repeats = 0;
  const server = createServer(async (request, response) => {
    let body = "";
    try {
      for await (const piece of request) body += piece;
    } catch {
      // The service was killed while it wrote.
      return;
    }
    posts += 1;
    const luck = isGood ? 1 : chance();
    if (luck < 0.1) return void response.writeHead(500).end("no room");
    if (luck < 0.2) return void response.socket?.destroy();
    if (luck < 0.25) return;
    for (const { id, rating } of JSON.parse(body).cdrs) {
      const before = last.get(id) ?? 0;
      if (rating.revision < before) faults.push(`${id}: ${rating.revision} came after ${before}`);
      if (rating.revision === before) repeats += 1;
      last.set(id, rating.revision);
    }
    response.writeHead(204).end();
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return {
    ...{ url, server, last, faults },
    posts: () => posts,
    repeats: () => repeats,
    behave() {
      isGood = true;
    },
  };
}
