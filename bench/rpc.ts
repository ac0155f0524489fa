// rating.price over HTTP beside a bare koa + json-rpc-2.0 echo of the same params, turn by turn in the same
// run, with one process and with two; APIerSv1.GetCost of CGRateS's API beside the same echo; batches of 100 prices without trace; the default log beside none; and
// CGRateS's GetCost where BENCH_CGRATES names its binary.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { expectFigure, expectSame, notMeasured } from "./http/aims.ts";
import { CGRATES_BINARY, startCgrates, TARIFF } from "./http/cgrates-server.ts";
import { CGRATES_COST, rpcLoad } from "./http/loads.ts";
import { say, startMeasured, startService } from "./http/measure.ts";
import { type Contender, type Turns, takeTurns } from "./http/turns.ts";

const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 32);
const BATCH = 100;
const BEFORE = process.env["BENCH_BEFORE"];

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const started: ServerProcess[] = [];

async function keep<Server extends ServerProcess>(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  started.push(server);
  return server;
}

async function contenders(): Promise<Contender[]> {
  const service = (what: string, options: Parameters<typeof startService>[1] = {}) =>
    keep(startService(`sqlite:${join(folder, `${what}.db`)}`, options));
  const echo = (processes: number) =>
    keep(startMeasured(["--import", "tsx", "bench/http/bare-rpc.ts", String(processes)]));
  const one = await service("one", { log: "silent" });
  const logFile = join(folder, "log");
  const price = rpcLoad("rating.price");
  const echoed = rpcLoad("echo", "/");
  return [
    { name: "bare echo", server: await echo(1), load: echoed },
    { name: "cdrate", server: one, load: price },
    {
      ...{ name: "cdrate, default log", load: price },
      server: await service("log", { log: "info", logFile }),
    },
    { name: "bare echo, 2 processes", server: await echo(2), load: echoed },
    { name: "cdrate, 2 processes", server: await service("two", { workers: 2 }), load: price },
    { name: "GetCost", server: await keep(startPlan()), load: CGRATES_COST },
    { name: "batches", server: one, load: rpcLoad("rating.price", "/jsonrpc", BATCH) },
    ...(BEFORE === undefined
      ? []
      : [{ name: "before", server: await service("before", { tree: BEFORE }), load: price }]),
    ...(CGRATES_BINARY === undefined
      ? []
      : [
          { name: "CGRateS", server: await keep(startCgrates(CGRATES_BINARY)), load: CGRATES_COST },
        ]),
  ];
}

/** A service with a CGRateS plan that has a price for every call of the load. */
async function startPlan(): Promise<Awaited<ReturnType<typeof startService>>> {
  const tariffs = join(folder, "tariffs");
  mkdirSync(join(tariffs, "plan"), { recursive: true });
  for (const [file, text] of Object.entries(TARIFF)) {
    writeFileSync(join(tariffs, "plan", file), text);
  }
  const store = `sqlite:${join(folder, "plan.db")}`;
  const server = await startService(store, { log: "silent", tariffs });
  const request = {
    method: "APIerSv1.LoadTariffPlanFromFolder",
    params: [{ FolderPath: "plan" }],
    id: 1,
  };
  const body = JSON.stringify(request);
  const response = await fetch(`${server.url}/jsonrpc`, { method: "POST", body });
  const answer = (await response.json()) as { result: string; error: string };
  if (answer.result !== "OK") throw new Error(`the plan was not loaded: ${answer.error}`);
  return server;
}

function judge(turns: Turns): void {
  const expectShare = (what: string, name: string, reference: string, least: number) =>
    expectFigure({ what: `rating.price: ${what}`, measured: turns.ratio(name, reference), least });
  const expectCpu = (what: string, name: string, most: number) =>
    expectFigure({
      ...{ what: `rating.price: CPU-µs a call, ${what}`, most, digits: 0 },
      measured: turns.of(name).cpu * 1000,
    });
  expectShare("share of the bare echo", "cdrate", "bare echo", 0.6);
  say(`APIerSv1.GetCost: share of the bare echo ${turns.ratio("GetCost", "bare echo").toFixed(2)}`);
  expectCpu("one process", "cdrate", 60);
  expectCpu("two processes", "cdrate, 2 processes", 72);
  say(`bare echo: ${(turns.of("bare echo").cpu * 1000).toFixed(0)} CPU-µs a call`);
  expectShare("two processes beside one", "cdrate, 2 processes", "cdrate", 1.4);
  const echoes = turns.ratio("bare echo, 2 processes", "bare echo").toFixed(2);
  say(`bare echo: two processes beside one ${echoes}`);
  expectSame(
    "rating.price: default log beside silent",
    turns.ratio("cdrate, default log", "cdrate"),
  );
  const prices = turns.of("batches").perSecond * BATCH;
  const what = `batches of ${BATCH}: prices a second`;
  expectFigure({ what, measured: prices, least: 80_000, digits: 0 });
  if (BEFORE !== undefined) expectShare("beside the older build", "cdrate", "before", 1);
  if (CGRATES_BINARY === undefined)
    notMeasured("rating.price: beside GetCost", "set BENCH_CGRATES");
  else expectShare("two processes beside GetCost", "cdrate, 2 processes", "CGRateS", 1);
}

try {
  judge(await takeTurns("rating.price", await contenders(), CONNECTIONS));
} finally {
  await Promise.all(started.map(stopProcess));
  rmSync(folder, { recursive: true, force: true });
}
