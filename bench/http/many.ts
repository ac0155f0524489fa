// `cdr.processMany` of 1,000 records beside the driver's own insert of as many ready rows in one transaction,
// into the same table with the same indexes.
import { join } from "node:path";
import Database from "better-sqlite3";
import { setPragmas } from "../../src/stores/sqlite/schema.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import { stopProcess } from "../../tests/end-to-end/server-process.ts";
import { expectFigure } from "./aims.ts";
import { manyLoad } from "./loads.ts";
import { measure, median, say, startService } from "./measure.ts";
import { ROUNDS } from "./turns.ts";

const RECORDS = 1000;
const SECONDS = 3;
/** One is read and priced while another is made durable. */
const CONNECTIONS = 2;

type Row = Record<string, unknown>;

/** They keep older builds away, by a function that the service brings along. */
function dropTriggers(database: Database.Database): void {
  const names = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck();
  for (const name of names.all()) database.exec(`DROP TRIGGER ${String(name)}`);
}

/** Inserts copies of a stored row; answers rows a second. */
function createBareInsert(path: string): () => number {
  const database = new Database(path);
  setPragmas(database);
  dropTriggers(database);
  const { seq: _own, ...sample } = database.prepare("SELECT * FROM cdr LIMIT 1").get() as Row;
  const names = Object.keys(sample);
  const insert = database.prepare(
    `INSERT INTO cdr (${names.join(", ")}) VALUES (${names.map((name) => `@${name}`).join(", ")})`,
  );
  const insertAll = database.transaction((rows: Row[]) => {
    for (const row of rows) insert.run(row);
  });
  let serial = 0;
  const nextRows = (): Row[] =>
    Array.from({ length: RECORDS }, () => {
      serial += 1;
      const id = Buffer.alloc(20);
      // The ids of CDRs are hashes: spread over the whole index.
      id.writeUInt32BE(Math.imul(serial, 0x9e3779b1) >>> 0, 0);
      id.writeUInt32BE(serial, 16);
      return { ...sample, id, change: 1_000_000_000 + serial };
    });
  return () => {
    let [inserted, spentMs] = [0, 0];
    while (spentMs < SECONDS * 1000) {
      const rows = nextRows();
      const startedMs = performance.now();
      insertAll(rows);
      spentMs += performance.now() - startedMs;
      inserted += rows.length;
    }
    return (inserted * 1000) / spentMs;
  };
}

/** A file with one CDR as the service stores it. */
async function fileWithOne(path: string): Promise<void> {
  const service = await startService(`sqlite:${path}`);
  const { type, path: route, body } = manyLoad(1);
  const headers = { "content-type": type };
  await fetch(service.url + route, { method: "POST", headers, body: body() });
  await stopProcess(service);
  await (await openSqliteStore({ path })).close();
}

export async function compareMany(folder: string): Promise<void> {
  const path = join(folder, "many-bare.db");
  await fileWithOne(path);
  const bareInsert = createBareInsert(path);
  const service = await startService(`sqlite:${join(folder, "many.db")}`);
  const load = manyLoad(RECORDS);
  const [own, bare, ratios]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let round = 0; round <= ROUNDS; round += 1) {
      const inserted = bareInsert();
      const options = { connections: CONNECTIONS, seconds: SECONDS };
      const taken = (await measure(service, load, options)).perSecond * RECORDS;
      // The first round warms both up.
      if (round === 0) continue;
      own.push(taken);
      bare.push(inserted);
      ratios.push(taken / inserted);
    }
  } finally {
    await stopProcess(service);
  }
  const figures = `${median(own).toFixed(0)} CDRs/s, bare batch insert ${median(bare).toFixed(0)} rows/s`;
  say(`cdr.processMany of ${RECORDS}: ${figures}`);
  const what = `cdr.processMany of ${RECORDS}: share of the bare batch insert`;
  expectFigure({ what, measured: median(ratios), least: 0.6 });
}
