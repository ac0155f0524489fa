// kill -9 of a service that reads an Asterisk's manager and file, or the file alone, at seeded moments;
// connections that are cut, also within an event, or half-open; files that are rotated.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Pbx, startPbx } from "../pbx.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";

export const ami = (options: RunOptions) => breakFeeds("ami", options);
export const follow = (options: RunOptions) => breakFeeds("follow", options);

const MASTER = { name: "master", kind: "follow", format: "asterisk-csv", source: "pbx" };
const LIVE = {
  name: "live",
  kind: "asterisk-ami",
  source: "pbx",
  host: "127.0.0.1",
  user: "cdrate",
};
const LONGEST_ROUND_MS = 600;
/** The feeds of a killed process are taken up by the next one after the shortest lease. */
const LEASE_SECONDS = 1;

async function breakFeeds(kind: "ami" | "follow", options: RunOptions): Promise<Report> {
  const report: Report = { kind, facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const path = join(options.folder, "Master.csv");
  const pbx = await startPbx(path);
  const live = { ...LIVE, port: pbx.port, secretEnv: "CDRATE_CRASH_AMI", pingSeconds: 0.2 };
  const feeds = [{ ...MASTER, path, everySeconds: 0.05 }, ...(kind === "ami" ? [live] : [])];
  const start = () =>
    startService({
      folder: options.folder,
      store: `sqlite:${join(options.folder, "feeds.db")}`,
      settings: {
        limits: { ...options.limits, feedLeaseSeconds: LEASE_SECONDS },
        sources: [{ name: "pbx", kind: "asterisk" }],
        feeds,
      },
      env: { CDRATE_CRASH_AMI: "s3cret" },
    });
  const done: Record<string, number> = {};
  let service = await start();
  let isOver = false;
  const isLive = async () =>
    kind === "follow" || (await callRpc(service.url, "feed.get", { name: "live" })).state.connected;
  await until("the login", isLive);
  const traffic = makeCalls(pbx, () => isOver);
  for (let round = 0; round < options.kills; round += 1) {
    await pause(chance() * LONGEST_ROUND_MS);
    const what = chosenOf(kind, chance());
    done[what] = (done[what] ?? 0) + 1;
    if (what === "kill") {
      await service.end("SIGKILL");
      service = await start();
    } else if (what === "rotate") pbx.rotate();
    else if (what === "freeze") pbx.freeze();
    else pbx.cut(what === "cut in an event");
  }
  isOver = true;
  await traffic;
  const count = async () => (await callRpc(service.url, "cdr.count", {})).count as number;
  let stored = 0;
  await until("every call", async () => {
    stored = await count();
    return stored >= pbx.calls.size;
  }).catch((error: unknown) => report.broken.push(String(error)));
  const told = {
    cdrs: pbx.calls,
    suspended: new Set<string>(),
    statuses: new Map<number, number>(),
    ...{ tookMs: [], unexpected: [], acknowledged: () => pbx.calls.size },
  };
  await until("the last login", isLive);
  await compareStored(service.url, told, report);
  if (stored > pbx.calls.size) report.broken.push(`${stored - pbx.calls.size} CDRs are of no call`);
  await lookAtFeeds(service.url, { pbx, report });
  Object.assign(report.facts, { ...done, calls: pbx.calls.size, untold: pbx.untoldAtMs.length });
  await service.end("SIGTERM");
  await pbx.close();
  return report;
}

function chosenOf(kind: "ami" | "follow", drawn: number): string {
  if (kind === "follow") return drawn < 0.7 ? "kill" : "rotate";
  const choices = ["kill", "kill", "cut", "cut in an event", "freeze", "rotate"];
  return choices[Math.floor(drawn * choices.length)] ?? "kill";
}

async function makeCalls(pbx: Pbx, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (let call = 0; call < 5; call += 1) pbx.call();
    await pause(10);
  }
}

/** A conflict would be a second statement of one call; half events are all that may be in suspense. */
async function lookAtFeeds(url: string, { pbx, report }: { pbx: Pbx; report: Report }) {
  const { records } = await callRpc(url, "suspense.find", { limit: 1000 });
  const others = records.filter(({ reason }: { reason: string }) => reason !== "broken-ami");
  if (others.length > 0) report.broken.push(`${others.length} in suspense: ${others[0].reason}`);
  report.facts["halfEvents"] = records.length;
  const { feeds } = await callRpc(url, "feed.list", {});
  for (const { name, state } of feeds) {
    const { records: came, repeats, firsts, onlyHere, gaps } = state;
    report.facts[name] =
      `${came} records, ${firsts} first, ${repeats} repeats, ${gaps.length} gaps`;
    const hidden = name === "live" ? pbx.untoldAtMs.filter((atMs) => !isIn(gaps, atMs)) : [];
    if (hidden.length > 0) {
      report.broken.push(`${hidden.length} calls went by unheard outside of the recorded gaps`);
    }
    if (name === "master" && gaps.length > 0)
      report.broken.push(`the file has gaps: ${gaps[0].reason}`);
    if (name === "master" && onlyHere !== null) report.facts["onlyInFile"] = onlyHere;
  }
}

/** What two processes of one machine may differ in the time of one moment. */
const CLOCK_SLACK_MS = 100;

function isIn(gaps: { from: string | null; to: string }[], atMs: number): boolean {
  return gaps.some(({ from, to }) => {
    const sinceMs = Date.parse(from ?? "") - CLOCK_SLACK_MS;
    return atMs >= sinceMs && atMs <= Date.parse(to) + CLOCK_SLACK_MS;
  });
}
