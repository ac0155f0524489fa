// A UCM that is asked for its records while calls end there: kill -9 of the service at seeded moments, and
// a device that breaks off, says nothing, is away or forgets who is logged in. At the end each call is there.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type FakeDevice, startDevice, type Trick, USER } from "../../feeds/ucm-pull/device.ts";
import { groupOf } from "../../feeds/ucm-pull/groups.ts";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { startService } from "../service.ts";

const LONGEST_ROUND_MS = 600;
const FEED = {
  ...{ name: "pull", kind: "ucm-pull", source: "hq", user: USER, secretEnv: "CDRATE_CRASH_UCM" },
  ...{ everySeconds: 0.05, firstHours: 87_600 },
};

export async function pull(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "pull", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const device = await startDevice({ most: 40 });
  const start = () =>
    startService({
      folder: options.folder,
      store: `sqlite:${join(options.folder, "pull.db")}`,
      settings: {
        limits: { ...options.limits, feedLeaseSeconds: 1 },
        sources: [{ name: "hq", kind: "ucm", host: "20EZ0000000001" }],
        feeds: [{ ...FEED, url: device.url }],
      },
      env: { CDRATE_CRASH_UCM: "s3cret" },
    });
  const done: Record<string, number> = {};
  let service = await start();
  let isOver = false;
  const calls = makeCalls(device, () => isOver);
  for (let round = 0; round < options.kills; round += 1) {
    await pause(chance() * LONGEST_ROUND_MS);
    const what = WHAT[Math.floor(chance() * WHAT.length)] ?? "kill";
    done[what] = (done[what] ?? 0) + 1;
    if (what === "kill") {
      await service.end("SIGKILL");
      service = await start();
    } else if (what === "forget") device.forget();
    else trickOnce(device, TRICKS[what]);
  }
  isOver = true;
  await calls;
  const { length } = device.groups;
  const count = async (): Promise<number> => (await callRpc(service.url, "cdr.count", {})).count;
  await until("every call", async () => (await count()) >= length).catch((error: unknown) => {
    report.broken.push(String(error));
  });
  const stored = await count();
  if (stored !== length) report.broken.push(`of ${length} calls ${stored} are there`);
  const { records } = await callRpc(service.url, "suspense.find", { limit: 10 });
  if (records.length > 0) report.broken.push(`in suspense is ${records[0].reason}`);
  const { state } = await callRpc(service.url, "feed.get", { name: "pull" });
  Object.assign(report.facts, done, { calls: length, asked: device.asked.length });
  report.facts["pull"] = `${state.records} records, ${state.repeats} repeats`;
  await service.end("SIGTERM");
  await device.close();
  return report;
}

const TRICKS = {
  cut: { breaks: true },
  busy: { status: 503 },
  garbage: { body: "<html></html>" },
} as const satisfies Record<string, Trick>;
const WHAT = ["kill", "kill", "forget", "cut", "busy", "garbage"] as const;

/** The next answer with calls is another one. */
function trickOnce(device: FakeDevice, trick: Trick): void {
  device.trick = ({ action }) => {
    if (action !== "cdrapi") return null;
    device.trick = () => null;
    return trick;
  };
}

async function makeCalls({ groups }: FakeDevice, isOver: () => boolean): Promise<void> {
  while (!isOver()) {
    for (let call = 0; call < 3; call += 1) groups.push(groupOf(groups.length));
    await pause(20);
  }
}
