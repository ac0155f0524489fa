// kill -9 of a service, and of the command, while a table is imported, at seeded moments; each time it is
// gone on with. What comes of it is what comes of an import that nobody disturbed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stringify } from "yaml";
import { PROGRAM } from "../../program.ts";
import { type Report, type RunOptions, seededChance } from "../report.ts";
import { callRpc } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";

/** Kills of one import, before it may come to its end. */
const KILLS_OF_ONE = 3;
/** Of one import, on a machine that does other things too. */
const LONGEST_MS = 120_000;
/** Of a process that is gone: as short as it may be. */
const LEASE_SECONDS = 1;
const LIMITS = { rerateLeaseSeconds: LEASE_SECONDS };
const ASKED = { format: "csv", dialect: { ragged: "refuse" } };

/**
 * Rows of every kind: calls, calls without an id that are alike, repeats, conflicts, rows that cannot be
 * read and calls that cannot be.
 */
function table(name: string, rows: number): Buffer {
  const lines = Array.from({ length: rows }, (_none, index) => {
    const start = index % 97 === 5 ? "2026-02-30 09:00:00" : "2026-03-02 09:00:00";
    const row = (id: string, seconds: number) =>
      `${id},34650123456,${start},${seconds},1001,${name}`;
    if (index % 13 === 6) return row("", 30);
    if (index % 11 === 7) return row(`${name}-${index - 7}`, index % 2 === 0 ? 999 : index - 7);
    if (index % 131 === 3) return `${name}-${index},34650123456`;
    return row(`${name}-${index}`, index);
  });
  return Buffer.from(`uuid,destination,start,billsec,account,note\n${lines.join("\n")}\n`);
}

/** A batch as everybody sees it, without what is its own: the same of every import of such a table. */
async function found(url: string, batch: string): Promise<string> {
  const { batch: record, ...counted } = await callRpc(url, "batch.reconcile", { id: batch });
  const { state, lines, outcomes, firstCall, lastCall, job } = record;
  const calls: unknown[] = [];
  let cursor: string | undefined;
  do {
    const filter = { batchIds: [batch] };
    const page = await callRpc(url, "cdr.find", { filter, limit: 1000, cursor });
    for (const { batchLine, primary, rating } of page.cdrs) {
      // What has none of its own has one that is made of its content.
      const id = primary.originId.includes(batch) ? primary.originId.replace(batch, "") : "made";
      calls.push([batchLine, id, primary.usage, rating.outcome, rating.revision]);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const left: unknown[] = [];
  do {
    const page = await callRpc(url, "job.lines", { job, list: "not-stored", limit: 1000, cursor });
    for (const { line, outcome, reason } of page.lines) left.push([line, outcome, reason]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const own = { state, lines, outcomes, firstCall, lastCall, ...counted };
  return JSON.stringify({ ...own, calls: calls.sort(), left });
}

async function begin(url: string, name: string, bytes: Buffer): Promise<string> {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const sent = await callRpc(url, "upload.begin", { hash, bytes: bytes.length, name });
  for (const number of sent.missing) {
    const part = bytes.subarray(number * sent.partBytes, (number + 1) * sent.partBytes);
    const base64 = part.toString("base64");
    await callRpc(url, "upload.part", { upload: sent.upload, number, base64 });
  }
  await callRpc(url, "upload.end", { upload: sent.upload });
  return (await callRpc(url, "import.start", { upload: sent.upload, batch: name, ...ASKED })).job;
}

/** Asks seldom: an import gives way to whoever asks. */
async function untilDone(url: string, job: string): Promise<void> {
  const deadlineMs = performance.now() + LONGEST_MS;
  for (let asked = 0; performance.now() < deadlineMs; asked += 1) {
    const { state, fault } = await callRpc(url, "import.get", { job });
    if (state === "done") return;
    if (state === "failed") throw new Error(`the import failed: ${fault}`);
    // Who had it is gone, and its lease may not be over.
    if (asked % 10 === 9) await callRpc(url, "import.start", { resume: job });
    await pause(50);
  }
  throw new Error(`the import ${job} did not end within ${LONGEST_MS} ms`);
}

export async function importing(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "import", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const { folder, kills, rows } = options;
  const store = `sqlite:${join(folder, "import.db")}`;
  const limits = { ...options.limits, ...LIMITS };
  const start = () => startService({ folder, store, settings: { limits } });
  let service = await start();
  const begunMs = performance.now();
  await untilDone(service.url, await begin(service.url, "quiet", table("quiet", rows)));
  const quietMs = performance.now() - begunMs;
  const expected = await found(service.url, "quiet");
  const killMoment = () => chance() * quietMs;
  const counts = { service: 0, command: 0, phases: new Map<string, number>() };
  for (let done = 0, round = 0; done < kills; round += 1) {
    const most = Math.min(KILLS_OF_ONE, Math.ceil(kills / 2), kills - done);
    const name = `round-${round}`;
    const road = round % 2 === 0 ? "service" : "command";
    if (road === "service") {
      service = await throughService({ service, start, name, rows, most, killMoment, counts });
    } else {
      await service.end("SIGTERM");
      await throughCommand({ folder, store, limits, name, rows, most, killMoment, counts });
      service = await start();
    }
    done += most;
    const what = await found(service.url, name);
    if (what !== expected) report.broken.push(`${road}: ${name} is ${differing(what, expected)}`);
  }
  const { checks } = await callRpc(service.url, "audit.run", {});
  for (const { name, ok, detail } of checks) {
    if (ok === false) report.broken.push(`audit: ${name}: ${detail}`);
  }
  const { phases, ...roads } = counts;
  Object.assign(report.facts, { rows, quietMs: Math.round(quietMs), ...roads });
  for (const [phase, count] of phases) report.facts[`killed ${phase}`] = count;
  await service.end("SIGTERM");
  return report;
}

/** The first member that differs. */
function differing(what: string, expected: string): string {
  const [is, was] = [JSON.parse(what), JSON.parse(expected)];
  const member = Object.keys(was).find((key) => {
    return JSON.stringify(is[key]) !== JSON.stringify(was[key]);
  });
  const text = (value: unknown) => JSON.stringify(value)?.slice(0, 200);
  return `not as undisturbed: ${member} is ${text(is[member ?? ""])}, was ${text(was[member ?? ""])}`;
}

interface Round {
  name: string;
  rows: number;
  /** Kills of this import. */
  most: number;
  killMoment(): number;
  counts: { service: number; command: number; phases: Map<string, number> };
}

function note({ counts }: Round, road: "service" | "command", phase: string): void {
  counts[road] += 1;
  counts.phases.set(phase, (counts.phases.get(phase) ?? 0) + 1);
}

async function throughService({
  service: first,
  start,
  ...round
}: Round & { service: ServiceProcess; start(): Promise<ServiceProcess> }): Promise<ServiceProcess> {
  let service = first;
  const job = await begin(service.url, round.name, table(round.name, round.rows));
  for (let kill = 0; kill < round.most; kill += 1) {
    await pause(round.killMoment());
    const { state } = await callRpc(service.url, "import.get", { job });
    note(round, "service", state);
    await service.end("SIGKILL");
    service = await start();
    await callRpc(service.url, "import.start", { resume: job });
  }
  await untilDone(service.url, job);
  return service;
}

async function throughCommand(
  round: Round & { folder: string; store: string; limits: object },
): Promise<void> {
  const { folder, store, name } = round;
  const config = join(folder, "command.yaml");
  writeFileSync(config, stringify({ store, log: "fatal", limits: round.limits }));
  const file = join(folder, name);
  writeFileSync(file, table(name, round.rows));
  const known = new Set(await jobsOf(config));
  let args = ["import", file, "--answer", "ragged=refuse", "--batch", name, "--json"];
  for (let kill = 0; kill < round.most; kill += 1) {
    const running = runCommand(config, args);
    await Promise.race([pause(round.killMoment()), running.ended]);
    running.kill();
    const { code } = await running.ended;
    const job = (await jobsOf(config)).find((id) => !known.has(id));
    note(round, "command", code !== null ? "done" : job === undefined ? "before" : "within");
    if (job !== undefined) args = ["import", "--resume", job, "--json"];
  }
  const { code, said } = await runCommand(config, args).ended;
  // 1: what is in suspense and in conflict waits for somebody.
  if (code !== 1) throw new Error(`the command ended with ${code}: ${said}`);
}

async function jobsOf(config: string): Promise<string[]> {
  const { said } = await runCommand(config, ["imports", "list", "--json"]).ended;
  return JSON.parse(said).imports.map(({ job }: { job: string }) => job);
}

function runCommand(config: string, args: string[]) {
  const child = spawn(process.execPath, [PROGRAM, "--config", config, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      said += bytes;
    });
  }
  const ended = new Promise<{ code: number | null; said: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, said }));
  });
  return { ended, kill: () => child.kill("SIGKILL") };
}
