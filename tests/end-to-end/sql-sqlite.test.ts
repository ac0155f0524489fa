// Tables of Asterisk and FreeSWITCH in SQLite files become priced CDRs while their switch writes them:
// each row once, the same call from another feed of the source no second time.
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { masterLine } from "../feeds/asterisk-lines.ts";
import { VERAZ_CDR } from "../feeds/sql/schemas.ts";
import { NOW_MS, startTestService } from "./test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-sql-e2e-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});
const WAIT = { timeout: 30_000, interval: 30 };

const ASTERISK = `CREATE TABLE cdr (AcctId INTEGER PRIMARY KEY, calldate TEXT, clid TEXT, dcontext TEXT,
  channel TEXT, dstchannel TEXT, lastapp TEXT, lastdata TEXT, source TEXT, destination TEXT,
  duration TEXT, billsec TEXT, disposition TEXT, amaflags TEXT, accountcode TEXT, uniqueid TEXT, userfield TEXT)`;

function asterisk(path: string) {
  const database = new Database(path);
  database.pragma("journal_mode = WAL");
  database.exec(ASTERISK);
  const insert = database.prepare(
    `INSERT INTO cdr VALUES (?, '2026-03-02 10:00:00', '"Ann" <201>', 'internal', 'PJSIP/201-' || ?,
       'PJSIP/trunk-' || ?, 'Dial', 'x', '201', '34650123456', 65, ?, 'ANSWERED', 3, '1001', ?, '')`,
  );
  return {
    database,
    call(call: number, { id = call, billsec = "60", uniqueid = `1772445600.${call}` } = {}) {
      insert.run(id, String(call), String(call), billsec, uniqueid);
    },
  };
}

async function started(feeds: Record<string, unknown>[], source: Record<string, unknown> = {}) {
  const begunMs = Date.now();
  const service = await startTestService({
    clock: () => NOW_MS + Date.now() - begunMs,
    settings: {
      sources: sourceList.parse([{ name: "pbx", timeZone: "Europe/Madrid", ...source }]),
      feeds: feedList.parse(feeds.map((feed) => ({ source: "pbx", everySeconds: 0.05, ...feed }))),
    },
  });
  open.push(service);
  const state = async (name: string) => (await service.rpc("feed.get", { name })).state;
  const seen = (name: string, records: number) =>
    vi.waitFor(async () => expect((await state(name)).records).toBe(records), WAIT);
  return { service, state, seen };
}

describe("a table of Asterisk in SQLite", () => {
  it("is read while it grows; late rows and a new file are found; what is broken is kept", async () => {
    const path = join(folder, "master.db");
    const pbx = asterisk(path);
    const table = { name: "table", kind: "sql", url: `sqlite:${path}`, map: "asterisk-cdr" };
    const { service, state, seen } = await started([table], { kind: "asterisk" });
    // Written when the service has its tariff.
    pbx.call(1);
    pbx.call(3, { billsec: "x" });
    await seen("table", 2);
    pbx.call(4);
    await seen("table", 3);
    // Its number was given before that of the call before it, and it was written after it.
    pbx.call(2);
    await seen("table", 4);
    const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["pbx"] } });
    expect(cdrs).toHaveLength(3);
    for (const cdr of cdrs) {
      expect(cdr.primary).toMatchObject({
        originHost: "pbx",
        usage: 60,
        account: "1001",
        setupTime: "2026-03-02T10:00:00.000+01:00",
        destination: "34650123456",
        callerName: "Ann",
      });
      expect(cdr.rating.sell.amount).toMatch(/^\d/);
    }
    const { records } = await service.rpc("suspense.find", { sources: ["pbx"] });
    expect(records).toMatchObject([{ reason: "invalid-field", format: "asterisk-cdr" }]);
    const retried = await service.rpc("suspense.retry", {
      id: records[0].id,
      fields: { usage: 60 },
    });
    expect(retried).toMatchObject({ state: "retried", answer: { outcome: "rated" } });
    expect((await state("table")).position).toMatchObject({
      tables: { cdr: { by: "rowid", key: "4" } },
    });

    pbx.database.close();
    renameSync(path, `${path}.old`);
    await vi.waitFor(async () => expect((await state("table")).connected).toBe(false), WAIT);
    expect((await state("table")).fault).toMatch(/unable to open/);
    const next = asterisk(path);
    next.call(5, { id: 1 });
    await seen("table", 5);
    expect((await service.rpc("cdr.count", {})).count).toBe(5);
    next.database.close();
  });

  it("has its calls in common with Master.csv of the same source", async () => {
    const path = join(folder, "both.db");
    const pbx = asterisk(path);
    pbx.call(1);
    pbx.call(2);
    const master = join(folder, "Master.csv");
    const { service, state, seen } = await started(
      [
        { name: "table", kind: "sql", url: `sqlite:${path}`, map: "asterisk-cdr" },
        { name: "master", kind: "follow", path: master, format: "asterisk-csv" },
      ],
      { kind: "asterisk" },
    );
    await seen("table", 2);
    writeFileSync(master, [1, 2, 3].map((call) => masterLine({ call })).join(""));
    await seen("master", 3);
    pbx.call(3);
    await seen("table", 3);
    const { cdrs } = await service.rpc("cdr.find", {});
    expect(cdrs).toHaveLength(3);
    expect(await state("master")).toMatchObject({ firsts: 1, repeats: 2, faults: 0 });
    expect(await state("table")).toMatchObject({ firsts: 2, repeats: 1, faults: 0 });
    pbx.database.close();
  });
});

describe("a table of FreeSWITCH in SQLite", () => {
  it("has the ids of the switch, and bytes that are no UTF-8 are kept", async () => {
    const path = join(folder, "core.db");
    const database = new Database(path);
    database.exec(`CREATE TABLE cdr (caller_id_name VARCHAR, caller_id_number VARCHAR, destination_number VARCHAR,
      context VARCHAR, start_stamp DATETIME, answer_stamp DATETIME, end_stamp DATETIME, duration INTEGER,
      billsec INTEGER, hangup_cause VARCHAR, uuid VARCHAR, bleg_uuid VARCHAR, account_code VARCHAR)`);
    database.exec(`INSERT INTO cdr VALUES (CAST(x'5A6FEB' AS TEXT), '1001', '442079460123', 'default',
      '2026-03-02 10:00:00', '2026-03-02 10:00:05', '2026-03-02 10:01:05', 65, 60, 'NORMAL_CLEARING', 'u-1', '', '1001')`);
    database.exec(`INSERT INTO cdr VALUES ('Bo', '1001', '442079460124', 'default',
      '2026-03-02 11:00:00', '', '2026-03-02 11:00:05', 5, 0, 'USER_BUSY', 'u-2', '', '1001')`);
    const { service, state, seen } = await started([
      { name: "fs", kind: "sql", url: `sqlite:${path}`, map: "freeswitch-cdr", once: true },
    ]);
    await seen("fs", 2);
    await vi.waitFor(
      async () => expect((await state("fs")).position).toMatchObject({ done: true }),
      WAIT,
    );
    const { cdrs } = await service.rpc("cdr.find", { sort: { by: "setupTime" } });
    expect(cdrs.map((cdr: { primary: object }) => cdr.primary)).toMatchObject([
      { originId: "u-1", originHost: "", usage: 60, callerName: "Zo\ufffd", duration: 65 },
      { originId: "u-2", usage: 0, disconnectCause: "USER_BUSY" },
    ]);
    expect(cdrs[0].extra.rawValues).toEqual({ caller_id_name: "Zo%EB" });
    database.close();
  });
});

describe("a table of Veraz in SQLite", () => {
  it("has calls with both trunks, and calls that nobody answered", async () => {
    const path = join(folder, "veraz.db");
    const database = new Database(path);
    database.exec(VERAZ_CDR);
    const insert = database.prepare("INSERT INTO cdr VALUES (?,?,?,?,?,?,?,?,?,?,?,?)");
    const table = { name: "veraz", kind: "sql", url: `sqlite:${path}`, map: "veraz-cdr" };
    const { service, seen } = await started([table]);
    const [setup, end] = ["2026-03-02 10:00:00", "2026-03-02 10:01:05"];
    const parties = ["cs-1", "+34911234567", "34650123456", "1001", "carrier-a"];
    insert.run(1, "v-1", ...parties, setup, "2026-03-02 10:00:05", end, 60, 16);
    insert.run(2, "v-2", ...parties, setup, null, end, 0, 19);
    insert.run(3, null, ...parties, setup, null, end, "soon", 19);
    await seen("veraz", 3);
    const { cdrs } = await service.rpc("cdr.find", { filter: { sources: ["pbx"] } });
    const primaries = new Map(
      cdrs.map(({ primary }: { primary: { originId: string } }) => [primary.originId, primary]),
    );
    expect(primaries.get("v-1")).toMatchObject({
      ...{ originHost: "cs-1", account: "1001", callerNumber: "+34911234567" },
      ...{ destination: "34650123456", supplier: "carrier-a", usage: 60, disconnectCause: "16" },
      setupTime: "2026-03-02T10:00:00.000+01:00",
      answerTime: "2026-03-02T10:00:05.000+01:00",
      endTime: "2026-03-02T10:01:05.000+01:00",
    });
    expect(primaries.get("v-2")).toMatchObject({ usage: 0, disconnectCause: "19" });
    const { records } = await service.rpc("suspense.find", {});
    expect(records).toMatchObject([{ reason: "invalid-field" }]);
    database.close();
  });
});
