// What a deck costs from its check to its use, as a ratio to csv-parse with positions over the same bytes:
// check against the version in force, difference, compile. Each is the processor time of a process of its own,
// which what runs beside it does not change much; and the memory at its peak.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parse } from "csv-parse/sync";
import type { DiffRequest } from "../src/engine/tariffs/differences/work.ts";
import { diffFolders } from "../src/engine/tariffs/differences/work.ts";
import { checkFolder, compileFolder } from "../src/engine/tariffs/work.ts";
import type { TariffVersion } from "../src/stores/ports/tariffs.ts";
import { seededDeck } from "../tests/tariffs/seeded-deck.ts";

const SIZES = [36_205, 184_215, 500_000];
/** The aims: ratio, megabytes at 500,000 rows, seconds for ten decks of them. */
const AIM_RATIO = 4;
const AIM_MEGABYTES = 1000;
const AIM_SECONDS = 12;
const TIMES = 3;

type Files = Record<string, string>;

/** The same deck with prices that differ, as a next version has. */
function folder(rows: number, plans: number, isNext: boolean): Files {
  const text = seededDeck(rows, 1);
  const deck = isNext ? text.replaceAll(/\.(\d\d)(\d)\d,/g, ".$1$29,") : text;
  const names = Array.from({ length: plans }, (_none, index) => `plan${index}`);
  const yaml = [
    "tenant: bench.example",
    "currency: EUR",
    `retailPlans: { ${names.map((name) => `${name}: { deck: ${name}.csv }`).join(", ")} }`,
    `voipPlans: { gold: { retail: [${names.join(", ")}] } }`,
  ];
  const decks = names.map((name) => [`${name}.csv`, deck] as const);
  return { "tariff.yaml": yaml.join("\n"), ...Object.fromEntries(decks) };
}

/** Milliseconds of the processor, the least of several times. */
async function cost(work: () => unknown): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let time = 0; time < TIMES; time += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

const VERSION = { version: "bench", kind: "native", semantics: "native" } as TariffVersion;

/** One step on its own: `name rows` as this program is called by itself. */
async function step(name: string, rows: number): Promise<number> {
  const [now, next] = [folder(rows, 1, false), folder(rows, 1, true)];
  if (name === "csv-parse") return cost(() => parse(next["plan0.csv"] ?? "", { info: true }));
  if (name === "check") {
    return cost(() => {
      const found = checkFolder(next, undefined, { inForce: now, nowMs: Date.now() });
      if (!found.ok) throw new Error(`the seeded deck has faults: ${found.faults[0]?.message}`);
    });
  }
  if (name === "diff") {
    const request: DiffRequest = {
      from: now,
      to: { files: next },
      choice: { atMs: null, nowMs: Date.now(), plan: null, sides: ["sell", "buy"] },
      changes: ["new", "up", "down", "terms", "closed", "conflict"],
      page: { offset: 0, limit: 100 },
      csv: false,
    };
    return cost(() => diffFolders(request));
  }
  if (name === "compile") return cost(() => compileFolder(VERSION, next));
  const ten = folder(rows, 10, false);
  const startedMs = performance.now();
  compileFolder(VERSION, ten);
  return performance.now() - startedMs;
}

function ran(name: string, rows: number): { ms: number; megabytes: number } {
  const self = fileURLToPath(import.meta.url);
  const done = spawnSync(process.execPath, [...process.execArgv, self, name, String(rows)], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, CDRATE_BENCH_STEP: "1" },
  });
  if (done.status !== 0) throw new Error(`${name} of ${rows} rows failed`);
  return JSON.parse(done.stdout);
}

function report(rows: number): void {
  const parsed = ran("csv-parse", rows);
  const steps = ["check", "diff", "compile"].map((name) => ({ name, ...ran(name, rows) }));
  const sum = steps.reduce((all, { ms }) => all + ms, 0);
  const texts = steps.map(
    ({ name, ms, megabytes }) =>
      `${name} ${(ms / parsed.ms).toFixed(2)} (${ms.toFixed(0)} ms, ${megabytes} MB)`,
  );
  process.stdout.write(
    `${rows} rows: ${(sum / parsed.ms).toFixed(2)} × csv-parse with positions (${parsed.ms.toFixed(0)} ms; aim ${AIM_RATIO}): ${texts.join(", ")}; aim at 500,000 ${AIM_MEGABYTES} MB\n`,
  );
}

if (process.env["CDRATE_BENCH_STEP"] === "1") {
  const [name = "", rows = ""] = process.argv.slice(2);
  const ms = await step(name, Number(rows));
  const megabytes = Math.round(process.resourceUsage().maxRSS / 1000);
  process.stdout.write(JSON.stringify({ ms, megabytes }));
} else {
  const asked = process.argv.slice(2).map(Number).filter(Number.isInteger);
  for (const rows of asked.length > 0 ? asked : SIZES) report(rows);
  if (asked.length === 0) {
    const { ms, megabytes } = ran("ten", 500_000);
    process.stdout.write(
      `ten decks of 500,000 rows: read and compiled in ${(ms / 1000).toFixed(1)} s (aim ${AIM_SECONDS}), ${megabytes} MB\n`,
    );
  }
}
