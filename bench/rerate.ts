// Planning and applying a rerate on a SQLite file, each as a share of what the store does bare:
// a scan that also inserts one line of the same size per CDR, and conditional updates. Every CDR
// changes, the worst case. Arguments: the numbers of CDRs (100,000 when not said), and `--memory`:
// only plan, apply, audit and undo, to see what memory they need over how many CDRs.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { toCall } from "../src/cdr/call.ts";
import type { StoredCdr } from "../src/cdr/cdr.ts";
import { composeEngine } from "../src/compose/engine.ts";
import { openStore } from "../src/compose/open-store.ts";
import { readSettings } from "../src/config/config.ts";
import type { ComposedEngine } from "../src/engine/engine.ts";
import { rateCalls } from "../src/engine/pricing/rate-batch.ts";
import { files, fillStore, NOW_MS, PAGE, START_MS } from "./rerate/store.ts";
import { type Watched, watched } from "./rerate/watched.ts";

/** Pages priced before the clock starts, so that the code is compiled as in a long plan. */
const WARM_ROUNDS = 100;

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
    await fillStore(engine, count);
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
