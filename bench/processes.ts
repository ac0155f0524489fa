// One, two and four services on one MongoDB: durable posts a second of all together. MONGODB_URI names
// the server; else mongo-java-server in memory. It shares the cores with the services and the sender:
// where these are busy already, more processes cannot be faster. BENCH_LATENCY=MS: the server as it is from
// afar, so that services wait rather than compute: what they share besides would show.
// npm run build && npm run bench -- processes
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import autocannon from "autocannon";
import {
  type ServerProcess,
  startProcess,
  stopProcess,
} from "../tests/end-to-end/server-process.ts";
import { startMongoServer } from "../tests/stores/mongo-server.ts";
import { mongoUrl } from "../tests/stores/mongo-urls.ts";
import { fromAfar } from "./afar.ts";

const SECONDS = Number(process.env["BENCH_SECONDS"] ?? 8);
const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const LATENCY_MS = Number(process.env["BENCH_LATENCY"] ?? 0);
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

/** How a message begins that inserts CDRs: the member `insert`, a text of five bytes. */
const INSERT = Buffer.from("\x02insert\0\x05\0\0\0cdrs\0");

/** Processor seconds of services so far. */
function cpuSeconds(services: readonly ServerProcess[]): number {
  return services.reduce((sum, { child }) => {
    const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ").at(-1)?.split(" ");
    // Clock ticks of a process are hundredths of a second on Linux.
    return sum + (Number(fields?.[11]) + Number(fields?.[12])) / 100;
  }, 0);
}

const { server, causes } = await startMongoServer();
if (server === null) throw new Error(`no MongoDB server: ${causes.join("; ")}`);
const afar = await fromAfar(server.uri, { latencyMs: LATENCY_MS, counted: INSERT });
process.stdout.write(
  `${server.description}, ${cpus().length} cores, ${CONNECTIONS} connections${LATENCY_MS > 0 ? ` a service, each answer of the server ${LATENCY_MS} ms later` : ""}\n`,
);
try {
  let one = 0;
  for (const count of [1, 2, 4]) {
    const args = ["dist/main.js", "--store", mongoUrl(afar.uri), "--log", "error", "serve"];
    const serve = [...args, "--listen", "127.0.0.1:0"];
    const services: ServerProcess[] = [];
    for (let n = 0; n < count; n += 1) services.push(await startProcess(serve));
    // From afar each service waits, and has as many senders as any other.
    const connections = LATENCY_MS > 0 ? CONNECTIONS : CONNECTIONS / count;
    const round = (seconds: number) =>
      Promise.all(services.map(({ url }) => send(url, seconds, connections)));
    await round(WARM_SECONDS);
    const [before, insertsBefore] = [cpuSeconds(services), afar.count()];
    const results = await round(SECONDS);
    const cpu = cpuSeconds(services) - before;
    const total = results.reduce((sum, { perSecond }) => sum + perSecond, 0);
    const inserts = (afar.count() - insertsBefore) / SECONDS;
    if (count === 1) one = total;
    const p99 = Math.max(...results.map((result) => result.p99));
    process.stdout.write(
      `${count} processes: ${total.toFixed(0)} CDRs/s, ${(total / one).toFixed(2)} of one, ${(total / inserts).toFixed(1)} a round trip, p99 ${p99} ms at most, ${((cpu * 1e6) / (total * SECONDS)).toFixed(0)} µs of the services' processors a CDR\n`,
    );
    await Promise.all(services.map(stopProcess));
  }
} finally {
  await afar.close();
  await server.stop();
}
