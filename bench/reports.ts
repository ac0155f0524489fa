// Reports over sums that are kept, against the store's own grouping of the CDRs in the same run: how long
// each takes, how fast sums are made, and what marking costs an insert. SQLite.
// CDRATE_BENCH_CDRS=1000000 npm run bench -- reports   (100000 when not said; CDRATE_BENCH_DB
// keeps the file; CDRATE_BENCH_DAYS=9 puts them as close as ten times as many over 90 days)
import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { EVERYTHING } from "../src/access/scope.ts";
import { createReports } from "../src/engine/reports/reports.ts";
import { ATTEMPTS } from "../src/engine/reports/sums.ts";
import type { TimeRange } from "../src/queries/cdr-query.ts";
import type { GroupKey } from "../src/queries/group-keys.ts";
import { GROUP_REPORTS } from "../src/reports/groups.ts";
import { ALL_TIMES } from "../src/rollups/pieces.ts";
import type { NewCdr } from "../src/stores/ports/cdrs.ts";
import { openSqliteStore } from "../src/stores/sqlite/store.ts";
import { openThreadedSqliteStore } from "../src/stores/sqlite/threads/store.ts";
import type { Store } from "../src/stores/store.ts";
import { makeSums } from "../tests/engine/reports/make-sums.ts";
import { sampleCdr, sampleRating, sampleSide } from "../tests/stores/contracts/sample-cdrs.ts";

const COUNT = Number(process.env["CDRATE_BENCH_CDRS"] ?? 100_000);
const DAYS = Number(process.env["CDRATE_BENCH_DAYS"] ?? 90);
const [ACCOUNTS, PREFIXES, CARRIERS, BATCH] = [5000, 3000, 12, 1000];
const CAUSES = [
  "16",
  "17",
  "18",
  "19",
  "20",
  "21",
  "27",
  "31",
  "34",
  "38",
  "41",
  "42",
  "1",
  "3",
  "28",
];
const DAY_MS = 86_400_000;
const BEGIN_MS = Date.UTC(2026, 0, 1);
/** February of the 90 days; of fewer days all. */
const MONTH =
  DAYS === 90
    ? { fromMs: BEGIN_MS + 31 * DAY_MS, toMs: BEGIN_MS + 59 * DAY_MS }
    : { fromMs: BEGIN_MS, toMs: BEGIN_MS + DAYS * DAY_MS };

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

/** Of equal numbers the same: a number below `most`, the small ones more often. */
function skewed(n: number, most: number, salt: number): number {
  const part = ((n * 2_654_435_761 + salt * 40_503) % 4_294_967_296) / 4_294_967_296;
  return Math.floor(part * part * most);
}

function callNumber(n: number): NewCdr {
  const atMs = BEGIN_MS + Math.floor((n / COUNT) * DAYS * DAY_MS);
  const account = String(1000 + skewed(n, ACCOUNTS, 1));
  const prefix = String(10_000 + skewed(n, PREFIXES, 2));
  const isAnswered = n % 5 < 3;
  const amount = isAnswered ? `0.${String((n % 9973) + 1).padStart(4, "0")}` : "0";
  const side = { prefix, destination: `to ${prefix}`, amount };
  return sampleCdr(`bench-${n}`, {
    primary: {
      ...{ account, subject: account, usage: isAnswered ? (n % 600) * 1000 + 1 : 0 },
      answerTime: { atMs, offsetMinutes: 0 },
      disconnectCause: isAnswered ? "16" : (CAUSES[skewed(n, CAUSES.length, 3)] ?? "16"),
      ...(n % 3 === 0 && { pddMs: n % 4000 }),
    },
    extra: { trunk: `t${n % 8}`, node: "edge-1", codec: "PCMA" },
    rating: sampleRating({
      sell: sampleSide(side),
      buy: sampleSide({ ...side, carrier: `carrier-${skewed(n, CARRIERS, 4)}`, basis: "routed" }),
      margin: { amount: "0.0100", currency: "EUR" },
      ...(!isAnswered && { reason: "unanswered" }),
    }),
    cdr: { receivedAtMs: atMs + 60_000, callId: `call-${n}` },
  });
}

async function insert(store: Store, from: number, to: number): Promise<number> {
  const batches: NewCdr[][] = [];
  for (let start = from; start < to; start += BATCH) {
    batches.push(Array.from({ length: BATCH }, (_none, index) => callNumber(start + index)));
  }
  const startedAt = performance.now();
  for (const batch of batches) await store.cdrs.insert(batch);
  return performance.now() - startedAt;
}

async function timed<T>(work: () => Promise<T>, times = 3): Promise<{ ms: number; last: T }> {
  const took: number[] = [];
  let last = await work();
  for (let time = 0; time < times; time += 1) {
    const startedAt = performance.now();
    last = await work();
    took.push(performance.now() - startedAt);
  }
  return { ms: median(took), last };
}

/** Batches of single posts, by turns with the triggers and without, so that the load is the same. */
async function costOfMarks(folder: string): Promise<void> {
  const took = { marked: [] as number[], unmarked: [] as number[] };
  const open = async (name: string, isMarked: boolean) => {
    const path = join(folder, `${name}.db`);
    const opened = await openSqliteStore({ path });
    if (!isMarked) {
      const database = new Sqlite(path);
      for (const on of ["insert", "update", "delete"]) database.exec(`DROP TRIGGER rollup_${on}`);
      database.close();
    }
    return opened;
  };
  const stores = { marked: await open("marked", true), unmarked: await open("unmarked", false) };
  for (let round = 0; round < 30; round += 1) {
    const order =
      round % 2 === 0 ? (["marked", "unmarked"] as const) : (["unmarked", "marked"] as const);
    for (const name of order) {
      took[name].push(await insert(stores[name], round * BATCH, (round + 1) * BATCH));
    }
  }
  await stores.marked.close();
  await stores.unmarked.close();
  const [marked, unmarked] = [median(took.marked), median(took.unmarked)];
  const more = ((marked / unmarked - 1) * 100).toFixed(1);
  say(
    `an insert of ${BATCH}: ${marked.toFixed(1)} ms with marks, ${unmarked.toFixed(1)} ms without (${more} %)`,
  );
}

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
await costOfMarks(folder);
const file = process.env["CDRATE_BENCH_DB"] ?? join(folder, "bench.db");
const isNew = !existsSync(file);
const store = await openThreadedSqliteStore({ path: file });
if (isNew) {
  const startedAt = performance.now();
  // The next batch is made while this one is stored.
  let underWay: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < COUNT; start += BATCH) {
    const batch = Array.from({ length: BATCH }, (_none, index) => callNumber(start + index));
    await underWay;
    underWay = store.cdrs.insert(batch);
  }
  await underWay;
  say(`${COUNT} CDRs stored in ${((performance.now() - startedAt) / 1000).toFixed(0)} s`);
}
await store.rollups.forget(ALL_TIMES);
const bytesBefore = statSync(file).size;
let [cpu, startedAt] = [process.cpuUsage(), performance.now()];
const quarters: { made: number; ms: number; cpuMs: number } = { made: 0, ms: 0, cpuMs: 0 };
quarters.made = await makeSums(store, () => {
  const { user, system } = process.cpuUsage(cpu);
  Object.assign(quarters, { ms: performance.now() - startedAt, cpuMs: (user + system) / 1000 });
});
const perSecond = (ms: number) => Math.round(COUNT / (ms / 1000)).toLocaleString("en");
say(
  `${quarters.made} quarter hours made: ${perSecond(quarters.ms)} CDRs/s, ${perSecond(quarters.cpuMs)} a second of CPU`,
);
say(
  `hours and days joined in ${((performance.now() - startedAt - quarters.ms) / 1000).toFixed(1)} s; the file has ${Math.round(bytesBefore / 1e6)} MB, ${Math.round((statSync(file).size - bytesBefore) / 1e6)} MB more with the sums`,
);
[cpu, startedAt] = [process.cpuUsage(), performance.now()];

const reports = createReports({ store, clock: () => BEGIN_MS });
const reading = { scope: EVERYTHING };
const own = (groupBy: readonly GroupKey[], callTime: TimeRange, timeZone: string) =>
  store.cdrs.summarize({
    ...{ filter: { callTime }, groupBy: [...groupBy], timeZone },
    ...{ time: "answer", attempts: ATTEMPTS },
  });
for (const timeZone of ["UTC", "Europe/Madrid", "Asia/Kolkata"]) {
  const hours = await timed(() =>
    reports.traffic({ by: "hour", filter: { callTime: MONTH }, timeZone }, reading),
  );
  const plain = await timed(() => own(["hour"], MONTH, timeZone), 1);
  say(
    `month, traffic by hour, ${timeZone}: ${hours.ms.toFixed(0)} ms (${hours.last.from}); own grouping ${plain.ms.toFixed(0)} ms`,
  );
}
for (const { name, keys } of GROUP_REPORTS) {
  const asked = { report: name, filter: { callTime: MONTH }, timeZone: "UTC", top: 100 };
  const found = await timed(() => reports.group(asked, reading));
  const plain = await timed(() => own(keys, MONTH, "UTC"), 1);
  say(
    `month, ${name}: ${found.ms.toFixed(0)} ms (${found.last.from}); own grouping ${plain.ms.toFixed(0)} ms`,
  );
}
const day = { fromMs: MONTH.toMs - DAY_MS, toMs: MONTH.toMs };
const dashboard = await timed(async () => {
  const filter = { callTime: day };
  await reports.traffic({ by: "hour", filter, timeZone: "UTC" }, reading);
  for (const report of ["countries", "causes", "carriers", "accounts"] as const) {
    await reports.group({ report, filter, timeZone: "UTC", top: 10 }, reading);
  }
  const month = { callTime: MONTH };
  await reports.traffic({ by: "day", filter: month, timeZone: "UTC" }, reading);
  await reports.group({ report: "accounts", filter: month, timeZone: "UTC", top: 10 }, reading);
});
say(
  `dashboard (a day by hour, countries, causes, carriers, accounts; a month by day, accounts): ${dashboard.ms.toFixed(0)} ms`,
);
await store.close();
rmSync(folder, { recursive: true });
