// Calls priced per second on one core, sell and buy, as a ratio to a bare trie look-up and integer
// multiply over the same decks: `node --import tsx bench/core.ts [--json]`.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { callPricerOf } from "../src/rating/call-pricer.ts";
import { compileTariff } from "../src/rating/compile/tariff.ts";
import { createPlanPrice, rateNumber, roundedUnits } from "../src/rating/deck/plan-price.ts";
import { exchangeAt } from "../src/rating/exchange.ts";
import { settleCandidate } from "../src/rating/routing/carrier-candidate.ts";
import { chooseCarrier } from "../src/rating/routing/rank-carriers.ts";
import { matchPrefixes } from "../src/rating/snapshot/digit-trie.ts";
import { type NativeSnapshot, snapshotTransferables } from "../src/rating/snapshot/native.ts";
import { entryOf, firstRowOf } from "../src/rating/snapshot/prefix-index.ts";
import { randomFrom } from "../tests/rating/random-tariff.ts";
import { carrierPlan, retailPlan, tariffOf } from "../tests/rating/tariff-fixtures.ts";

const REFERENCE_DECK = "../shared/reference/ratedecks/astpp-az-36k.csv.gz";
const CALLS = 200_000;
const ROUNDS = 5;

/** Prefixes with the shape of real decks: few short ones, most of five to eight digits. */
function seededPrefixes(count: number): string[] {
  const random = randomFrom(count);
  const prefixes = new Set<string>();
  while (prefixes.size < count) {
    const length = 1 + Math.min(8, random.below(4) + random.below(4) + random.below(4));
    const country = String(1 + random.below(99));
    const rest = Array.from({ length }, () => random.below(10)).join("");
    prefixes.add((country + rest).slice(0, Math.max(1, length)));
  }
  return [...prefixes];
}

function referencePrefixes(): string[] {
  const lines = gunzipSync(readFileSync(REFERENCE_DECK)).toString("utf8").split(/\r?\n/);
  return [
    ...new Set(lines.map((line) => line.split(",")[0] ?? "").filter((code) => /^\d+$/.test(code))),
  ];
}

function snapshotOf(prefixes: string[], carriers: number): NativeSnapshot {
  const random = randomFrom(7);
  const rows = () =>
    prefixes.map((prefix) => ({
      prefix,
      rate: `0.${String(random.below(100_000)).padStart(5, "0")}`,
      firstInterval: random.pick([1, 6, 30, 60]),
      nextInterval: random.pick([1, 6]),
    }));
  return compileTariff(
    tariffOf({
      retailPlans: [retailPlan("retail", rows())],
      carrierPlans: Array.from({ length: carriers }, (_, index) =>
        carrierPlan(`c${index}`, rows()),
      ),
    }),
    "bench",
  );
}

interface BenchCall {
  digits: string;
  usage: number;
}

/** `usual`: four calls of five go to one prefix of twenty, as traffic does; `uniform`: to any. */
type Traffic = "usual" | "uniform";

function seededCalls(prefixes: string[], traffic: Traffic): BenchCall[] {
  const random = randomFrom(11);
  const busy = prefixes.filter(() => random.chance(0.05));
  return Array.from({ length: CALLS }, () => {
    const among = traffic === "usual" && random.chance(0.8) ? busy : prefixes;
    const digits = random.pick(among) + String(1_000_000 + random.below(9_000_000));
    // Through a Buffer, so that each text is one flat string from the start.
    return { digits: Buffer.from(digits).toString("latin1"), usage: 1000 + random.below(600_000) };
  });
}

/** Everything between a normalised number and two rounded amounts; no trace, no basis. */
function priceAll(snapshot: NativeSnapshot, calls: BenchCall[]): number {
  const { pricer, request, candidatesOf } = callPricerOf(snapshot);
  const voipPlan = snapshot.voipPlans.get("gold")!;
  const retail = snapshot.retailPlans[0]!;
  const sell = createPlanPrice(snapshot);
  const candidates = candidatesOf(voipPlan);
  const routing = { strategy: voipPlan.routing, callId: "" };
  request.tor = snapshot.tors.indexOf("*voice");
  request.atMs = Date.UTC(2026, 0, 5, 12);
  let sum = 0;
  for (const { digits, usage } of calls) {
    request.digits = digits;
    request.usage = usage;
    pricer.price(request, retail, sell);
    for (const candidate of candidates) {
      pricer.price(request, candidate.plan, candidate.price);
      const pair = { from: candidate.plan.rules.currency, to: retail.rules.currency };
      settleCandidate(candidate, exchangeAt(snapshot, pair, request.atMs));
    }
    const buy = chooseCarrier(candidates, routing);
    sum += roundedUnits(sell, snapshot.decks[retail.deck]!, retail.rules.rounding);
    if (buy !== null) sum += roundedUnits(buy.price, buy.deck, buy.plan.rules.rounding);
  }
  return sum;
}

/** The least that any pricing must do: one walk, each deck's longest prefix, a multiply for it. */
function lookUpAll({ index, decks }: NativeSnapshot, calls: BenchCall[]): number {
  const path = new Int32Array(2 * (index.trie.depth + 1));
  let sum = 0;
  for (const { digits, usage } of calls) {
    const count = matchPrefixes(index.trie, digits, path);
    for (let deck = 0; deck < decks.length; deck++) {
      for (let step = count - 1; step >= 0; step--) {
        const entry = entryOf(index, path[2 * step]!, deck);
        if (entry < 0) continue;
        sum += rateNumber(decks[deck]!, firstRowOf(index, entry)) * usage;
        break;
      }
    }
  }
  return sum;
}

/** By processor time of this process, so that a busy machine tells nearly the same. */
function bestPerSecond(run: () => number): number {
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const before = process.cpuUsage();
    if (!(run() > 0)) throw new Error("nothing was priced");
    const { user, system } = process.cpuUsage(before);
    best = Math.max(best, CALLS / ((user + system) / 1e6));
  }
  return Math.round(best);
}

const hasReference = existsSync(REFERENCE_DECK);
const decks = [
  {
    deck: hasReference ? "reference" : "seeded",
    prefixes: hasReference ? referencePrefixes() : seededPrefixes(36_205),
  },
  { deck: "seeded", prefixes: seededPrefixes(500_000) },
];
const results = [];
for (const { deck, prefixes } of process.argv.includes("--quick") ? decks.slice(0, 1) : decks) {
  for (const carriers of [1, 10]) {
    const startMs = performance.now();
    const snapshot = snapshotOf(prefixes, carriers);
    const compileMs = performance.now() - startMs;
    const bytes = snapshotTransferables(snapshot).reduce((sum, part) => sum + part.byteLength, 0);
    for (const traffic of ["usual", "uniform"] as const) {
      const calls = seededCalls(prefixes, traffic);
      const priced = bestPerSecond(() => priceAll(snapshot, calls));
      const bare = bestPerSecond(() => lookUpAll(snapshot, calls));
      results.push({
        deck,
        prefixes: prefixes.length,
        carriers,
        traffic,
        callsPerSecond: priced,
        bareLookupsPerSecond: bare,
        ratio: Number((bare / priced).toFixed(2)),
        bytesPerPrefix: Math.round(bytes / snapshot.decks.length / prefixes.length),
        compileMs: Math.round(compileMs),
      });
    }
  }
}
process.stdout.write(
  process.argv.includes("--json")
    ? `${JSON.stringify(results)}\n`
    : `${results.map((result) => JSON.stringify(result)).join("\n")}\n`,
);
