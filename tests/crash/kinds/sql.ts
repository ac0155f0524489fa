// kill -9 of a service that pulls the tables of an Asterisk and of a Kamailio, at seeded moments, while
// they write: also rows that come late, BYEs long after their INVITE, and a table that is begun anew.
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { type Report, type RunOptions, seededChance, until } from "../report.ts";
import { callRpc } from "../requests.ts";
import { startService } from "../service.ts";
import { compareStored } from "../stored.ts";

const LONGEST_ROUND_MS = 600;
const LEASE_SECONDS = 1;
/** Calls that are under way at once. */
const UNDER_WAY = 20;

/** The switches: each call is a row of the one table, and two of the other one. */
function switches(path: string, chance: () => number) {
  const database = new Sqlite(path);
  database.pragma("journal_mode = WAL");
  const create = () =>
    database.exec(`CREATE TABLE cdr (calldate TEXT, src TEXT, dst TEXT, dstchannel TEXT, billsec INTEGER,
      disposition TEXT, accountcode TEXT, uniqueid TEXT)`);
  create();
  database.exec(`CREATE TABLE acc (id INTEGER PRIMARY KEY, method TEXT, from_tag TEXT, to_tag TEXT, callid TEXT,
    sip_code TEXT, time TEXT, src_user TEXT, dst_ouser TEXT)`);
  const calls = new Set<string>();
  const waiting: number[] = [];
  let [next, top, emptied] = [0, 0, 0];
  /** Numbers that were given and are not written yet. */
  const late: number[] = [];

  const insertCdr = (number: number, call: number) =>
    database
      .prepare(
        `INSERT INTO cdr (rowid, calldate, src, dst, dstchannel, billsec, disposition, accountcode, uniqueid)
         VALUES (?, '2026-03-02 10:00:00', '201', '34650123456', ?, 60, 'ANSWERED', '1001', ?)`,
      )
      .run(number, `PJSIP/t-${call}`, `1772445600.${call}`);
  const insertAcc = (method: string, call: number, [from, to]: [string, string], time: string) =>
    database
      .prepare(
        `INSERT INTO acc (method, from_tag, to_tag, callid, sip_code, time, src_user, dst_ouser)
         VALUES (?, ?, ?, ?, '200', ?, '1001', '34650123456')`,
      )
      .run(method, from, to, `k-${call}`, time);

  return {
    calls,
    emptied: () => emptied,
    call() {
      const call = next;
      next += 1;
      top += 1;
      if (chance() < 0.1) late.push(top, call);
      else insertCdr(top, call);
      if (late.length > 0 && chance() < 0.1) insertCdr(late.shift() ?? 0, late.shift() ?? 0);
      calls.add(`1772445600.${call}|PJSIP/t-${call}|2026-03-02T10:00:00.000Z`);
      insertAcc("INVITE", call, ["f", "t"], "2026-03-02 10:00:00");
      waiting.push(call);
      if (waiting.length > UNDER_WAY) this.hangUp();
    },
    hangUp() {
      const [call] = waiting.splice(Math.floor(chance() * waiting.length), 1);
      if (call === undefined) return;
      const tags: [string, string] = chance() < 0.5 ? ["f", "t"] : ["t", "f"];
      insertAcc("BYE", call, tags, "2026-03-02 10:01:00");
      calls.add(`k-${call};f;t`);
    },
    /** What is read already is removed, and numbers begin with 1 again. */
    emptyCdr() {
      database.exec("DROP TABLE cdr");
      create();
      [top, emptied] = [0, emptied + 1];
    },
    end() {
      while (late.length > 0) insertCdr(late.shift() ?? 0, late.shift() ?? 0);
      while (waiting.length > 0) this.hangUp();
    },
    close: () => database.close(),
  };
}

export async function sql(options: RunOptions): Promise<Report> {
  const report: Report = { kind: "sql", facts: { seed: options.seed }, broken: [] };
  const chance = seededChance(options.seed);
  const path = join(options.folder, "switch.db");
  const pbx = switches(path, chance);
  const feed = { kind: "sql", url: `sqlite:${path}`, everySeconds: 0.05, batchRows: 100 };
  const start = () =>
    startService({
      folder: options.folder,
      store: `sqlite:${join(options.folder, "feeds.db")}`,
      settings: {
        limits: { ...options.limits, feedLeaseSeconds: LEASE_SECONDS },
        sources: [{ name: "pbx", kind: "asterisk" }, { name: "kam" }],
        feeds: [
          { ...feed, name: "table", map: "asterisk-cdr", source: "pbx" },
          { ...feed, name: "acc", map: "kamailio-acc", source: "kam" },
        ],
      },
    });
  let service = await start();
  const count = async () => (await callRpc(service.url, "cdr.count", {})).count as number;
  let isOver = false;
  let isHeld = false;
  const traffic = (async () => {
    while (!isOver) {
      for (let call = 0; call < 2 && !isHeld; call += 1) pbx.call();
      await pause(20);
    }
  })();
  for (let round = 0; round < options.kills; round += 1) {
    await pause(chance() * LONGEST_ROUND_MS);
    await service.end("SIGKILL");
    service = await start();
    if (round !== Math.floor(options.kills / 2)) continue;
    // Somebody empties the table when it was read, as archives do.
    isHeld = true;
    pbx.end();
    await until("every call so far", async () => (await count()) >= pbx.calls.size);
    pbx.emptyCdr();
    isHeld = false;
  }
  isOver = true;
  await traffic;
  pbx.end();
  let stored = 0;
  await until("every call", async () => {
    stored = await count();
    return stored >= pbx.calls.size;
  }).catch((error: unknown) => report.broken.push(String(error)));
  const told = {
    cdrs: pbx.calls,
    suspended: new Set<string>(),
    statuses: new Map<number, number>(),
    ...{ tookMs: [], unexpected: [], acknowledged: () => pbx.calls.size },
  };
  await compareStored(service.url, told, report);
  if (stored > pbx.calls.size) report.broken.push(`${stored - pbx.calls.size} CDRs are of no call`);
  const { records } = await callRpc(service.url, "suspense.find", { limit: 10 });
  if (records.length > 0) report.broken.push(`in suspense: ${records[0].detail}`);
  const { feeds } = await callRpc(service.url, "feed.list", {});
  for (const { name, state } of feeds) {
    report.facts[name] = `${state.records} records, ${state.repeats} repeats`;
  }
  Object.assign(report.facts, {
    kills: options.kills,
    calls: pbx.calls.size,
    emptied: pbx.emptied(),
  });
  await service.end("SIGTERM");
  pbx.close();
  return report;
}
