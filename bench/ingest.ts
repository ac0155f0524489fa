// Posts to /cgr and /freeswitch_json, each durable and rated, turn by turn beside two references in
// the same run: a bare koa handler that parses the same body and answers 200, and the same handler
// with the same durable insert behind it. BENCH_BEFORE names a built tree of an older build, which is measured too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../src/stores/sqlite/store.ts";
import {
  type ServerProcess,
  startProcess,
  stopProcess,
} from "../tests/end-to-end/server-process.ts";
import { sampleFreeswitchCdr } from "../tests/formats/freeswitch-sample.ts";
import {
  type Cost,
  costText,
  type Load,
  measure,
  median,
  medianCost,
  say,
  startMeasured,
  startService,
} from "./measure.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const ROUNDS = Number(process.env["BENCH_ROUNDS"] ?? 5);
const BEFORE = process.env["BENCH_BEFORE"];

let serial = 0;

const FORM: Load = {
  path: "/cgr",
  type: "application/x-www-form-urlencoded",
  body: () =>
    `accid=bench-${++serial}&cdrhost=192.0.2.7&account=1001&destination=34650${100000 + (serial % 900000)}&answer_time=2026-03-02T09:00:00Z&usage=${1 + (serial % 3600)}s&sip_user=Jitsi`,
};

const sample = JSON.stringify(sampleFreeswitchCdr({ uuid: "UUID", startMs: 1_772_000_000_000 }));
const JSON_BODY: Load = {
  path: "/freeswitch_json",
  type: "application/json",
  body: () => sample.replaceAll("UUID", `bench-${++serial}`),
};

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const file = (name: string): string => join(folder, `${name}.db`);

/** One post as the service stores it: what the reference inserts. */
async function storedCdr(load: Load): Promise<string> {
  const path = file(`sample${load.path.replace("/", "-")}`);
  const service = await startProcess([
    "dist/main.js",
    "--store",
    `sqlite:${path}`,
    "--log",
    "error",
    "serve",
    "--listen",
    "127.0.0.1:0",
  ]);
  const headers = { "content-type": load.type };
  await fetch(service.url + load.path, { method: "POST", headers, body: load.body() });
  await stopProcess(service);
  const store = await openSqliteStore({ path });
  const sort = { by: "receivedAt", descending: true } as const;
  const { cdrs } = await store.cdrs.find({ filter: {}, sort, limit: 1 });
  await store.close();
  const { history: _none, ...cdr } = cdrs[0] as (typeof cdrs)[number];
  return Buffer.from(JSON.stringify(cdr)).toString("base64");
}

const bare = await startMeasured(["--import", "tsx", "bench/bare-server.ts"]);
const cdrate = await startService(process.env["CDRATE_STORE"] ?? `sqlite:${file("bench")}`);
const servers: [string, ServerProcess][] = [
  ["bare", bare],
  ["cdrate", cdrate],
];
if (BEFORE !== undefined) {
  servers.push(["before", await startService(`sqlite:${file("before")}`, BEFORE)]);
}

async function compare(load: Load): Promise<void> {
  const args = ["--import", "tsx", "bench/bare-durable-server.ts"];
  const durable = await startMeasured([
    ...args,
    file(`durable${load.path.replace("/", "-")}`),
    await storedCdr(load),
  ]);
  const all: [string, ServerProcess][] = [...servers, ["bare and durable", durable]];
  const costs = new Map<string, Cost[]>(all.map(([name]) => [name, []]));
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, server] of all) {
      const cost = await measure(server, load, { connections: CONNECTIONS, seconds: SECONDS });
      // The first round warms all up.
      if (round > 0) costs.get(name)?.push(cost);
    }
  }
  await stopProcess(durable);
  for (const [name, list] of costs) say(`${load.path} ${name}: ${costText(medianCost(list))}`);
  const own = costs.get("cdrate") ?? [];
  for (const [name, list] of costs) {
    if (name === "cdrate") continue;
    const ratios = own.map(({ perSecond }, round) => perSecond / (list[round]?.perSecond ?? 0));
    say(`${load.path}: ratio to ${name} ${median(ratios).toFixed(2)} (median of ${ROUNDS})`);
  }
}

try {
  for (const load of [FORM, JSON_BODY]) await compare(load);
} finally {
  await Promise.all(servers.map(([, server]) => stopProcess(server)));
  rmSync(folder, { recursive: true, force: true });
}
