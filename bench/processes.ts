// One, two and four services on one MongoDB: durable posts a second of all together. MONGODB_URI names
// the server; else mongo-java-server in memory. It shares the cores with the services and the sender:
// where these are busy already, more processes cannot be faster.
// npm run build && npm run bench -- processes
import { randomUUID } from "node:crypto";
import { cpus } from "node:os";
import autocannon from "autocannon";
import {
  type ServerProcess,
  startProcess,
  stopProcess,
} from "../tests/end-to-end/server-process.ts";
import { startMongoServer } from "../tests/stores/mongo-server.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const WARM_SECONDS = 3;
let serial = 0;

const body = () =>
  `accid=bench-${++serial}&account=1001&destination=34650${100_000 + (serial % 900_000)}&answer_time=2026-03-02T09:00:00Z&usage=${1 + (serial % 3600)}s`;

async function send(url: string, duration: number, connections: number) {
  const result = await autocannon({
    ...{ url: `${url}/cgr`, method: "POST", connections, duration },
    headers: { "content-type": "application/x-www-form-urlencoded" },
    requests: [{ setupRequest: (request) => ({ ...request, body: body() }) }],
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} answers not 2xx, ${result.errors} errors`);
  }
  return { perSecond: result.requests.average, p99: result.latency.p99 };
}

const { server, causes } = await startMongoServer();
if (server === null) throw new Error(`no MongoDB server: ${causes.join("; ")}`);
process.stdout.write(`${server.description}, ${cpus().length} cores, ${CONNECTIONS} connections\n`);
try {
  let one = 0;
  for (const count of [1, 2, 4]) {
    const store = new URL(server.uri);
    store.pathname = `/cdrate-bench-${randomUUID().slice(0, 8)}`;
    const args = ["dist/main.js", "--store", store.href, "--log", "error", "serve", "--listen"];
    const services: ServerProcess[] = [];
    for (let n = 0; n < count; n += 1) services.push(await startProcess([...args, "127.0.0.1:0"]));
    const round = (seconds: number) =>
      Promise.all(services.map(({ url }) => send(url, seconds, CONNECTIONS / count)));
    await round(WARM_SECONDS);
    const results = await round(SECONDS);
    const total = results.reduce((sum, { perSecond }) => sum + perSecond, 0);
    if (count === 1) one = total;
    const p99 = Math.max(...results.map((result) => result.p99));
    process.stdout.write(
      `${count} processes: ${total.toFixed(0)} CDRs/s, ${(total / one).toFixed(2)} of one, p99 ${p99} ms at most\n`,
    );
    await Promise.all(services.map(stopProcess));
  }
} finally {
  await server.stop();
}
