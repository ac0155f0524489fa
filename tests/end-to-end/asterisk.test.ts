// The calls of a real Asterisk through its manager, its Master.csv and its cdr_custom file at once: each
// call once, what is forged in suspense, what one feed missed told as found in another.
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { type Manager, startManager } from "../feeds/ami/manager.ts";
import { startTestService } from "./test-service.ts";

const RECORDED = new URL("../feeds/ami/recorded/", import.meta.url);
const recorded = (name: string) => readFileSync(new URL(name, RECORDED), "utf8");
/** What the manager sent behind the login. */
const EVENTS = recorded("session.txt")
  .split("\n")
  .filter((line) => line.startsWith("S: "))
  .map((line) => `${line.slice(3)}\r\n`)
  .join("")
  .split("\r\n\r\n")
  .filter((message) => message.startsWith("Event:"))
  .map((message) => `${message}\r\n\r\n`);
const CDRS = EVENTS.filter((event) => event.startsWith("Event: Cdr"));

const folder = mkdtempSync(join(tmpdir(), "cdrate-asterisk-e2e-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const open: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop();
});

const SOURCE = {
  name: "pbx",
  kind: "asterisk",
  mapped: ["Carrier", "PeerAccount", "LinkedID", "Sequence", "HangupCause"],
  columns: readFileSync(new URL("../../docs/switches/asterisk.md", import.meta.url), "utf8").match(
    /^Cdrate\.csv => .*$/m,
  )?.[0],
};
const WAIT = { timeout: 30_000, interval: 50 };
const NOW_MS = Date.parse("2026-12-01T00:00:00Z");

const COLUMNS = [
  ...[
    "accountcode",
    "src",
    "dst",
    "dcontext",
    "clid",
    "channel",
    "dstchannel",
    "lastapp",
    "lastdata",
  ],
  ...["start", "answer", "end", "duration", "billsec", "disposition", "amaflags", "uniqueid"],
  ...["userfield", "peeraccount", "linkedid", "sequence"],
];

/** A table as cdr_adaptive_odbc fills it, with the rows of these lines. */
function tableOf(path: string) {
  const database = new Database(path);
  open.push({ stop: async () => void database.close() });
  database.exec(`CREATE TABLE cdr (id INTEGER PRIMARY KEY, ${COLUMNS.map((name) => `"${name}"`)})`);
  const insert = database.prepare(
    `INSERT INTO cdr (${COLUMNS.map((name) => `"${name}"`)}) VALUES (${COLUMNS.map(() => "?")})`,
  );
  return {
    write(records: readonly string[][]) {
      for (const values of records) {
        insert.run(
          values.map((value, index) => (COLUMNS[index] === "answer" ? value || null : value)),
        );
      }
    },
  };
}

/** The records of Master.csv: a line end within quotes is part of one. */
function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let values: string[] = [];
  for (const [, quoted, bare = "", end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^,\n]*))(,|\n)/g)) {
    values.push(quoted?.replaceAll('""', '"') ?? bare);
    if (end === ",") continue;
    records.push(values);
    values = [];
  }
  return records;
}

let files = 0;
async function started(source: Record<string, unknown> = {}) {
  process.env["AMI_TEST_SECRET"] = "s3cret";
  const manager: Manager = await startManager();
  open.push({ stop: () => manager.close() });
  files += 1;
  const [master, custom] = [join(folder, `Master-${files}.csv`), join(folder, `Own-${files}.csv`)];
  const base = join(folder, `cdr-${files}.db`);
  const table = tableOf(base);
  const often = { source: "pbx", everySeconds: 0.05 };
  const file = { kind: "follow", format: "asterisk-csv", ...often };
  const login = {
    host: "127.0.0.1",
    port: manager.port,
    user: "cdrate",
    secretEnv: "AMI_TEST_SECRET",
  };
  const service = await startTestService({
    clock: () => NOW_MS,
    settings: {
      sources: sourceList.parse([{ ...SOURCE, ...source }]),
      feeds: feedList.parse([
        { name: "live", kind: "asterisk-ami", source: "pbx", ...login },
        { name: "master", path: master, ...file },
        { name: "custom", path: custom, ...file },
        { name: "table", kind: "sql", url: `sqlite:${base}`, map: "asterisk-cdr", ...often },
      ]),
    },
  });
  open.push({ stop: () => service.stop() });
  const state = async (name: string) => (await service.rpc("feed.get", { name })).state;
  const seen = (name: string, records: number) =>
    vi.waitFor(async () => expect((await state(name)).records).toBe(records), WAIT);
  await vi.waitFor(async () => expect((await state("live")).connected).toBe(true), WAIT);
  return { manager, master, custom, table, service, state, seen };
}

describe("a real Asterisk's calls", () => {
  it("are one CDR each through manager and both files, in whatever order they are told", async () => {
    const { manager, master, custom, service, state, seen } = await started();
    manager.send(EVENTS.join(""));
    await seen("live", CDRS.length);
    writeFileSync(master, recorded("Master.csv"));
    await seen("master", CDRS.length);
    writeFileSync(custom, recorded("Cdrate.csv"));
    await seen("custom", CDRS.length);
    expect(CDRS).toHaveLength(14);
    const { cdrs } = await service.rpc("cdr.find", { limit: 100 });
    expect(new Set(cdrs.map(({ id }: { id: string }) => id)).size).toBe(14);
    expect(cdrs).toHaveLength(14);
    // The dialplan put a line end and "BillSecF: 0" into the user field of one call: Asterisk sent it so.
    const { records } = await service.rpc("suspense.find", {});
    expect(records).toMatchObject([
      { reason: "injected-field", detail: expect.stringContaining("billsecf") },
    ]);
    expect(await state("live")).toMatchObject({ firsts: 13, faults: 1, repeats: 0 });
    expect(await state("master")).toMatchObject({ firsts: 1, faults: 0, repeats: 13 });
    expect(await state("custom")).toMatchObject({ firsts: 0, faults: 0, repeats: 14 });
    const forged = cdrs.filter(
      ({ primary }: { primary: { destination: string } }) => primary.destination === "forge",
    );
    expect(forged.map(({ primary }: { primary: { usage: number } }) => primary.usage)).toEqual([
      1, 1,
    ]);
  });

  it("the other way round are the same CDRs, with the exact seconds that came first", async () => {
    const { manager, master, custom, service, state, seen } = await started();
    writeFileSync(custom, recorded("Cdrate.csv"));
    await seen("custom", 14);
    writeFileSync(master, recorded("Master.csv"));
    await seen("master", 14);
    manager.send(EVENTS.join(""));
    await seen("live", 14);
    expect((await service.rpc("cdr.count", {})).count).toBe(14);
    expect(await state("live")).toMatchObject({ firsts: 0, repeats: 13, faults: 1 });
    expect(await state("master")).toMatchObject({ firsts: 0, repeats: 14, faults: 0 });
    const answered = await service.rpc("cdr.find", { filter: { destinations: ["442079460123"] } });
    expect(
      answered.cdrs.map(({ primary }: { primary: { usage: number } }) => primary.usage).sort(),
    ).toEqual([3.004, 3.004, 3.006]);
  });

  it("with ids of Sequence are the same through all three", async () => {
    const { manager, master, custom, service, state, seen } = await started({
      identity: "sequence",
    });
    manager.send(CDRS.join(""));
    await seen("live", 14);
    writeFileSync(master, recorded("Master.csv"));
    writeFileSync(custom, recorded("Cdrate.csv"));
    await seen("master", 14);
    await seen("custom", 14);
    expect((await service.rpc("cdr.count", {})).count).toBe(14);
    expect((await state("master")).faults + (await state("custom")).faults).toBe(0);
  });

  it.each(["channel", "sequence"])(
    "of one hour are one CDR each through manager, file and table, with ids of the %s",
    async (identity) => {
      const { manager, master, table, service, state, seen } = await started({ identity });
      const rows = recordsOf(recorded("Master.csv"));
      expect(rows).toHaveLength(14);
      // Each has a part of the hour first, and tells all of it.
      table.write(rows.slice(0, 5));
      await seen("table", 5);
      manager.send(CDRS.join(""));
      await seen("live", 14);
      writeFileSync(master, recorded("Master.csv"));
      await seen("master", 14);
      table.write(rows.slice(5));
      await seen("table", 14);
      expect(CDRS[0]).toMatch(/^Sequence: \d+\r$/m);
      const { cdrs } = await service.rpc("cdr.find", { limit: 100 });
      const ids = cdrs.map(({ primary }: { primary: { originId: string } }) => primary.originId);
      expect([cdrs.length, new Set(ids).size]).toEqual([14, 14]);
      const told = await Promise.all(["live", "master", "table"].map(state));
      expect(told.map(({ repeats, faults }) => repeats + faults)).toSatisfy(
        (counts: number[]) => counts.reduce((sum, count) => sum + count, 0) === 3 * 14 - 14,
      );
      // The forged event is in suspense; the line and the row of that call are good.
      expect(told.map(({ faults }) => faults)).toEqual([1, 0, 0]);
    },
  );

  it("that the manager did not tell are filled from the file, counted as found only there", async () => {
    const { manager, master, service, state, seen } = await started();
    const lines = recorded("Master.csv").trimEnd().split("\n");
    manager.send(CDRS.slice(0, 4).join(""));
    await seen("live", 4);
    manager.cut();
    await vi.waitFor(async () => expect((await state("live")).gaps).toHaveLength(1), WAIT);
    expect((await state("live")).gaps[0].filledBy).toBeNull();
    writeFileSync(master, `${lines.join("\n")}\n`);
    await seen("master", 14);
    expect((await service.rpc("cdr.count", {})).count).toBe(14);
    expect(await state("master")).toMatchObject({ firsts: 10, repeats: 4, onlyHere: 10 });
    expect(await state("live")).toMatchObject({ firsts: 4, repeats: 0, onlyHere: 0 });
    // A call that ended after the gap says that the file is past it.
    const later = lines[0]?.replaceAll("2026-11-30 19:22:40", "2026-12-01 00:00:02") ?? "";
    appendFileSync(master, `${later.replace("1796066560.7", "1796066560.99")}\n`);
    await seen("master", 15);
    expect((await state("live")).gaps).toMatchObject([{ filledBy: "master" }]);
    const metrics = (await service.get("/metrics")).body;
    expect(metrics).toContain('cdrate_feed_only_here{feed="master"} 11');
    expect(metrics).toContain('cdrate_feed_repeats{feed="master"} 4');
  });
});
