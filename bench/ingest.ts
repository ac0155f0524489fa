// Posts to /cgr and /freeswitch_json, each durable and rated, as a ratio to a bare koa handler
// that parses the same body and answers 200; same machine, same run, turn by turn.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { sampleFreeswitchCdr } from "../tests/formats/freeswitch-sample.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const ROUNDS = 3;

let serial = 0;

const FORM = {
  path: "/cgr",
  type: "application/x-www-form-urlencoded",
  body: () =>
    `accid=bench-${++serial}&cdrhost=192.0.2.7&account=1001&destination=34650${100000 + (serial % 900000)}&answer_time=2026-03-02T09:00:00Z&usage=${1 + (serial % 3600)}s&sip_user=Jitsi`,
};

const sample = JSON.stringify(sampleFreeswitchCdr({ uuid: "UUID", startMs: 1_772_000_000_000 }));
const JSON_BODY = {
  path: "/freeswitch_json",
  type: "application/json",
  body: () => sample.replaceAll("UUID", `bench-${++serial}`),
};

type Feed = typeof FORM;

async function measure(url: string, feed: Feed): Promise<{ perSecond: number; p99: number }> {
  const result = await autocannon({
    url: url + feed.path,
    method: "POST",
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { "content-type": feed.type },
    requests: [{ setupRequest: (request) => ({ ...request, body: feed.body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers not 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const store = process.env["CDRATE_STORE"] ?? `sqlite:${join(folder, "bench.db")}`;
const bare = await startProcess(["--import", "tsx", "bench/bare-server.ts"]);
const cdrate = await startProcess([
  "dist/main.js",
  "--store",
  store,
  "--log",
  "error",
  "serve",
  "--listen",
  "127.0.0.1:0",
]);
try {
  for (const feed of [FORM, JSON_BODY]) {
    const ratios: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      const reference = await measure(bare.url, feed);
      const own = await measure(cdrate.url, feed);
      // The first round warms both up.
      if (round === 0) continue;
      ratios.push(own.perSecond / reference.perSecond);
      process.stdout.write(
        `${feed.path}: ${own.perSecond.toFixed(0)}/s (p99 ${own.p99} ms), bare ${reference.perSecond.toFixed(0)}/s\n`,
      );
    }
    process.stdout.write(
      `${feed.path}: ratio ${median(ratios).toFixed(2)} (median of ${ROUNDS})\n`,
    );
  }
} finally {
  await Promise.all([bare, cdrate].map(stopProcess));
  rmSync(folder, { recursive: true, force: true });
}
