// All at once: two services on one store, eight senders, another process that locks the file, an
// export that nobody reads and a flood of wrong passwords; then SIGTERM for both.
import { createHash, randomBytes } from "node:crypto";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { hashPassword } from "../../../src/engine/people/password-hash.ts";
import { startProbe } from "../probe.ts";
import { percentile, type Report, type RunOptions, seededChance } from "../report.ts";
import { createClient } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

const SENDERS = 8;
const GUESSERS = 24;
/** Bytes of an extra field of each call, so that an export is more than a connection's buffers hold. */
const PADDING = 60_000;
/** The longest that the other process keeps its lock, as a share of what a record waits. */
const LONGEST_LOCK = 1.1;

export async function mixed(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "mixed", facts: { seed: options.seed }, broken: [] };
  const { facts, broken } = report;
  const path = join(options.folder, "mixed.db");
  const token = randomBytes(32).toString("hex");
  const headers = { authorization: `Bearer ${token}` };
  const settings = { limits: options.limits, credentials: await credentials(token) };
  const one = { folder: options.folder, store: `sqlite:${path}`, settings };
  const services = [await startService(one), await startService(one)];
  const urls = () => services.map(({ url }) => url);
  const switches = startSwitches({
    urls,
    senders: SENDERS,
    headers,
    padding: PADDING,
    name: "mixed",
  });
  const { traffic } = switches;
  const probe = startProbe(() => services);
  const until = performance.now() + options.seconds * 1000;
  const isOver = () => performance.now() > until;
  const longestLockMs = (options.limits["storeSeconds"] ?? 8) * 1000 * LONGEST_LOCK;
  const [locks, guesses] = await Promise.all([
    holdLocks(path, { isOver, chance: seededChance(options.seed), longestLockMs }),
    guessPasswords(urls(), isOver),
    pause((options.seconds / 2) * 1000).then(() => stallExport(services[0]?.url ?? "", token)),
  ]);
  // Before their end: a service that ends has nothing to answer with.
  await probe.stop();
  const limitMs = (options.limits["stopSeconds"] ?? 10) * 1000;
  const ends = await Promise.all(services.map((service) => service.end("SIGTERM")));
  for (const { code, tookMs } of ends) {
    if (code !== 0) broken.push(`SIGTERM ended a service with code ${code}`);
    if (tookMs > limitMs + options.healthMs / 2)
      broken.push(`SIGTERM took ${Math.round(tookMs)} ms`);
  }
  await switches.stop();
  const bad = [...guesses].filter(([status]) => status >= 500 && status !== 503);
  if (bad.length > 0) broken.push(`wrong passwords were answered ${bad}`);
  if (guesses.has(200)) broken.push("a wrong password was accepted");
  Object.assign(facts, {
    locks,
    guesses: [...guesses].map(([status, count]) => `${status}×${count}`).join(" "),
    postP99Ms: percentile(traffic.tookMs, 0.99),
    endedMs: ends.map(({ tookMs }) => Math.round(tookMs)).join(" "),
  });
  probe.report(report, options);
  const again = await startService(one);
  await switches.repeatUnanswered(again.url);
  await compareStored(again.url, traffic, report, headers);
  await again.end("SIGTERM");
  return report;
}

async function credentials(token: string) {
  const tokenSha256 = createHash("sha256").update(token).digest("hex");
  return [
    { name: "switch", tokenSha256, roles: ["admin", "ingest", "read"], tenants: ["*"] },
    {
      name: "basic",
      user: "fs",
      passwordScrypt: await hashPassword("right"),
      roles: ["ingest"],
      tenants: ["*"],
    },
  ];
}

/** Locks the file again and again, for a time by chance. Answers how often. */
async function holdLocks(
  path: string,
  { isOver, chance, longestLockMs }: { isOver(): boolean; chance(): number; longestLockMs: number },
): Promise<number> {
  const other = new Sqlite(path, { timeout: 0 });
  let locks = 0;
  while (!isOver()) {
    try {
      other.exec("BEGIN IMMEDIATE");
      locks += 1;
      await pause(chance() ** 3 * longestLockMs);
      other.exec("COMMIT");
    } catch (error) {
      if ((error as { code?: string }).code !== "SQLITE_BUSY") throw error;
    }
    await pause(20 + chance() * 200);
  }
  other.close();
  return locks;
}

/** Ever other wrong passwords of a known user. Answers how often each status came. */
async function guessPasswords(urls: string[], isOver: () => boolean): Promise<Map<number, number>> {
  const statuses = new Map<number, number>();
  const client = createClient();
  const guess = async (guesser: number): Promise<void> => {
    for (let number = 0; !isOver(); number += 1) {
      const word = Buffer.from(`fs:wrong-${guesser}-${number}`).toString("base64");
      const { status } = await client.send(urls[guesser % urls.length] ?? "", {
        path: "/cgr",
        body: "accid=guess&account=1001&destination=34650123456&usage=1",
        headers: { authorization: `Basic ${word}` },
      });
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: GUESSERS }, (_, guesser) => guess(guesser)));
  client.close();
  return statuses;
}

/** Asks for an export and never reads it; the connection stays until the service cuts it off. */
async function stallExport(url: string, token: string): Promise<void> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  socket.pause();
  const body = '{"format":"jsonl"}';
  const head = `POST /export HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}`;
  const request = `${head}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
  await new Promise((written) => socket.write(request, written));
}
