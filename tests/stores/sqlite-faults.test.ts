// Files that cannot be used, other processes, and long reads beside short ones.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { sampleCdr, sampleCdrs, sampleId } from "./sample-cdrs.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-faults-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const away = { code: "store-unavailable" };
const inFolder = (name: string) => join(folder, name);

async function openedOnce(name: string): Promise<string> {
  const path = inFolder(name);
  const store = await openSqliteStore({ path });
  await store.close();
  return path;
}

describe("a file that cannot be used is named, not repaired", () => {
  test("a folder in its place", async () => {
    mkdirSync(inFolder("folder.db"));
    await expect(openSqliteStore({ path: inFolder("folder.db") })).rejects.toMatchObject(away);
  });

  test("a file in place of its folder", async () => {
    writeFileSync(inFolder("file"), "");
    await expect(openSqliteStore({ path: inFolder("file/x.db") })).rejects.toMatchObject(away);
  });

  test("a file that is no database", async () => {
    writeFileSync(inFolder("text.db"), "nothing of the kind ".repeat(500));
    await expect(openSqliteStore({ path: inFolder("text.db") })).rejects.toMatchObject(away);
  });

  test("a database of another program", async () => {
    const path = inFolder("other.db");
    new Sqlite(path).exec("CREATE TABLE theirs (x); PRAGMA user_version = 1").close();
    await expect(openSqliteStore({ path })).rejects.toMatchObject(away);
    const left = new Sqlite(path).prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
    expect(left).toBe(1);
  });

  test("a schema that a newer build wrote", async () => {
    const path = await openedOnce("newer.db");
    new Sqlite(path).exec("PRAGMA user_version = 99").close();
    await expect(openSqliteStore({ path })).rejects.toMatchObject(away);
  });
});

test("what was stored is there after closing and opening again, with new indexes", async () => {
  const path = await openedOnce("again.db");
  const first = await openSqliteStore({ path });
  await first.cdrs.insert([sampleCdr("kept", { extra: { trunk: "x" } })]);
  await first.close();
  const second = await openSqliteStore({ path, indexedExtraFields: ["trunk", 'it\'s "one"'] });
  const filter = { tenants: ["example.com"], extra: { trunk: "x", other: [null] }, not: {} };
  expect(await second.cdrs.count({ ...filter, extra: { trunk: "x" } })).toBe(1);
  expect(await second.cdrs.count(filter)).toBe(0);
  await second.close();
});

test("a file that was removed while open takes no more writes", async () => {
  const path = inFolder("moved.db");
  const store = await openSqliteStore({ path });
  renameSync(path, inFolder("elsewhere.db"));
  await expect(store.cdrs.insert([sampleCdr("lost")])).rejects.toMatchObject(away);
  await expect(store.ping()).rejects.toMatchObject(away);
  await store.close();
});

test("a full disk is said, and nothing of the batch is kept", async () => {
  const path = inFolder("full.db");
  const store = await openSqliteStore({ path, mostPages: 60 });
  const batch = sampleCdrs(200, 3, "full");
  await expect(store.cdrs.insert(batch)).rejects.toMatchObject(away);
  expect(await store.cdrs.count({ outcomes: ["rated", "partial", "unrated", "voided"] })).toBe(0);
  expect(await store.cdrs.insert(batch.slice(0, 2))).toHaveLength(2);
  await store.close();
});

describe("beside another process that writes", () => {
  test("a write waits until the other has finished, and the event loop goes on", async () => {
    const path = await openedOnce("busy.db");
    const other = new Sqlite(path);
    const store = await openSqliteStore({ path });
    other.exec("BEGIN IMMEDIATE");
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
      if (turns === 10) other.exec("COMMIT");
    }, 5);
    expect(await store.cdrs.insert([sampleCdr("patient")])).toEqual([{ outcome: "inserted" }]);
    clearInterval(ticking);
    expect(turns).toBeGreaterThanOrEqual(10);
    await store.close();
    other.close();
  });

  test("after the time allowed it is unavailable; reads go on", async () => {
    const path = await openedOnce("locked.db");
    const other = new Sqlite(path);
    const store = await openSqliteStore({ path, busyTimeoutMs: 60 });
    other.exec("BEGIN IMMEDIATE");
    await expect(store.cdrs.insert([sampleCdr("late")])).rejects.toMatchObject(away);
    await expect(store.ping()).rejects.toMatchObject(away);
    expect(await store.cdrs.get(sampleId("late"))).toBeNull();
    other.exec("ROLLBACK");
    await store.ping();
    await store.close();
    other.close();
  });
});

describe("over 30,000 CDRs", () => {
  const all = 30_000;
  let store: Store;
  beforeAll(async () => {
    store = await openSqliteStore({ path: inFolder("many.db") });
    const sample = sampleCdrs(500, 7, "many");
    for (let round = 0; round < all / 500; round += 1) {
      const batch = sample.map((cdr, n) => {
        const at = Date.UTC(2026, 0, 1) + (round * 500 + n) * 1_000;
        const primary = { ...cdr.primary, answerTime: { atMs: at, offsetMinutes: 0 } };
        return { ...cdr, id: sampleId(`many-${round}-${n}`), primary };
      });
      await store.cdrs.insert(batch);
    }
  });
  afterAll(() => store.close());

  test("no read holds the event loop for 50 ms", async () => {
    const filter = { outcomes: ["rated", "partial", "unrated", "voided"] as never, not: {} };
    const reads = [
      () => store.cdrs.count({ ...filter, extra: { nowhere: 1 }, sell: { min: "-5" } }),
      () => store.cdrs.find({ filter: { extra: { none: [1] } }, sort: byUsage, limit: 100 }),
      () =>
        store.cdrs.summarize({ filter, groupBy: ["hour", "carrier"], timeZone, time: "answer" }),
    ];
    for (const read of reads) {
      await read();
      // The best of five: other processes of the machine may take the core meanwhile.
      const longest: number[] = [];
      for (let attempt = 0; attempt < 5; attempt += 1) longest.push(await longestTurn(read));
      expect(Math.min(...longest)).toBeLessThan(50);
    }
  });

  test("pieces add up: every CDR is counted, summed and found once", async () => {
    const filter = { outcomes: ["rated", "partial", "unrated", "voided"] as never };
    expect(await store.cdrs.count(filter)).toBe(all);
    const query = { filter, groupBy: [], timeZone: "UTC", time: "answer" as const };
    const rows = await store.cdrs.summarize(query);
    expect(rows.reduce((sum, row) => sum + row.calls, 0)).toBe(all);
    const seen = new Set<string>();
    for await (const page of store.cdrs.scan(filter, 1_000))
      for (const cdr of page) seen.add(cdr.id);
    expect(seen.size).toBe(all);
  });
});

const byUsage = { by: "usage", descending: true } as const;
const timeZone = "Europe/Madrid";

/** The longest time in milliseconds between two turns of the event loop during the read. */
async function longestTurn(read: () => Promise<unknown>): Promise<number> {
  let longest = 0;
  let last = performance.now();
  let isDone = false;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  await read();
  isDone = true;
  return longest;
}
