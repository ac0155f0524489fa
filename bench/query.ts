// Reads over many stored CDRs in SQLite: pages, summaries and exports against the driver's bare
// query with the same decoding, and how long any of them holds the event loop.
// npm run bench -- query [CDRS]   (1000000 when not said; CDRATE_BENCH_DB keeps the file)
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import Sqlite from "better-sqlite3";
import { exportCdrs } from "../src/engine/records/export.ts";
import type { CdrFilter } from "../src/queries/cdr-query.ts";
import { fileFormat } from "../src/rpc/exports/formats.ts";
import type { NewCdr } from "../src/stores/ports/cdrs.ts";
import { rowToCdr, STORED_COLUMNS, type StoredRow } from "../src/stores/sqlite/rows.ts";
import { openSqliteStore } from "../src/stores/sqlite/store.ts";
import { sampleCdr, sampleRating, sampleSide } from "../tests/stores/contracts/sample-cdrs.ts";

const PLAIN = {
  columns: null,
  header: true,
  trailer: true,
  times: "iso",
  timeZone: "UTC",
} as const;
const COUNT = Number(process.argv[2] ?? 1_000_000);
const ACCOUNTS = 50;
const BATCH = 1000;
const START_MS = Date.UTC(2026, 2, 1);
const MONTH_MS = 31 * 86_400_000;
const PAGE = 50;
const TENANT = "example.com";

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** A month of calls of ACCOUNTS accounts. */
function callNumber(n: number): NewCdr {
  const atMs = START_MS + Math.floor((n / COUNT) * MONTH_MS);
  const account = String(1001 + (n % ACCOUNTS));
  const cents = (n % 997) + 1;
  return sampleCdr(`bench-${n}`, {
    primary: {
      account,
      subject: account,
      answerTime: { atMs, offsetMinutes: 0 },
      usage: (n % 600) * 1000,
    },
    extra: { trunk: `t${n % 8}`, node: "edge-1", codec: "PCMA" },
    rating: sampleRating({
      sell: sampleSide({ amount: `0.${String(cents).padStart(4, "0")}` }),
      buy: sampleSide({ amount: "0.0100", carrier: n % 3 === 0 ? "North" : "South" }),
      margin: { amount: "0.0000", currency: "EUR" },
    }),
    cdr: { receivedAtMs: atMs + 60_000 },
  });
}

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const file = process.env["CDRATE_BENCH_DB"] ?? join(folder, "bench.db");
const isNew = !existsSync(file);
const store = await openSqliteStore({ path: file });
if (isNew) {
  const startedAt = performance.now();
  for (let start = 0; start < COUNT; start += BATCH) {
    await store.cdrs.insert(Array.from({ length: BATCH }, (_, n) => callNumber(start + n)));
  }
  say(`${COUNT} CDRs stored in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}

async function timeMs(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Turn by turn; the first round of both warms up. */
async function compare(name: string, own: () => unknown, bare: () => unknown, rounds: number) {
  const times = { own: [] as number[], bare: [] as number[] };
  for (let round = 0; round <= rounds; round += 1) {
    const [mine, reference] = [await timeMs(own), await timeMs(bare)];
    if (round === 0) continue;
    times.own.push(mine);
    times.bare.push(reference);
  }
  const [mine, reference] = [median(times.own), median(times.bare)];
  const ratio = (mine / reference).toFixed(2);
  say(`${name}: ${mine.toFixed(2)} ms, bare ${reference.toFixed(2)} ms, ratio ${ratio}`);
}

const database = new Sqlite(file, { readonly: true });
const filter: CdrFilter = {
  tenants: [TENANT],
  accounts: ["1007"],
  answerTime: { fromMs: START_MS, toMs: START_MS + MONTH_MS },
};
const sort = { by: "callTime", descending: false } as const;
const pageStatement = database.prepare<unknown[], StoredRow>(
  `SELECT ${STORED_COLUMNS} FROM cdr WHERE tenant = ? AND account = ? AND answer_ms >= ? AND answer_ms < ?
     AND outcome <> 'voided' AND (call_ms, id) > (?, ?) ORDER BY call_ms, id LIMIT ?`,
);
const barePage = (afterMs: number, afterId: Uint8Array) =>
  pageStatement
    .all(TENANT, "1007", START_MS, START_MS + MONTH_MS, afterMs, afterId, PAGE)
    .map(rowToCdr);

async function comparePages(): Promise<void> {
  await compare(
    "first page of 50 by account and time",
    () => store.cdrs.find({ filter, sort, limit: PAGE }),
    () => barePage(START_MS - 1, Buffer.alloc(0)),
    200,
  );
  const pages: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.cdrs.find({ filter, sort, limit: 1000, ...(cursor && { cursor }) });
    cursor = page.nextCursor;
    if (cursor !== undefined) pages.push(cursor);
  } while (cursor !== undefined);
  const last = pages.at(-1) ?? "";
  const [, afterMs, afterId] = JSON.parse(Buffer.from(last, "base64url").toString("utf8"));
  await compare(
    "a page of 50 at the end",
    () => store.cdrs.find({ filter, sort, limit: PAGE, cursor: last }),
    () => barePage(afterMs, Buffer.from(afterId, "hex")),
    200,
  );
}

async function compareSummary(): Promise<void> {
  const month: CdrFilter = {
    tenants: [TENANT],
    answerTime: { fromMs: START_MS, toMs: START_MS + MONTH_MS },
  };
  const bare = database.prepare(
    `SELECT strftime('%Y-%m-%d', call_ms / 1000, 'unixepoch') AS day, currency, buy_currency,
       count(*), sum(usage > 0), sum(is_timed), sum(is_timed AND usage > 0),
       sum(iif(is_timed, usage, 0)), sum(iif(is_timed, 0, usage)), sum(pdd_ms), count(pdd_ms),
       count(sell_units), sum(sell_units), sum(sell_parts), count(buy_units), sum(buy_units),
       sum(buy_parts), count(margin_units), sum(margin_units), sum(margin_parts)
     FROM cdr INDEXED BY cdr_by_tenant WHERE tenant = ? AND call_ms >= ? AND call_ms < ?
       AND answer_ms >= ? AND answer_ms < ? AND outcome <> 'voided'
     GROUP BY day, currency, buy_currency`,
  );
  const [from, to] = [START_MS, START_MS + MONTH_MS];
  for (const timeZone of ["UTC", "Europe/Madrid"]) {
    await compare(
      `summary of a month by day (${timeZone}; bare: UTC)`,
      () => store.cdrs.summarize({ filter: month, groupBy: ["day"], timeZone, time: "answer" }),
      () => bare.all(TENANT, from, to, from, to),
      3,
    );
  }
}

async function measureExport(): Promise<void> {
  const format = fileFormat({ format: "csv", ...PLAIN });
  let characters = 0;
  let mostMegabytes = 0;
  const before = process.memoryUsage().rss / 1e6;
  const ms = await timeMs(async () => {
    for await (const text of exportCdrs(store, { filter: {} }, format)) {
      characters += text.length;
      mostMegabytes = Math.max(mostMegabytes, process.memoryUsage().rss / 1e6);
    }
  });
  say(
    `export of everything as CSV: ${(characters / 1e6).toFixed(0)} MB in ${(ms / 1000).toFixed(1)} s, ` +
      `${((COUNT / ms) * 1000).toFixed(0)} CDRs/s, memory ${before.toFixed(0)} → at most ${mostMegabytes.toFixed(0)} MB`,
  );
}

/** The longest that other work waited meanwhile. */
async function measureDelay(name: string, work: () => Promise<unknown>): Promise<void> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  const ms = await timeMs(work);
  monitor.disable();
  const p99 = (monitor.percentile(99) / 1e6).toFixed(0);
  say(
    `${name}: ${ms.toFixed(0)} ms, event loop held ${(monitor.max / 1e6).toFixed(0)} ms at most, p99 ${p99} ms`,
  );
}

async function measureDelays(): Promise<void> {
  const summary = {
    filter: {},
    groupBy: ["day", "account"],
    timeZone: "Europe/Madrid",
    time: "answer",
  } as const;
  await measureDelay("summarize by day and account", () =>
    store.cdrs.summarize({ ...summary, groupBy: [...summary.groupBy] }),
  );
  await measureDelay("count by an extra field", () => store.cdrs.count({ extra: { trunk: "t3" } }));
  await measureDelay("count of an amount", () => store.cdrs.count({ sell: { min: "0.05" } }));
  await measureDelay("find by usage", () =>
    store.cdrs.find({ filter: {}, sort: { by: "usage", descending: true }, limit: 1000 }),
  );
  await measureDelay("find of what is not there", () =>
    store.cdrs.find({ filter: { extra: { trunk: "none" } }, sort, limit: 50 }),
  );
  await measureDelay("export of an account", async () => {
    const format = fileFormat({ format: "jsonl", ...PLAIN });
    for await (const _text of exportCdrs(store, { filter }, format));
  });
}

try {
  await comparePages();
  await compareSummary();
  await measureDelays();
  await measureExport();
} finally {
  database.close();
  await store.close();
  rmSync(folder, { recursive: true, force: true });
}
