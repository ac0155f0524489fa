// Planning and applying a rerate on a SQLite file, each as a share of what the store does bare:
// a scan that also inserts one line of the same size per CDR, and conditional updates. Every CDR
// changes, the worst case. Arguments: the numbers of CDRs (100,000 when not said), and `--memory`:
// only plan, apply, audit and undo, to see what memory they need over how many CDRs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import Sqlite from "better-sqlite3";
import { toCall } from "../src/cdr/call.ts";
import type { Cdr, StoredCdr } from "../src/cdr/cdr.ts";
import { composeEngine } from "../src/compose/engine.ts";
import { openStore } from "../src/compose/open-store.ts";
import { readSettings } from "../src/config/config.ts";
import type { ComposedEngine } from "../src/engine/engine.ts";
import { rateBatch, rateCalls } from "../src/engine/pricing/rate-batch.ts";
import { readCdrObject } from "../src/formats/cdr-object.ts";
import { mediate } from "../src/mediation/mediate.ts";
import { seededRandom } from "../tests/tariffs/seeded-deck.ts";

const PAGE = 500;
const TENANT = "bench.example";
const NOW_MS = Date.parse("2026-04-30T00:00:00Z");
const START_MS = Date.parse("2026-04-01T00:00:00Z");
const SPAN_MS = 28 * 86_400_000;
/** How far calls stand from the order in which they arrive: a CDR comes when its call has ended. */
const MIXED_MS = 3_600_000;

const files = (raise: number) => {
  const row = (prefix: number) => `${prefix},Place,0.${1000 + (prefix % 997) + raise},60,1`;
  const rows = Array.from({ length: 900 }, (_, index) => row(100 + index));
  const deck = `prefix,destination,rate,first_interval,next_interval\n${rows.join("\n")}\n`;
  const carriers = ["alpha", "beta", "gamma"];
  return {
    "tariff.yaml": `tenant: ${TENANT}
currency: EUR
defaultNumbering: wholesale-digits
retailPlans: { retail: { deck: retail.csv } }
carrierPlans:
${carriers.map((name) => `  ${name}: { carrier: ${name}, deck: ${name}.csv }`).join("\n")}
voipPlans: { gold: { retail: [retail], carriers: [${carriers.join(", ")}] } }
accounts: accounts.csv
`,
    "retail.csv": deck,
    "accounts.csv": "account,voip_plan,numbering,from\n*any,gold,,\n",
    ...Object.fromEntries(carriers.map((name) => [`${name}.csv`, deck.replaceAll("0.1", "0.0")])),
  };
};

interface Watched<T> {
  seconds: number;
  /** Of the processor: what others do on the machine does not count. */
  cpuSeconds: number;
  mostMb: number;
  value: T;
}

/** Times the work and takes the most memory that the process had while it went on. */
async function watched<T>(work: () => Promise<T>): Promise<Watched<T>> {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss);
  };
  const timer = setInterval(look, 20);
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  try {
    const value = await work();
    look();
    const { user, system } = process.cpuUsage(cpu);
    return {
      seconds: (performance.now() - begun) / 1000,
      cpuSeconds: (user + system) / 1e6,
      mostMb: most / 2 ** 20,
      value,
    };
  } finally {
    clearInterval(timer);
  }
}

/** Stores the first `count` of `all` CDRs, whose calls are spread evenly over the whole span. */
async function fill(engine: ComposedEngine, count: number, all: number): Promise<void> {
  const random = seededRandom(7);
  const source = engine.sourceOf({ path: "/cgr", address: "127.0.0.1", credential: null });
  for (let start = 0; start < count; start += PAGE) {
    const cdrs = Array.from({ length: Math.min(PAGE, count - start) }, (_, index): Cdr => {
      const number = start + index;
      const read = readCdrObject({
        originId: `bench-${number}`,
        tenant: TENANT,
        account: `${1000 + Math.floor(random() * 500)}`,
        destination: `${100 + Math.floor(random() * 900)}${1_000_000 + (number % 1_000_000)}`,
        answerTime: new Date(
          START_MS + Math.floor((number / all) * SPAN_MS + random() * MIXED_MS),
        ).toISOString(),
        usage: `${1 + Math.floor(random() * 900)}s`,
      });
      if (!read.ok) throw new Error(read.detail);
      const mediated = mediate(read.raw, source, NOW_MS);
      if (!mediated.ok) throw new Error(mediated.detail);
      return mediated.cdr;
    });
    await engine.store.cdrs.insert(await rateBatch(engine.rating, cdrs));
  }
}

/** Pages priced before the clock starts, so that the code is compiled as in a long plan. */
const WARM_ROUNDS = 100;

/** CDRs that are mediated and rated; beyond them, copies with other ids, each time later ones. */
const RATED_MOST = 100_000;

const LATER_COPY: Record<string, string> = {
  id: "randomblob(20)",
  call_ms: "call_ms + @shiftMs",
  setup_key_ms: "setup_key_ms + @shiftMs",
  answer_ms: "answer_ms + @shiftMs",
  primary_fields: "json_set(primary_fields, '$.answerTime.atMs', answer_ms + @shiftMs)",
};

async function fillStore(engine: ComposedEngine, file: string, count: number): Promise<void> {
  const rated = Math.min(count, RATED_MOST);
  await fill(engine, rated, count);
  if (count === rated) return;
  const database = new Sqlite(file);
  const columns = database.prepare("SELECT name FROM pragma_table_info('cdr')").pluck().all();
  const names = (columns as string[]).filter((name) => name !== "seq");
  const values = names.map((name) => LATER_COPY[name] ?? name);
  const copy = database.prepare(
    `INSERT INTO cdr (${names}) SELECT ${values} FROM cdr WHERE seq <= @rated LIMIT @most`,
  );
  for (let made = rated; made < count; ) {
    const shiftMs = Math.floor((made / count) * SPAN_MS);
    made += copy.run({ shiftMs, rated, most: count - made }).changes;
  }
  database.close();
}

/** A scan that inserts a line of the planned size for each CDR. */
async function scanAndInsert({ store }: ComposedEngine, lineLength: number): Promise<void> {
  await store.jobs.put({
    id: "bare",
    kind: "bench",
    state: "bare",
    version: 1,
    createdAtMs: 0,
    body: {},
  });
  const text = "x".repeat(lineLength);
  let number = 0;
  for await (const page of store.cdrs.scan({}, PAGE)) {
    const lines = page.map(() => {
      number += 1;
      return { number, hash: "h".repeat(64), text };
    });
    await store.jobs.appendLines("bare", "bare", lines);
  }
}

interface PurePricing {
  cdrs: StoredCdr[];
  rounds: number;
  basis: boolean;
}

/** The price of the CDRs of one page, again and again. */
async function pricePure(
  engine: ComposedEngine,
  { cdrs, rounds, basis }: PurePricing,
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    await rateCalls(engine.rating, cdrs.map(toCall), { basis });
  }
}

async function reviseAll({ store }: ComposedEngine): Promise<void> {
  for await (const page of store.cdrs.scan({}, PAGE)) {
    await store.cdrs.revise(
      page.map(({ tenant, id, rating }) => ({
        tenant,
        id,
        expectedRevision: rating.revision,
        rating: { ...rating, revision: rating.revision + 1 },
        atMs: NOW_MS,
      })),
    );
  }
}

/** Plans and applies all CDRs of the store; answers the job. */
async function planAll({ rerates }: ComposedEngine): Promise<string> {
  const { id } = await rerates.plan({ filter: {} });
  await rerates.settled(id);
  return id;
}

async function applyAll({ rerates }: ComposedEngine, job: string, count: number): Promise<void> {
  await rerates.apply(job);
  await rerates.settled(job);
  const { body } = await rerates.get(job);
  if (body.apply.done !== count) throw new Error(`applied ${body.apply.done} of ${count}`);
}

async function auditAll({ audits }: ComposedEngine): Promise<void> {
  const fault = (await audits.run()).find(({ ok }) => !ok);
  if (fault !== undefined) throw new Error(`${fault.name}: ${fault.detail}`);
}

type Print = (what: string, mine: Watched<unknown>, than?: Watched<unknown>) => void;

function printerOf(count: number): Print {
  const perSecond = (seconds: number) => Math.round(count / seconds).toLocaleString("en");
  const percent = (mine: number, theirs: number) => `${Math.round((100 * theirs) / mine)} %`;
  return (what, { seconds, cpuSeconds, mostMb }, than) => {
    const share =
      than === undefined
        ? ""
        : ` (${percent(seconds, than.seconds)} and ${percent(cpuSeconds, than.cpuSeconds)} of it)`;
    process.stdout.write(
      `  ${what.padEnd(36)} ${perSecond(seconds).padStart(8)} CDRs/s ${perSecond(cpuSeconds).padStart(8)} a CPU second, ${Math.round(mostMb)} MB${share}\n`,
    );
  };
}

/** Each step beside the least that the store must do for it. */
async function compareSteps(engine: ComposedEngine, count: number, print: Print): Promise<void> {
  const { cdrs } = await engine.store.cdrs.find({
    filter: {},
    sort: { by: "callTime", descending: false },
    limit: PAGE,
  });
  const rounds = Math.ceil(count / PAGE);
  for (const basis of [false, true]) {
    await pricePure(engine, { cdrs, rounds: WARM_ROUNDS, basis });
    const pure = await watched(() => pricePure(engine, { cdrs, rounds, basis }));
    print(basis ? "pricing with its basis" : "pricing alone", pure);
  }
  const plan = await watched(() => planAll(engine));
  const [line] = await engine.store.jobs.pageLines(plan.value, "planned", { after: 0, limit: 1 });
  const bare = await watched(() => scanAndInsert(engine, line?.text.length ?? 0));
  print("scan that inserts a line each", bare);
  print("plan", plan, bare);
  const apply = await watched(() => applyAll(engine, plan.value, count));
  const updates = await watched(() => reviseAll(engine));
  print("scan with a conditional update each", updates);
  print("apply", apply, updates);
  print("audit", await watched(() => auditAll(engine)));
}

/** The steps alone: what counts is the memory. */
async function watchSteps(engine: ComposedEngine, count: number, print: Print): Promise<void> {
  const plan = await watched(() => planAll(engine));
  print("plan", plan);
  print("apply", await watched(() => applyAll(engine, plan.value, count)));
  const undo = async () => {
    await engine.rerates.undo(plan.value);
    await engine.rerates.settled(plan.value);
  };
  print("audit", await watched(() => auditAll(engine)));
  print("undo", await watched(undo));
}

async function measure(count: number, isMemoryOnly: boolean): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
  const file = join(folder, "rerate.db");
  const settings = readSettings({ environment: {}, flags: { store: `sqlite:${file}` } });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  // As a service has it.
  const store = await openStore(settings, { inThreads: true });
  const engine = await composeEngine(settings, { store, clock: () => NOW_MS, log: silent });
  try {
    const [wrong, right] = [
      await engine.tariffs.load({ files: files(0) }),
      await engine.tariffs.load({ files: files(1) }),
    ];
    await engine.tariffs.activate(wrong.version, { fromMs: START_MS });
    await fillStore(engine, file, count);
    await engine.tariffs.activate(right.version, { fromMs: START_MS });
    process.stdout.write(`${count.toLocaleString("en")} CDRs, all of which change\n`);
    const steps = isMemoryOnly ? watchSteps : compareSteps;
    await steps(engine, count, printerOf(count));
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { memory: { type: "boolean", default: false } },
});
for (const count of positionals.length === 0 ? [100_000] : positionals.map(Number)) {
  await measure(count, values.memory);
}
