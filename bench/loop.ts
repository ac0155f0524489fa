// How late the event loop of a service is under full ingest, with a month's summary, an export and a
// rerate plan running beside it, again and again; and whether its memory stays flat meanwhile. Five minutes;
// `--minutes 60 --rate 1000` for an hour of at most so many posts a second (each is about 2 KB on the disk).
// BENCH_BEFORE names a built tree of an older build, which is measured too.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import type { openSqliteStore } from "../src/stores/sqlite/store.ts";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { expectFigure } from "./http/aims.ts";
import { FORM, formLoad } from "./http/loads.ts";
import {
  costText,
  loopDelay,
  measure,
  median,
  memoryOf,
  rpc,
  say,
  startService,
} from "./http/measure.ts";

const { values: flags } = parseArgs({
  options: { minutes: { type: "string", default: "5" }, rate: { type: "string" } },
});
const SECONDS = Number(flags.minutes) * 60;
const RATE = flags.rate === undefined ? {} : { rate: Number(flags.rate) };
const CDRS = Number(process.env["BENCH_CDRS"] ?? 100_000);
const BEFORE = process.env["BENCH_BEFORE"];
const MONTH = { from: "2026-03-01T00:00:00Z", to: "2026-04-01T00:00:00Z" };
/** What is posted is not of that month: the work beside stays the same. */
const POST = formLoad("2026-04-02T09:00:00Z");
const PAGE = 500;
const MEMORY_EVERY_MS = 2000;
const MB = 1024 * 1024;

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));

/** A store with one CDR as the service stores it, and copies of it over the month. */
async function filledStore(tree: string, name: string): Promise<string> {
  const path = join(folder, `${name}.db`);
  const service = await startService(`sqlite:${path}`, { tree });
  const headers = { "content-type": FORM.type };
  await fetch(service.url + FORM.path, { method: "POST", headers, body: FORM.body() });
  await stopProcess(service);
  // By the sources of the build that is measured: each knows its own schema.
  const built = pathToFileURL(resolve(tree, "src/stores/sqlite/store.ts")).href;
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

/** A call that is refused for its time ends nothing, and nothing else: the machine may be busy. */
const TOOK_TOO_LONG = /"code":"timeout"/;

/** What runs beside the posts; answers how often each ended, and how often one took too long. */
function beside({ url }: ServerProcess): {
  /** Rejects when one of them fails, so that the service is ended too. */
  failed: Promise<never>;
  stop(): Promise<Record<string, number>>;
} {
  const ended = { summaries: 0, exports: 0, plans: 0, timeouts: 0 };
  let isOver = false;
  const again = async (
    name: Exclude<keyof typeof ended, "timeouts">,
    work: () => Promise<unknown>,
  ): Promise<void> => {
    while (!isOver) {
      try {
        await work();
        ended[name] += 1;
      } catch (error) {
        if (!TOOK_TOO_LONG.test(String(error))) throw error;
        ended.timeouts += 1;
      }
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
  const all = Promise.all([
    again("summaries", summary),
    again("exports", exported),
    again("plans", plan),
  ]);
  return {
    failed: all.then(() => new Promise<never>(() => undefined)),
    async stop() {
      isOver = true;
      await all;
      return ended;
    },
  };
}

/** Bytes that the service has in memory, again and again. */
function watchMemory(service: ServerProcess): { stop(): number[] } {
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(memoryOf(service)), MEMORY_EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      return seen;
    },
  };
}

/** The first third fills caches; then what is used at the end is to be what was used before. */
function judgeMemory(name: string, seen: number[]): void {
  const third = Math.floor(seen.length / 3);
  const [before, after] = [seen.slice(third, 2 * third), seen.slice(2 * third)].map(median);
  const [first = 0, last = 0] = [before, after];
  say(
    `${name}: memory ${(first / MB).toFixed(0)} MB in the second third, then ${(last / MB).toFixed(0)} MB`,
  );
  const what = `${name}: memory of the last third beside the second`;
  expectFigure({ what, measured: last / first, most: 1.1 });
}

async function measureTree(name: string, tree: string): Promise<void> {
  const path = await filledStore(tree, name);
  const service = await startService(`sqlite:${path}`, { tree });
  try {
    const load = { connections: 64, ...RATE };
    await measure(service, POST, { ...load, seconds: 5 });
    say(
      `${name}, posts alone: ${costText(await measure(service, POST, { ...load, seconds: 10 }))}`,
    );
    const others = beside(service);
    await loopDelay(service);
    const memory = watchMemory(service);
    const measured = measure(service, POST, { ...load, seconds: SECONDS });
    const cost = await Promise.race([measured, others.failed]).finally(others.stop);
    say(`${name}, with all beside for ${SECONDS} s: ${costText(cost)}`);
    say(`${name}: ended meanwhile ${JSON.stringify(await others.stop())}`);
    const what = `${name}: event-loop delay p99 with all beside`;
    expectFigure({ what, measured: cost.loop, most: 10, digits: 1, unit: " ms" });
    judgeMemory(name, memory.stop());
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
