// Tariffs under load and under kill -9: versions that take over from each other while calls come, and loads,
// activations and back-tests that are killed.
import { join } from "node:path";
import { percentile, type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { type ServiceProcess, startService } from "../service.ts";
import { compareStored } from "../stored.ts";
import { startSwitches } from "../switches.ts";

/** Rows of a deck besides the one that prices the calls: a compile takes a while. */
const ROWS = 20_000;
/** Of what is killed: so few that some work is done before it. */
const KILLED_ROWS = 2000;
/** The latest moment of a kill after the work began. */
const MOST_MS = 1500;
const TENANTS = ["one.example", "two.example", "three.example"];

/** One rate for what the switches call, in ten-thousandths a minute, by the second. */
function nativeFolder(rate: number, rows = KILLED_ROWS): Record<string, string> {
  const others = Array.from({ length: rows }, (_, row) => `49${10_000 + row},0.5`);
  return {
    "tariff.yaml":
      "tenant: cgrates.org\ncurrency: EUR\nretailPlans: { p: { deck: d.csv } }\nvoipPlans: { v: { retail: [p] } }\naccounts: a.csv\n",
    "d.csv": `prefix,rate\n34650,${(rate / 10_000).toFixed(4)}\n${others.join("\n")}\n`,
    "a.csv": "account,voip_plan,numbering,from\n*any,v,,\n",
  };
}

/** A CGRateS folder of several tenants: an activation makes an entry of each. */
function sharedFolder(rate: number): Record<string, string> {
  const price = (rate / 10_000).toFixed(4);
  return {
    "Destinations.csv": "D,34\n",
    "Rates.csv": `R,0,${price},60s,1s,0s\n`,
    "DestinationRates.csv": "DR,D,R,*up,4,0,\n",
    "RatingPlans.csv": "P,DR,*any,10\n",
    "RatingProfiles.csv": TENANTS.map((tenant) => `${tenant},call,*any,,P,\n`).join(""),
  };
}

async function load(url: string, files: Record<string, string>): Promise<string> {
  return (await callRpc(url, "tariff.load", { files })).version;
}

/** Versions take over from each other while switches post: no post fails, and each amount is its version's. */
export async function switchover(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "switchover", facts: { rows: ROWS }, broken: [] };
  const { folder, workers, seconds } = options;
  const settings = { limits: { bodyBytes: 8_000_000, callerBodyBytes: 32_000_000 } };
  const store = `sqlite:${join(folder, "switchover.db")}`;
  const service = await startService({ folder, store, workers, settings });
  const { url } = service;
  const rates = new Map<string, number>();
  const add = async (rate: number) => {
    const version = await load(url, nativeFolder(rate, ROWS));
    rates.set(version, rate);
    return version;
  };
  const pair = [await add(1000), await add(2000)];
  for (const version of pair) await callRpc(url, "tariff.activate", { version });
  const switches = startSwitches({ urls: () => [url], senders: 8, name: "switchover" });
  const { traffic } = switches;
  const phase = async (work: () => Promise<void>) => {
    const before = traffic.tookMs.length;
    const endMs = performance.now() + (seconds * 1000) / 3;
    while (performance.now() < endMs) await work();
    return traffic.tookMs.slice(before);
  };
  const pause = () => new Promise<void>((resolve) => setTimeout(resolve, 50));
  const alone = await phase(pause);
  let activations = 0;
  const activate = async (version: string) => {
    await callRpc(url, "tariff.activate", { version });
    activations += 1;
  };
  const back = await phase(() => activate(pair[activations % 2] ?? ""));
  const fresh = await phase(async () => activate(await add(3000 + rates.size)));
  await switches.stop();
  await compareStored(url, traffic, report);
  await comparePrices(url, rates, report);
  for (const [status, count] of traffic.statuses) {
    if (status === 200 || status === 202) continue;
    report.broken.push(`${count} posts were answered ${status}`);
  }
  Object.assign(report.facts, {
    activations,
    loaded: rates.size,
    ...took("alone", alone),
    ...took("switching", back),
    ...took("loading", fresh),
  });
  await service.end("SIGTERM");
  return report;
}

function took(name: string, tookMs: number[]) {
  return {
    [`${name}Posts`]: tookMs.length,
    [`${name}P99Ms`]: percentile(tookMs, 0.99),
    [`${name}LongestMs`]: Math.round(Math.max(0, ...tookMs)),
  };
}

/** Each amount is that of the version that its CDR names. */
async function comparePrices(
  url: string,
  rates: ReadonlyMap<string, number>,
  { facts, broken }: Report,
): Promise<void> {
  const counts = new Map<string, number>();
  let [cursor, wrong] = [undefined as string | undefined, 0];
  do {
    const page = await callRpc(url, "cdr.find", { limit: 1000, ...(cursor && { cursor }) });
    for (const { primary, rating } of page.cdrs) {
      const rate = rates.get(rating.tariffVersion);
      counts.set(rating.tariffVersion, (counts.get(rating.tariffVersion) ?? 0) + 1);
      const amount = rate === undefined ? null : amountOf(rate, primary.usage);
      if (rating.sell?.amount !== amount) wrong += 1;
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  facts["versionsThatPriced"] = counts.size;
  if (wrong > 0) broken.push(`${wrong} amounts are not those of the version that they name`);
}

/** Whole seconds by the second, half up to four decimals. */
function amountOf(rate: number, seconds: number): string {
  const tenThousandths = Math.floor((2 * rate * seconds + 60) / 120);
  const text = String(tenThousandths).padStart(5, "0");
  return `${text.slice(0, -4)}.${text.slice(-4)}`;
}

/** kill -9 during loads, activations and back-tests: each is done whole or not at all. */
export async function tariffs(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "tariffs", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const { folder } = options;
  const limits = { bodyBytes: 8_000_000, callerBodyBytes: 32_000_000, rerateLeaseSeconds: 1 };
  const store = `sqlite:${join(folder, "tariffs.db")}`;
  const start = () => startService({ folder, store, settings: { limits } });
  let service: ServiceProcess = await start();
  const first = await load(service.url, nativeFolder(1000));
  await callRpc(service.url, "tariff.activate", { version: first });
  const switches = startSwitches({ urls: () => [service.url], senders: 4, name: "tariffs" });
  await until("the calls", () => switches.traffic.acknowledged() >= options.answers * 2);
  await switches.stop();
  const before = await sums(service.url);
  const answered: string[] = [];
  for (let round = 0; round < options.kills; round += 1) {
    const { url } = service;
    const work = workOn(url, round + 2000, answered).catch(() => undefined);
    await new Promise((resolve) => setTimeout(resolve, chance() * MOST_MS));
    await service.end("SIGKILL");
    await work;
    service = await start();
    await checkWhole(service.url, report);
  }
  await checkBacktests(service.url, { answered, calls: before.calls }, report);
  const after = await sums(service.url);
  if (JSON.stringify(after) !== JSON.stringify(before)) report.broken.push("ratings were changed");
  await compareStored(service.url, switches.traffic, report);
  Object.assign(report.facts, { kills: options.kills, backtests: answered.length });
  await service.end("SIGTERM");
  return report;
}

/** A back-test of what is not loaded, beside loads, an amended deck and an activation of several tenants. */
async function workOn(url: string, rate: number, answered: string[]): Promise<void> {
  const tried = callRpc(url, "tariff.backtest", { files: nativeFolder(rate), days: 3660 });
  const shared = load(url, sharedFolder(rate)).then((version) =>
    callRpc(url, "tariff.activate", { version }),
  );
  const own = load(url, nativeFolder(rate + 10_000));
  const amended = callRpc(url, "tariff.replaceDeck", {
    ...{ tenant: "cgrates.org", plan: "p", list: "amendment" },
    content: `prefix,rate\n34650,${(rate / 10_000).toFixed(4)}\n`,
  });
  const results = await Promise.allSettled([tried, shared, own, amended]);
  const [begun] = results;
  if (begun?.status === "fulfilled") answered.push(begun.value.job);
}

async function sums(url: string) {
  const { rows } = await callRpc(url, "cdr.summarize", { groupBy: [] });
  const { count } = await callRpc(url, "cdr.count", {});
  return { calls: count as number, rows };
}

/** Every listed version has its files, and an activation of several tenants is of all of them. */
async function checkWhole(url: string, { broken }: Report): Promise<void> {
  const { tariffs: listed } = await callRpc(url, "tariff.list", { limit: 1000 });
  for (const { version, kind, tenants, activations } of listed) {
    const { files } = await callRpc(url, "tariff.get", { version, texts: true });
    const names = files.map(({ name, text }: { name: string; text: string }) =>
      text === "" ? `${name} (empty)` : name,
    );
    const wanted = Object.keys(kind === "native" ? nativeFolder(0) : sharedFolder(0));
    const isDemo = names.some((name: string) => name.startsWith("decks/"));
    if (!isDemo && names.toSorted().join() !== wanted.toSorted().join()) {
      broken.push(`version ${version} has ${names.join(", ")}`);
    }
    if (activations.length % tenants.length !== 0) {
      broken.push(`version ${version} is active for ${activations.length} of ${tenants.length}`);
    }
  }
}

/** Those whose job was answered end done, with every call; others fail by name, or end done too. */
async function checkBacktests(
  url: string,
  { answered, calls }: { answered: string[]; calls: number },
  { facts, broken }: Report,
): Promise<void> {
  const all = async () =>
    (await callRpc(url, "job.list", { kinds: ["backtest"], limit: 1000 })).jobs;
  await until("the back-tests", async () =>
    (await all()).every(({ underWay }: { underWay: boolean }) => !underWay),
  );
  let failed = 0;
  for (const { job, state, fault } of await all()) {
    if (state === "done") {
      const { backtest } = await callRpc(url, "job.show", { job });
      if (backtest.totals.cdrs === calls) continue;
      broken.push(`back-test ${job} has ${backtest.totals.cdrs} of ${calls} calls`);
    } else if (answered.includes(job) || !String(fault).includes("begin the back-test anew")) {
      broken.push(`back-test ${job} is ${state}: ${fault}`);
    } else failed += 1;
  }
  facts["backtestsNotBegun"] = failed;
}
