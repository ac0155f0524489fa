// How late the event loop of a service is under full ingest, with a month's summary, an export and a
// rerate plan running beside it, again and again. BENCH_BEFORE names a built tree of an older build, which is measured too.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { openSqliteStore } from "../src/stores/sqlite/store.ts";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { costText, type Load, loopDelay, measure, say, startService } from "./measure.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 20);
const CDRS = Number(process.env["BENCH_CDRS"] ?? 100_000);
const BEFORE = process.env["BENCH_BEFORE"];
const MONTH = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" };
const PAGE = 500;

let serial = 0;
const POST: Load = {
  path: "/cgr",
  type: "application/x-www-form-urlencoded",
  body: () =>
    `accid=bench-${++serial}&cdrhost=192.0.2.7&account=1001&destination=34650${100000 + (serial % 900000)}&answer_time=2026-03-02T09:00:00Z&usage=${1 + (serial % 3600)}s`,
};

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));

/** A store with one CDR as the service stores it, and copies of it over the month. */
async function filledStore(tree: string, name: string): Promise<string> {
  const path = join(folder, `${name}.db`);
  const service = await startService(`sqlite:${path}`, tree);
  const headers = { "content-type": POST.type };
  await fetch(service.url + POST.path, { method: "POST", headers, body: POST.body() });
  await stopProcess(service);
  // By the build that is measured: each knows its own schema.
  const built = pathToFileURL(resolve(tree, "dist/stores/sqlite/store.js")).href;
  const adapter = (await import(built)) as { openSqliteStore: typeof openSqliteStore };
  const store = await adapter.openSqliteStore({ path });
  const sort = { by: "receivedAt", descending: true } as const;
  const { cdrs } = await store.cdrs.find({ filter: {}, sort, limit: 1 });
  const { history: _none, ...cdr } = cdrs[0] as (typeof cdrs)[number];
  const [fromMs, toMs] = [Date.parse(MONTH.from), Date.parse(MONTH.to)];
  for (let start = 0; start < CDRS; start += PAGE) {
    const copies = Array.from({ length: PAGE }, (_, index) => {
      const originId = `copy-${start + index}`;
      const id = createHash("sha1").update(originId).digest("hex");
      const atMs = fromMs + Math.floor(((start + index) / CDRS) * (toMs - fromMs));
      const primary = { ...cdr.primary, originId, answerTime: { atMs, offsetMinutes: 0 } };
      return { ...cdr, id, primary };
    });
    await store.cdrs.insert(copies);
  }
  await store.close();
  return path;
}

async function rpc(url: string, method: string, params: unknown): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { "content-type": "application/json" };
  const answer = await fetch(`${url}/jsonrpc`, { method: "POST", headers, body });
  const { result, error } = (await answer.json()) as { result?: unknown; error?: unknown };
  if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error)}`);
  return result;
}

/** What runs beside the posts; answers how often each ended. */
function beside({ url }: ServerProcess): { stop(): Promise<Record<string, number>> } {
  const ended = { summaries: 0, exports: 0, plans: 0 };
  let isOver = false;
  const again = async (name: keyof typeof ended, work: () => Promise<unknown>): Promise<void> => {
    while (!isOver) {
      await work();
      ended[name] += 1;
    }
  };
  const filter = { callTime: MONTH };
  const summary = () => rpc(url, "cdr.summarize", { filter, groupBy: ["day", "carrier"] });
  const exported = async () => {
    const { link } = (await rpc(url, "cdr.export", { filter, format: "csv" })) as { link: string };
    const answer = await fetch(new URL(link, url));
    for await (const chunk of answer.body ?? []) if (isOver && chunk.length > 0) return;
  };
  const plan = async () => {
    const { job } = (await rpc(url, "rerate.plan", { filter })) as { job: string };
    let state = "planning";
    while (state === "planning" && !isOver) {
      await new Promise((resolve) => setTimeout(resolve, 200));
      ({ state } = (await rpc(url, "rerate.show", { job })) as { state: string });
    }
  };
  const all = [again("summaries", summary), again("exports", exported), again("plans", plan)];
  return {
    async stop() {
      isOver = true;
      await Promise.all(all);
      return ended;
    },
  };
}

async function measureTree(name: string, tree: string): Promise<void> {
  const path = await filledStore(tree, name);
  const service = await startService(`sqlite:${path}`, tree);
  try {
    const load = { connections: 64, seconds: SECONDS };
    await measure(service, POST, { ...load, seconds: Math.min(5, SECONDS) });
    say(`${name}, posts alone: ${costText(await measure(service, POST, load))}`);
    const others = beside(service);
    await loopDelay(service);
    const cost = await measure(service, POST, load).finally(others.stop);
    say(`${name}, with all beside: ${costText(cost)}`);
    say(`${name}: ended meanwhile ${JSON.stringify(await others.stop())}`);
  } finally {
    await stopProcess(service);
  }
}

try {
  await measureTree("cdrate", ".");
  if (BEFORE !== undefined) await measureTree("before", BEFORE);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
