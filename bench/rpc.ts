// rating.price over HTTP as a ratio to a bare koa + json-rpc-2.0 echo of the same params, turn by
// turn in the same run; and batches of 100 prices without trace.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import autocannon from "autocannon";
import { startProcess, stopProcess } from "../tests/end-to-end/server-process.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 5);
const CONNECTIONS = 32;
const ROUNDS = 3;
const BATCH = 100;

let serial = 0;
function request(method: string) {
  serial += 1;
  return {
    jsonrpc: "2.0",
    id: serial,
    method,
    params: {
      account: "1001",
      destination: `34650${100_000 + (serial % 900_000)}`,
      answerTime: "2026-03-02T09:00:00Z",
      usage: 1 + (serial % 3600),
    },
  };
}

async function measure(url: string, body: () => unknown): Promise<number> {
  const result = await autocannon({
    url,
    method: "POST",
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { "content-type": "application/json" },
    requests: [{ setupRequest: (made) => ({ ...made, body: JSON.stringify(body()) }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers not 2xx, ${result.errors} errors`);
  }
  return result.requests.average;
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const say = (text: string): boolean => process.stdout.write(`${text}\n`);

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const bare = await startProcess(["--import", "tsx", "bench/bare-rpc-server.ts"]);
const store = `sqlite:${join(folder, "bench.db")}`;
const flags = ["--store", store, "--log", "error", "serve", "--listen", "127.0.0.1:0"];
const cdrate = await startProcess(["dist/main.js", ...flags]);
try {
  const ratios: number[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const reference = await measure(bare.url, () => request("echo"));
    const own = await measure(`${cdrate.url}/jsonrpc`, () => request("rating.price"));
    // The first round warms both up.
    if (round === 0) continue;
    ratios.push(own / reference);
    say(`rating.price ${own.toFixed(0)}/s, bare echo ${reference.toFixed(0)}/s`);
  }
  say(`rating.price: ratio ${median(ratios).toFixed(2)} (median of ${ROUNDS})`);
  const batches: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const calls = () => Array.from({ length: BATCH }, () => request("rating.price"));
    batches.push((await measure(`${cdrate.url}/jsonrpc`, calls)) * BATCH);
  }
  say(`batches of ${BATCH}: ${median(batches).toFixed(0)} prices/s (median of ${ROUNDS})`);
} finally {
  await Promise.all([bare, cdrate].map(stopProcess));
  rmSync(folder, { recursive: true, force: true });
}
