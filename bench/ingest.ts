// Posts to /cgr and /freeswitch_json, each durable and rated, turn by turn beside their references in the
// same run: a bare koa handler that parses the same body and answers 200; the same handler with the same durable
// insert behind it; and CGRateS where BENCH_CGRATES names its binary. Then `cdr.processMany` beside the driver's
// own batch insert. BENCH_BEFORE names a built tree of an older build, which is measured too.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteStore } from "../src/stores/sqlite/store.ts";
import { type ServerProcess, stopProcess } from "../tests/end-to-end/server-process.ts";
import { expectFigure, expectSame, notMeasured } from "./http/aims.ts";
import { CGRATES_BINARY, startCgrates } from "./http/cgrates-server.ts";
import { CGRATES_FORM, DOCUMENT_BYTES, FORM, FREESWITCH, type Load } from "./http/loads.ts";
import { compareMany } from "./http/many.ts";
import { say, startMeasured, startService } from "./http/measure.ts";
import { type Contender, type Turns, takeTurns } from "./http/turns.ts";

const CONNECTIONS = Number(process.env["BENCH_CONNECTIONS"] ?? 64);
const BEFORE = process.env["BENCH_BEFORE"];

const folder = mkdtempSync(join(tmpdir(), "cdrate-bench-"));
const file = (name: string): string => join(folder, `${name}.db`);
const started: ServerProcess[] = [];

async function keep<Server extends ServerProcess>(starting: Promise<Server>): Promise<Server> {
  const server = await starting;
  started.push(server);
  return server;
}

/** One post as the service stores it: what the reference inserts. */
async function storedCdr(load: Load): Promise<string> {
  const path = file(`sample${load.path.replace("/", "-")}`);
  const service = await startService(`sqlite:${path}`);
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

interface Feed {
  load: Load;
  /** The least share of the handler that only stores. */
  share: number;
}

async function contendersOf({ load }: Feed): Promise<Contender[]> {
  const name = load.path.slice(1);
  const sample = await storedCdr(load);
  const bare = ["--import", "tsx", "bench/http/bare.ts"];
  const durable = (processes: number) => [
    ...["--import", "tsx", "bench/http/bare-durable.ts"],
    ...[file(`${name}-durable-${processes}`), sample, String(processes)],
  ];
  const service = (what: string, options: Parameters<typeof startService>[1] = {}) =>
    keep(startService(`sqlite:${file(`${name}-${what}`)}`, options));
  const logFile = join(folder, "log");
  return [
    { name: "bare", server: await keep(startMeasured(bare)), load },
    { name: "bare and durable", server: await keep(startMeasured(durable(1))), load },
    { name: "cdrate", server: await service("one", { log: "silent" }), load },
    { name: "cdrate, default log", server: await service("log", { log: "info", logFile }), load },
    { name: "bare and durable, 2 processes", server: await keep(startMeasured(durable(2))), load },
    { name: "cdrate, 2 processes", server: await service("two", { workers: 2 }), load },
    ...(BEFORE === undefined
      ? []
      : [{ name: "before", server: await service("before", { tree: BEFORE }), load }]),
    ...(CGRATES_BINARY === undefined || load !== FORM
      ? []
      : [
          { name: "CGRateS", server: await keep(startCgrates(CGRATES_BINARY)), load: CGRATES_FORM },
        ]),
  ];
}

function judge({ load, share }: Feed, turns: Turns): void {
  const { path } = load;
  const own = turns.of("cdrate");
  const ratio = (what: string, name: string, reference: string, least: number) =>
    expectFigure({ what: `${path}: ${what}`, measured: turns.ratio(name, reference), least });
  say(`${path}: share of bare ${turns.ratio("cdrate", "bare").toFixed(2)}`);
  ratio("share of bare and durable", "cdrate", "bare and durable", share);
  const two = "bare and durable, 2 processes";
  ratio("the same, 2 processes each", "cdrate, 2 processes", two, share);
  expectFigure({
    ...{ what: `${path}: p99 ⁄ p50 at ${CONNECTIONS} connections`, digits: 1 },
    ...{ measured: own.p99 / own.p50, most: 5 },
  });
  expectSame(`${path}: default log beside silent`, turns.ratio("cdrate, default log", "cdrate"));
  say(
    `${path}: two processes beside one ${turns.ratio("cdrate, 2 processes", "cdrate").toFixed(2)}`,
  );
  if (BEFORE === undefined) notMeasured(`${path}: beside the older build`, "set BENCH_BEFORE");
  else ratio("beside the older build", "cdrate", "before", 2);
  if (load !== FORM) return;
  if (CGRATES_BINARY === undefined)
    notMeasured("/cgr: beside CGRateS in memory", "set BENCH_CGRATES");
  else ratio("beside CGRateS in memory", "cdrate", "CGRateS", 1);
}

async function stopAll(): Promise<void> {
  await Promise.all(started.splice(0).map(stopProcess));
}

try {
  say(`/freeswitch_json takes documents of ${DOCUMENT_BYTES} bytes; ${CONNECTIONS} connections`);
  for (const feed of [
    { load: FORM, share: 0.85 },
    { load: FREESWITCH, share: 0.75 },
  ]) {
    judge(feed, await takeTurns(feed.load.path, await contendersOf(feed), CONNECTIONS));
    await stopAll();
  }
  await compareMany(folder);
} finally {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
}
