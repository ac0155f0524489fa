// kill -9 of a service while it masks numbers or erases CDRs, at seeded moments: the audit is clean after each
// kill, the job comes to its end, what is gone or masked is known when its file comes again, and at last no
// byte of the store has a digit of a number.
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";

const DAY_MS = 86_400_000;
const BEGIN_MS = Date.parse("2026-03-02T00:00:00Z");
/** Of a process that is gone: as short as it may be. */
const LIMITS = { rerateLeaseSeconds: 1 };
/** Of one job, with kills, on a machine that does other things too. */
const LONGEST_MS = 120_000;
/** Digits of every number behind these are its own. */
const FRONT = "3465";

type Way = "privacy" | "retention";

/** Calls of one day, each with a number of its own. */
function table(day: number, rows: number): Buffer {
  const text = new Date(BEGIN_MS + day * DAY_MS).toISOString().slice(0, 10);
  const lines = Array.from({ length: rows }, (_none, row) => {
    const number = `${FRONT}${7_000_000 + day * 100_000 + row}`;
    const time = new Date(BEGIN_MS + row * 1000).toISOString().slice(11, 19);
    return `day-${day}-${row},${number},${text} ${time},60,1001,to ${number}`;
  });
  return Buffer.from(`uuid,destination,start,billsec,account,note\n${lines.join("\n")}\n`);
}

async function imported(url: string, batch: string, bytes: Buffer): Promise<object> {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const sent = await callRpc(url, "upload.begin", { hash, bytes: bytes.length, name: batch });
  for (const number of sent.missing) {
    const part = bytes.subarray(number * sent.partBytes, (number + 1) * sent.partBytes);
    await callRpc(url, "upload.part", {
      ...{ upload: sent.upload, number, base64: part.toString("base64") },
    });
  }
  await callRpc(url, "upload.end", { upload: sent.upload });
  const asked = { upload: sent.upload, batch, format: "csv", dialect: { ragged: "refuse" } };
  const { job } = await callRpc(url, "import.start", asked);
  await ended(url, job);
  return (await callRpc(url, "batch.reconcile", { id: batch })).batch.outcomes;
}

async function ended(url: string, job: string): Promise<string> {
  let state = "";
  const isDone = async () => {
    const found = await callRpc(url, "job.show", { job });
    state = found.state;
    return !found.underWay;
  };
  await until(`the end of the job ${job}`, isDone, LONGEST_MS);
  return state;
}

/** Counted first; answers the job. */
async function planned(url: string, way: Way, day: number): Promise<string> {
  const before = new Date(BEGIN_MS + (day + 1) * DAY_MS).toISOString();
  // Numbers are old when they came long ago too: of everything that came by now.
  const now = new Date().toISOString();
  const asked = way === "privacy" ? { before: now, why: "age" } : { before, kinds: ["cdrs"] };
  const { job } = await callRpc(url, `${way}.plan`, asked);
  if (way === "privacy") await ended(url, job);
  return job;
}

async function faultsOf(url: string): Promise<string[]> {
  const { checks } = await callRpc(url, "audit.run", { explain: "all" });
  return checks.flatMap(({ name, ok, detail }: { name: string; ok: boolean; detail: string }) =>
    ok === false ? [`audit: ${name}: ${detail}`] : [],
  );
}

export async function erasing(options: RunOptions): Promise<Report> {
  const { folder, kills, rows, seed, mongo } = options;
  const report: Report = { kind: "erasing", facts: { seed, rows, kills }, broken: [] };
  const chance = seededChance(seed);
  const path = join(folder, "erasing.db");
  const store = mongo === undefined ? `sqlite:${path}` : mongoUrl(mongo);
  const limits = { ...options.limits, ...LIMITS };
  const retention = { maskedFields: [] };
  const start = () => startService({ folder, store, settings: { limits, retention } });
  let service = await start();
  const quietMs: Record<Way, number> = { privacy: 0, retention: 0 };
  const within: Record<string, number> = {};
  for (let round = 0; round < kills + 2; round += 1) {
    const way: Way = round % 2 === 0 ? "privacy" : "retention";
    const first = await imported(service.url, `day-${round}`, table(round, rows));
    const wanted = JSON.stringify(first);
    const job = await planned(service.url, way, round);
    const begunMs = performance.now();
    await callRpc(service.url, `${way}.apply`, { job });
    // The first of each way is undisturbed, and says how long one takes.
    if (round >= 2) {
      await pause(chance() * quietMs[way]);
      const state = await killedAt(service, job);
      within[state] = (within[state] ?? 0) + 1;
      service = await start();
      report.broken.push(...(await faultsOf(service.url)));
    }
    const state = await ended(service.url, job);
    if (round < 2) quietMs[way] = performance.now() - begunMs;
    if (state !== "applied") report.broken.push(`${way} of day ${round} is ${state}`);
    report.broken.push(...(await faultsOf(service.url)));
    const again = await imported(service.url, `again-${round}`, table(round, rows));
    if (JSON.stringify(again) !== JSON.stringify({ duplicate: rows })) {
      report.broken.push(`${way}: ${wanted} came again as ${JSON.stringify(again)}`);
    }
  }
  for (const [state, count] of Object.entries(within)) report.facts[`killed ${state}`] = count;
  Object.assign(report.facts, { maskedMs: Math.round(quietMs.privacy) });
  report.facts["erasedMs"] = Math.round(quietMs.retention);
  const last = await planned(service.url, "privacy", 0);
  await callRpc(service.url, "privacy.apply", { job: last });
  await ended(service.url, last);
  await service.end("SIGTERM");
  if (mongo === undefined) report.broken.push(...digitsIn(path));
  return report;
}

async function killedAt(service: ServiceProcess, job: string): Promise<string> {
  const { state } = await callRpc(service.url, "job.show", { job });
  await service.end("SIGKILL");
  return state;
}

/** Numbers that the files still have. */
function digitsIn(path: string): string[] {
  const own = new RegExp(`${FRONT}7\\d{6}`, "g");
  return ["", "-wal"].flatMap((end) => {
    if (!existsSync(`${path}${end}`)) return [];
    const found = readFileSync(`${path}${end}`, "latin1").match(own) ?? [];
    return found.length === 0 ? [] : [`${found.length} numbers in the file${end}: ${found[0]} …`];
  });
}
