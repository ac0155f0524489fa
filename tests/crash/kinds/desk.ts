// The billing desk under kill -9: a closing and its correction come to one statement each, with the figures of a
// process that nobody killed; a mail reaches a server of another process once, or its delivery says that nobody
// knows, and is sent again by hand alone, with the same Message-ID.
import { createHash } from "node:crypto";
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { files, START_MS } from "../../../bench/rerate/store.ts";
import { startSmtpSink } from "../../mail/smtp-sink.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";

const JUMPING_CLOCK = fileURLToPath(new URL("../jumping-clock.mjs", import.meta.url));
const TENANT = "bench.example";
const HOUR_MS = 3_600_000;
const AT_ONCE = 500;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Calls of one account in April. */
async function post(url: string, from: number, count: number): Promise<void> {
  for (let start = from; start < from + count; start += AT_ONCE) {
    const cdrs = Array.from({ length: Math.min(AT_ONCE, from + count - start) }, (_, index) => {
      const number = start + index;
      const answerTime = new Date(START_MS + (number % 600) * HOUR_MS).toISOString();
      const destination = `${100 + (number % 900)}${1_000_000 + number}`;
      const call = { tenant: TENANT, account: "1001", destination, answerTime };
      return { ...call, originId: `desk-${number}`, usage: 1 + (number % 300) };
    });
    await callRpc(url, "cdr.processMany", { cdrs });
  }
}

interface Said {
  number: string;
  hash: string;
  cdrs: number;
  cdrsHash: string;
  totals: unknown;
}

async function statements(url: string): Promise<Said[]> {
  const { periods } = await callRpc(url, "period.list", {});
  return periods.map(({ number, hash, cdrs, cdrsHash, totals }: Said) => ({
    ...{ number, hash, cdrs, cdrsHash, totals },
  }));
}

const STEPS = [
  {
    name: "closing",
    method: "period.close",
    params: { account: "1001", tenant: TENANT, period: "2026-04" },
  },
  { name: "correction", method: "period.correct", params: { number: "1", tenant: TENANT } },
];

export async function desk(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "desk", facts: { seed: options.seed }, broken: [] };
  await closings(options, report);
  await mails(options, report);
  return report;
}

async function closings(options: RunOptions, report: Report): Promise<void> {
  const { folder, rows, kills, seed, workers } = options;
  const chance = seededChance(seed);
  const paths = { alone: join(folder, "alone.db"), killed: join(folder, "killed.db") };
  const limits = { ...options.limits, rerateLeaseSeconds: 1 };
  const start = (path: string): Promise<ServiceProcess> =>
    startService({ folder, store: `sqlite:${path}`, workers, settings: { limits } });
  const first = await start(paths.alone);
  const { version } = await callRpc(first.url, "tariff.load", { files: files(0) });
  await callRpc(first.url, "tariff.activate", { version, at: new Date(START_MS).toISOString() });
  await post(first.url, 0, rows);
  await first.end("SIGTERM");
  copyFileSync(paths.alone, paths.killed);
  const alone = await start(paths.alone);
  let service = await start(paths.killed);
  let killed = 0;
  for (const [index, { name, method, params }] of STEPS.entries()) {
    // What came late is what the correction has.
    if (index > 0) for (const { url } of [alone, service]) await post(url, rows, rows / 2);
    const begunAt = performance.now();
    await callRpc(alone.url, method, params);
    await until(`the ${name}`, async () => (await statements(alone.url)).length === index + 1);
    const tookMs = performance.now() - begunAt;
    for (let count = 0; count < kills; count += 1) {
      // Refused where it was begun before: by another of these, whoever was killed.
      const asked = callRpc(service.url, method, params).catch(() => null);
      await pause(chance() * tookMs);
      await service.end("SIGKILL");
      await asked;
      killed += 1;
      service = await start(paths.killed);
      if ((await statements(service.url)).length > index) break;
    }
    await until(`the ${name} that was killed`, async () => {
      if ((await statements(service.url)).length > index) return true;
      await callRpc(service.url, method, params).catch(() => null);
      return false;
    });
    // Asked for once more it is refused, or finds nothing to correct.
    await callRpc(service.url, method, params).catch(() => null);
    const { jobs } = await callRpc(service.url, "job.list", { kinds: ["period"] });
    for (const { job } of jobs) {
      await until(`the end of ${job}`, async () => {
        return (await callRpc(service.url, "job.show", { job })).state !== "running";
      });
    }
    compare(await statements(service.url), await statements(alone.url), report);
  }
  for (const { number, hash } of await statements(service.url)) {
    const { text } = await callRpc(service.url, "period.get", { number });
    const found = createHash("sha256").update(text).digest("hex");
    if (found !== hash) report.broken.push(`the statement ${number} is not that of its hash`);
  }
  const { checks } = await callRpc(service.url, "audit.run", {});
  for (const { name, ok } of checks) {
    if (ok === false) report.broken.push(`the audit found ${name}`);
  }
  await Promise.all([alone, service].map((one) => one.end("SIGTERM")));
  Object.assign(report.facts, { closingsKilled: killed, cdrs: rows * 1.5 });
}

/** All but the moment of each, which is in its hash. */
function compare(found: Said[], wanted: Said[], report: Report): void {
  const texts = [found, wanted].map((all) =>
    JSON.stringify(all.map(({ hash: _of, ...figures }) => figures)),
  );
  if (texts[0] === texts[1]) return;
  report.broken.push(`closed under kills: ${texts.join(" and not ").slice(0, 600)}`);
}

interface Delivery {
  delivery: string;
  state: string;
  to: { address: string };
}

async function mails(options: RunOptions, report: Report): Promise<void> {
  const { folder, kills, seed } = options;
  const chance = seededChance(seed + 1);
  const sink = await startSmtpSink();
  const mail = { host: "127.0.0.1", port: sink.port, tls: "none", from: "desk@example.com" };
  const start = (): Promise<ServiceProcess> =>
    startService({
      folder,
      store: `sqlite:${join(folder, "mails.db")}`,
      settings: { mail, limits: { ...options.limits, feedLeaseSeconds: 1 } },
      preload: [JUMPING_CLOCK],
      env: { CDRATE_JUMPS: "86400" },
    });
  let service = await start();
  const occasion = { report: "daily", every: "month", at: "06:00" };
  const receivers = Array.from({ length: 4 }, (_, n) => ({ address: `r${n}@example.com` }));
  const copies = () => {
    const found = new Map<string, number>();
    for (const { raw } of sink.mails) {
      const id = /^message-id: *(\S+)/im.exec(raw)?.[1] ?? "";
      found.set(id, (found.get(id) ?? 0) + 1);
    }
    return found;
  };
  for (let round = 0; round < kills; round += 1) {
    const name = `round-${round}`;
    await callRpc(service.url, "schedule.set", { name, ...occasion, to: receivers });
    const wanted = sink.conversations + 1 + Math.floor(chance() * receivers.length);
    const asked = callRpc(service.url, "schedule.run", { name }).catch(() => null);
    await until("a conversation", () => sink.conversations >= wanted);
    await pause(chance() * 20);
    await service.end("SIGKILL");
    await asked;
    service = await start();
    await callRpc(service.url, "schedule.run", { name });
    await until("the deliveries", async () => {
      const all = await deliveries(service.url);
      return all.every(({ state }) => state !== "waiting");
    });
  }
  // Whoever sent those under way is long gone then.
  service.send("SIGUSR2");
  await until("what became of each", async () => {
    const all = await deliveries(service.url);
    return all.every(({ state }) => state === "sent" || state === "unknown");
  });
  const all = await deliveries(service.url);
  const unknown = all.filter(({ state }) => state === "unknown");
  const before = copies();
  const twice = [...before].filter(([, count]) => count > 1);
  if (twice.length > 0) report.broken.push(`${twice.length} mails came twice: ${twice[0]?.[0]}`);
  const sent = all.length - unknown.length;
  if (before.size < sent || before.size > all.length) {
    report.broken.push(`${before.size} mails came, of ${sent} sent and ${unknown.length} unknown`);
  }
  if (all.length !== kills * receivers.length) report.broken.push(`${all.length} deliveries`);
  for (const { delivery } of unknown) await callRpc(service.url, "delivery.resend", { delivery });
  await until("those that are sent by hand", async () => {
    return (await deliveries(service.url)).every(({ state }) => state === "sent");
  });
  const after = copies();
  if (after.size !== all.length) report.broken.push(`${after.size} mails of ${all.length}`);
  const sum = (counts: Map<string, number>) => [...counts.values()].reduce((a, b) => a + b, 0);
  const resent = sum(after) - sum(before);
  if (resent !== unknown.length) report.broken.push(`${resent} resent of ${unknown.length}`);
  await service.end("SIGTERM");
  await sink.stop();
  const known = [...after.values()].filter((count) => count > 1).length;
  Object.assign(report.facts, {
    ...{ mailsKilled: kills, deliveries: all.length, unknown: unknown.length },
    unknownThatHadCome: known,
  });
}

async function deliveries(url: string): Promise<Delivery[]> {
  return (await callRpc(url, "delivery.list", { limit: 1000 })).deliveries;
}
