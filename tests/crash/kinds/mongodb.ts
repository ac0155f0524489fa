// kill -9 of a service that reads a collection of FreeSWITCH's calls, at seeded moments, while calls are
// written there, some of them late. At the end each call is there once.
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type Collection, MongoClient, ObjectId } from "mongodb";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";

const LONGEST_ROUND_MS = 600;

/** As mod_cdr_mongodb writes it. */
function documentOf(call: number, atMs: number) {
  const seconds = Math.floor(atMs / 1000);
  const id = seconds.toString(16).padStart(8, "0") + call.toString(16).padStart(16, "0");
  return {
    _id: ObjectId.createFromHexString(id),
    variables: {
      uuid: `call-${call}`,
      accountcode: "1001",
      start_epoch: 1_772_445_600,
      answer_epoch: 1_772_445_605,
      end_epoch: 1_772_445_665,
      billsec: 60,
      hangup_cause: "NORMAL_CLEARING",
    },
    callflow: { caller_profile: { caller_id_number: "201", destination_number: "34650123456" } },
  };
}

/** Writes calls until it is told to end; answers which. */
async function makeCalls(
  collection: Collection,
  { chance, isOver }: { chance: () => number; isOver: () => boolean },
): Promise<Set<string>> {
  const calls = new Set<string>();
  for (let call = 1; !isOver(); call += 1) {
    // Another writer's clock is behind, or it wrote late.
    const lateMs = chance() < 0.1 ? chance() * 20_000 : 0;
    await collection.insertOne(documentOf(call, Date.now() - lateMs));
    calls.add(`call-${call}`);
    await pause(10);
  }
  return calls;
}

export async function mongodb(options: RunOptions): Promise<Report> {
  const { mongo, seed, folder, kills, limits } = options;
  if (mongo === undefined) throw new Error("--mongo names the server that the calls are in");
  const report: Report = { kind: "mongodb", facts: { seed }, broken: [] };
  const chance = seededChance(seed);
  const base = `cdrate-crash-${randomUUID()}`;
  const client = await MongoClient.connect(mongo);
  const feed = {
    name: "calls",
    kind: "mongodb",
    source: "fs",
    url: mongo,
    collection: `${base}.cdr`,
  };
  const start = () =>
    startService({
      folder,
      store: `sqlite:${join(folder, "mongodb.db")}`,
      settings: {
        limits: { ...limits, feedLeaseSeconds: 1 },
        sources: [{ name: "fs", kind: "freeswitch" }],
        feeds: [{ ...feed, everySeconds: 0.05, batchRows: 20 }],
      },
    });
  let service = await start();
  let isOver = false;
  const writing = makeCalls(client.db(base).collection("cdr"), { chance, isOver: () => isOver });
  for (let round = 0; round < kills; round += 1) {
    await pause(chance() * LONGEST_ROUND_MS);
    await service.end("SIGKILL");
    service = await start();
  }
  isOver = true;
  const calls = await writing;
  const count = async (): Promise<number> => (await callRpc(service.url, "cdr.count", {})).count;
  await until("every call", async () => (await count()) >= calls.size).catch((error: unknown) => {
    report.broken.push(String(error));
  });
  const told = {
    ...{ cdrs: calls, suspended: new Set<string>(), statuses: new Map<number, number>() },
    ...{ tookMs: [], unexpected: [], acknowledged: () => calls.size },
  };
  await compareStored(service.url, told, report);
  const stored = await count();
  if (stored > calls.size) report.broken.push(`${stored - calls.size} CDRs are of no call`);
  const { records } = await callRpc(service.url, "suspense.find", { limit: 10 });
  if (records.length > 0) report.broken.push(`in suspense: ${records[0].detail}`);
  const { state } = await callRpc(service.url, "feed.get", { name: "calls" });
  Object.assign(report.facts, { kills, calls: calls.size });
  report.facts["feed"] = `${state.records} records, ${state.repeats} repeats`;
  await service.end("SIGTERM");
  await client.db(base).dropDatabase();
  await client.close();
  return report;
}
