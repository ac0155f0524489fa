// kill -9 while clients of CGRateS send records and have them rated anew: what was answered with OK is there,
// once, and is rated once.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEARER, PLAN } from "../../cgrates-api/plans.ts";
import { mongoUrl } from "../../stores/mongo-urls.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc, createClient } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";

const SENDERS = 4;
const MINUTE_NS = 60e9;
/** Of a minute, by the first plan and by the second. */
const [CHEAP, DEAR] = [0.6, 1.2];

export async function cgrates(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "cgrates", facts: { seed: options.seed }, broken: [] };
  const { folder, workers, mongo, limits } = options;
  const root = join(folder, "tariffs");
  for (const [name, files] of Object.entries({ first: PLAN, dearer: DEARER })) {
    mkdirSync(join(root, name), { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(root, name, file), text);
  }
  const store = mongo === undefined ? `sqlite:${join(folder, "cgrates.db")}` : mongoUrl(mongo);
  const start = () => startService({ folder, workers, store, settings: { tariffs: root, limits } });
  const run = { options, report, start, service: await start(), client: createClient() };
  try {
    await load(run, "first");
    const sent = await sendThroughKills(run);
    await compare(run, sent, CHEAP);
    await load(run, "dearer");
    await rateThroughKill(run);
    await compare(run, sent, DEAR);
    await rateTwice(run);
    const { code } = await run.service.end("SIGTERM");
    if (code !== 0) report.broken.push(`SIGTERM ended it with code ${code}`);
  } finally {
    run.client.close();
  }
  return report;
}

interface Run {
  options: RunOptions;
  report: Report;
  start(): Promise<ServiceProcess>;
  service: ServiceProcess;
  client: ReturnType<typeof createClient>;
}

/** The result, or the text of the error; null: no answer. */
async function call(
  { client, service }: Run,
  method: string,
  param: object,
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
): Promise<any> {
  const body = JSON.stringify({ method, params: [param], id: 1 });
  const { status, text } = await client.send(service.url, { path: "/jsonrpc", body });
  if (status === 0 || text === "") return null;
  const { result, error } = JSON.parse(text);
  return error ?? result;
}

async function load(run: Run, name: string): Promise<void> {
  const answer = await call(run, "APIerSv1.LoadTariffPlanFromFolder", { FolderPath: name });
  if (answer !== "OK") throw new Error(`LoadTariffPlanFromFolder ${name}: ${answer}`);
}

function processCdr(run: Run, id: string): Promise<unknown> {
  return call(run, "CDRsV1.ProcessCDR", {
    ...{ OriginID: id, OriginHost: "192.0.2.1", ToR: "*voice", RequestType: "*rated" },
    ...{ Tenant: "cgrates.org", Category: "call", Account: "1001", Destination: "44123" },
    ...{ SetupTime: "2026-03-02T09:00:00Z", AnswerTime: "2026-03-02T09:00:05Z" },
    Usage: MINUTE_NS,
  });
}

async function restart(run: Run): Promise<void> {
  await run.service.end("SIGKILL");
  run.service = await run.start();
}

/** Answers every id that was sent: each was acknowledged at last, some of them again. */
async function sendThroughKills(run: Run): Promise<string[]> {
  const { options, report } = run;
  const chance = seededChance(options.seed);
  const acknowledged: string[] = [];
  const open: string[] = [];
  let isOver = false;
  let count = 0;
  const sender = async () => {
    while (!isOver) {
      count += 1;
      const id = `c${count}`;
      const answer = await processCdr(run, id);
      if (answer === "OK") acknowledged.push(id);
      else if (answer === null) {
        open.push(id);
        // While it starts again: each of these is sent once more, and rated anew, in the end.
        await new Promise((resolve) => setTimeout(resolve, 500));
      } else report.broken.push(`ProcessCDR answered ${answer}`);
    }
  };
  const senders = Array.from({ length: SENDERS }, sender);
  for (let kill = 0; kill < options.kills; kill += 1) {
    const target = acknowledged.length + 1 + Math.floor(chance() * 2 * options.answers);
    await until("the load", () => acknowledged.length >= target);
    await restart(run);
  }
  isOver = true;
  await Promise.all(senders);
  for (const id of [...open, ...acknowledged]) {
    const answer = await processCdr(run, id);
    const isKnown = answer === "EXISTS" || (answer === "OK" && open.includes(id));
    if (!isKnown) report.broken.push(`sent again, ${id} is ${answer}`);
  }
  Object.assign(report.facts, {
    ...{ kills: options.kills, acknowledged: acknowledged.length, unanswered: open.length },
  });
  return [...acknowledged, ...open];
}

/** Every record is there once, in each of its runs, at the cost of the plan in force. */
async function compare(run: Run, sent: readonly string[], cost: number): Promise<void> {
  const { report } = run;
  const rows = await listed(run);
  const found = new Set(rows.map(({ OriginID }) => OriginID));
  const lost = sent.filter((id) => !found.has(id));
  if (lost.length > 0) report.broken.push(`${lost.length} records are lost: ${lost[0]} …`);
  if (rows.length !== sent.length) report.broken.push(`${rows.length} of ${sent.length} records`);
  const wrong = rows.filter(({ Cost }) => Cost !== cost);
  if (wrong.length > 0) report.broken.push(`${wrong.length} records do not cost ${cost}`);
  const count = await call(run, "CDRsV1.GetCDRsCount", {});
  if (count !== 2 * sent.length) report.broken.push(`${count} runs of ${sent.length} records`);
  const { checks } = await callRpc(run.service.url, "audit.run", {});
  for (const { name, ok, detail } of checks) {
    if (ok === false) report.broken.push(`audit: ${name}: ${detail}`);
  }
}

const PAGE = 10_000;

async function listed(run: Run): Promise<{ OriginID: string; Cost: number }[]> {
  const rows: { OriginID: string; Cost: number }[] = [];
  for (;;) {
    const page = { RunIDs: ["*default"], Limit: PAGE, Offset: rows.length };
    const answer = await call(run, "CDRsV1.GetCDRs", page);
    if (answer === "SERVER_ERROR: NOT_FOUND") return rows;
    if (!Array.isArray(answer)) throw new Error(`GetCDRs: ${answer}`);
    rows.push(...answer);
  }
}

const RERATE = { Flags: ["*rerate"], RunIDs: ["*default"] };

/** Killed within it, and done again. */
async function rateThroughKill(run: Run): Promise<void> {
  const first = call(run, "CDRsV1.RateCDRs", RERATE);
  await until("the first record that is rated anew", async () => {
    const [row] = await call(run, "CDRsV1.GetCDRs", { RunIDs: ["*default"], Limit: 1 });
    return row.Cost === DEAR;
  });
  await restart(run);
  run.report.facts["rating that was killed"] = String(await first);
  const again = await call(run, "CDRsV1.RateCDRs", RERATE);
  if (again !== "OK") run.report.broken.push(`RateCDRs answered ${again}`);
}

async function rateTwice(run: Run): Promise<void> {
  const revisions = async () => {
    const { rows } = await callRpc(run.service.url, "cdr.summarize", { groupBy: [] });
    return JSON.stringify(rows);
  };
  const before = await revisions();
  const answer = await call(run, "CDRsV1.RateCDRs", RERATE);
  if (answer !== "OK") run.report.broken.push(`a second RateCDRs answered ${answer}`);
  if ((await revisions()) !== before) run.report.broken.push("a second RateCDRs changed an amount");
}
