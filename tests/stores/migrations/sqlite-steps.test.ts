// Every step of the SQLite schema on a file that the version before it wrote.
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, describe, expect, test } from "vitest";
import type { MigrationEvent } from "../../../src/stores/migration.ts";
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";
import { makeOldFile, SEEDED } from "./old-file.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-steps-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const latest = SQLITE_STEPS.at(-1)?.number ?? 0;
const olderVersions = SQLITE_STEPS.map(({ number }) => number).filter((number) => number < latest);

test("steps are numbered from 1 without a gap, and each file is named for its step", () => {
  expect(SQLITE_STEPS.map(({ number }) => number)).toEqual(SQLITE_STEPS.map((_, n) => n + 1));
  const folder = new URL("../../../src/stores/sqlite/migrations/steps", import.meta.url);
  const names = readdirSync(folder, { recursive: true }).map((name) => basename(String(name)));
  const files = names
    .filter((name) => /^\d/.test(name))
    .map((name) => Number(name.slice(0, 3)))
    .sort((a, b) => a - b);
  expect(files).toEqual(SQLITE_STEPS.map(({ number }) => number));
});

function contentsOf(path: string): Record<string, unknown[]> {
  const database = new Sqlite(path, { readonly: true });
  const tables = database
    .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    .pluck()
    .all();
  const rows = tables.map((table) => [table, database.prepare(`SELECT * FROM ${table}`).all()]);
  database.close();
  return Object.fromEntries(rows) as Record<string, unknown[]>;
}

function schemaOf(path: string): unknown[] {
  const database = new Sqlite(path, { readonly: true });
  const squeezed = "replace(replace(replace(sql, char(10), ' '), '  ', ' '), '  ', ' ')";
  const rows = database
    .prepare(`SELECT type, name, tbl_name, ${squeezed} AS sql FROM sqlite_schema ORDER BY name`)
    .all();
  database.close();
  return rows;
}

describe.each(olderVersions)("a file of schema %i", (version) => {
  const path = join(folder, `from-${version}.db`);

  test("is refused with the remedy where nobody asked for a migration, and stays as it is", async () => {
    makeOldFile(path, version);
    const before = contentsOf(path);
    const refused = openSqliteStore({ path });
    await expect(refused).rejects.toMatchObject({
      code: "store-unavailable",
      message: `The store has schema version ${version}; this build works with ${latest}.`,
      detail: { hint: expect.stringContaining("cdrate store migrate") },
    });
    expect(contentsOf(path)).toEqual(before);
    expect(existsSync(`${path}.schema-${version}`)).toBe(false);
  });

  test("is copied, brought forward, and everything in it is as it was", async () => {
    const before = contentsOf(path);
    const events: MigrationEvent[] = [];
    const report = (event: MigrationEvent) => events.push(event);
    const store = await openSqliteStore({ path, migrates: true, build: "test", report });
    const copy = `${path}.schema-${version}`;
    expect(events).toEqual([
      { kind: "copied", path: copy },
      ...SQLITE_STEPS.filter(({ number }) => number > version).map(({ number: step, title }) => ({
        kind: "step",
        step,
        title,
      })),
    ]);
    // The process that migrates writes itself down before it copies.
    const { process: _, ...copied } = contentsOf(copy);
    const { process: __, ...kept } = before;
    expect(copied).toEqual(kept);
    expect(await store.schemaState()).toMatchObject({ version: latest, latest });
    const found = await store.cdrs.find({
      filter: { outcomes: ["rated", "partial", "unrated", "voided"] },
      sort: { by: "callTime", descending: false },
      limit: 1000,
    });
    const byId = new Map(found.cdrs.map((cdr) => [cdr.id, cdr]));
    expect(byId.size).toBe(SEEDED.cdrs.length);
    for (const { rating, ...facts } of SEEDED.cdrs) {
      const read = byId.get(facts.id);
      expect(read).toMatchObject(facts);
      expect(read?.history[0]?.rating ?? read?.rating).toEqual(rating);
    }
    expect(await store.suspense.get(SEEDED.suspense.id)).toMatchObject(SEEDED.suspense);
    const [assigned] = await store.accounts.getFor([{ tenant: "example.com", account: "1001" }]);
    expect(assigned).toMatchObject({ voipPlan: "gold", fromMs: 3 });
    expect(await store.tariffs.activations()).toHaveLength(1);
    expect(await store.jobs.get("j1")).toMatchObject({ body: { a: 1 } });
    expect(await store.jobs.pageLines("j1", "planned", { after: 0, limit: 5 })).toHaveLength(1);
    expect(await store.facts.get("f")).toEqual({ b: 2 });
    // A file of before had no feeds: one that begins now begins at its beginning.
    expect(await store.feeds.getFor(["master"])).toHaveLength(version < 6 ? 0 : 1);
    const queued = await store.queueEvents.find({ fromMs: 0, toMs: 9, limit: 5 });
    expect(queued).toHaveLength(version < 11 ? 0 : 1);
    const acts = await store.log.page({ limit: 9 });
    // What is older than the chain has no place in it.
    expect(acts.map(({ link, why }) => [link, why])).toEqual(version < 12 ? [] : [[null, null]]);
    expect(await store.overlays.all()).toHaveLength(version < 12 ? 0 : 1);
    expect(await store.callHalves.getFor(["h"])).toHaveLength(version < 13 ? 0 : 1);
    expect(await store.planObjects.plans()).toEqual(version < 16 ? [] : ["p"]);
    expect(await store.periods.last()).toBe(version < 18 ? 0 : 1);
    expect(await store.periods.cdrsOf(["c"], ["x"])).toHaveLength(version < 18 ? 0 : 1);
    expect(await store.logins.list({ kind: "user", limit: 9 })).toHaveLength(version < 19 ? 0 : 1);
    const schedule = await store.desk.get({ kind: "schedule", id: "s" });
    expect(schedule?.version ?? null).toBe(version < 20 ? null : 2);
    // Kept sums of before schema 22 are made anew: a quarter hour that had some is dirty.
    expect(contentsOf(path)["rollup_piece"]).toHaveLength(version < 22 ? 0 : 1);
    const terms = { effectiveCauses: [], congestionCauses: [] };
    const dirty = await store.rollups.dirty(terms, 999, { fromMs: 9 * 900_000, toMs: 9_000_000 });
    expect(dirty).toEqual(version < 17 ? [] : [{ quarter: 9, marked: 2, built: 0 }]);
    const entries = await store.master.getFor([{ kind: "account", tenant: "t", id: "1001" }]);
    expect(entries).toHaveLength(version < 24 ? 0 : 1);
    for await (const page of store.cdrs.keyFaults({})) expect(page.found).toEqual([]);
    // Goes by the index of callIds.
    const attempts = { effectiveCauses: [], congestionCauses: [] };
    const sums = { filter: {}, groupBy: [], timeZone: "UTC", time: "answer" as const, attempts };
    for (const row of await store.cdrs.summarize(sums)) {
      expect(row.attempts?.calls).toBeGreaterThan(0);
    }
    await store.close();
  });

  test("has the schema of a new file then, and SQLite finds it sound", async () => {
    const fresh = join(folder, `fresh-${version}.db`);
    await (await openSqliteStore({ path: fresh })).close();
    expect(schemaOf(path)).toEqual(schemaOf(fresh));
    const database = new Sqlite(path, { readonly: true });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(database.pragma("foreign_key_check")).toEqual([]);
    database.close();
  });

  test("opened for migration again, nothing is left to do", async () => {
    const events: MigrationEvent[] = [];
    const report = (event: MigrationEvent) => events.push(event);
    await (await openSqliteStore({ path, migrates: true, report })).close();
    expect(events).toEqual([]);
  });
});

test("a process of release 0.1.0 that was left running can read, and none of its writes is taken", async () => {
  const path = join(folder, "left-running.db");
  makeOldFile(path, 1);
  const old = new Sqlite(path);
  // As release 0.1.0 writes: each is prepared before the migration, as a running process has them.
  const writes = [
    `INSERT INTO cdr (id, tenant, source, received_ms, call_ms, setup_key_ms, account, subject,
       category, destination, usage, is_timed, content_hash, revision, outcome, normalized,
       has_long_amount, primary_fields, extra, rating)
     VALUES (randomblob(20), 't', 's', 1, 1, 1, 'a', 'a', 'c', 'd', 1, 1, 'h', 1, 'rated', 'n', 0,
       '{}', '{}', '{}') ON CONFLICT (id) DO NOTHING`,
    "INSERT INTO cdr_history (seq, revision, entry) VALUES (2, 1, '{}')",
    `INSERT INTO suspense VALUES ('x', 's', 'open', 'r', 'd', 'f', NULL, NULL, x'00', 1, NULL, NULL,
       NULL, NULL) ON CONFLICT (id) DO NOTHING`,
    "UPDATE suspense SET state = 'discarded' WHERE id = 'x' AND state = 'open'",
    "INSERT INTO tariff VALUES ('v9', 1, '{}') ON CONFLICT (version) DO NOTHING",
    "INSERT INTO activation VALUES ('t', 1, 'v', 1, 1)",
    `INSERT INTO assignment VALUES ('t', 'a', 1, 'p', NULL, 1)
     ON CONFLICT (tenant, account, from_ms) DO UPDATE SET voip_plan = excluded.voip_plan`,
    "INSERT INTO fact (name, fact) VALUES ('g', '{}') ON CONFLICT DO NOTHING",
    `INSERT INTO job (id, kind, state, version, created_ms, body) VALUES ('j', 'k', 's', 1, 1, '{}')
     ON CONFLICT (id) DO NOTHING`,
    "UPDATE job SET state = 's', version = 2, body = '{}' WHERE id = 'j1' AND version = 1",
    `INSERT INTO job_line (job, list, number, hash, line) VALUES (1, 'l', 2, 'h', '{}')
     ON CONFLICT (job, list, number) DO UPDATE SET hash = excluded.hash, line = excluded.line`,
    "UPDATE heartbeat SET beats = beats + 1",
  ].map((sql) => old.prepare(sql));
  const read = old.prepare("SELECT count(*) FROM cdr INDEXED BY cdr_by_time").pluck();
  await (await openSqliteStore({ path, migrates: true })).close();
  const before = contentsOf(path);
  for (const write of writes)
    expect(() => write.run()).toThrow(/no such function|ON CONFLICT|columns/);
  expect(read.get()).toBe(SEEDED.cdrs.length);
  old.close();
  expect(contentsOf(path)).toEqual(before);
});

test("what a process that was killed while it copied has left is taken away", async () => {
  const path = join(folder, "parts.db");
  makeOldFile(path, 1);
  const dead = `${path}.schema-1.part-999999999`;
  const alive = `${path}.schema-1.part-${process.ppid}`;
  writeFileSync(dead, "half");
  writeFileSync(alive, "half");
  await (await openSqliteStore({ path, migrates: true })).close();
  expect([existsSync(dead), existsSync(alive)]).toEqual([false, true]);
});

test("billed time is summed alike before, during and after its column is filled", async () => {
  const path = join(folder, "billed.db");
  makeOldFile(path, 7);
  const store = await openSqliteStore({ path, migrates: true });
  const sums = () =>
    store.cdrs.summarize({ filter: {}, groupBy: ["carrier"], timeZone: "UTC", time: "answer" });
  const unfilled = () => {
    const database = new Sqlite(path, { readonly: true });
    const count = database.prepare("SELECT count(*) FROM cdr WHERE billed_ms IS NULL").pluck();
    const found = count.get();
    database.close();
    return found;
  };
  expect(unfilled()).toBe(SEEDED.cdrs.length);
  const before = await sums();
  expect(before.some(({ billedMs, buyBilledMs }) => billedMs > 0 && buyBilledMs > 0)).toBe(true);
  const [first] = await store.cdrs.insert(SEEDED.cdrs.slice(0, 1));
  expect(first?.outcome).toBe("exists");
  const states = [await store.tend()];
  expect(unfilled()).toBeGreaterThan(0);
  expect(unfilled()).toBeLessThan(SEEDED.cdrs.length);
  expect(await sums()).toEqual(before);
  while (states.at(-1)?.behind !== undefined) states.push(await store.tend());
  expect(unfilled()).toBe(0);
  expect(await sums()).toEqual(before);
  await store.close();
});

test("calling numbers of before are found and added up beside new ones, what describes is absent", async () => {
  const path = join(folder, "callers.db");
  makeOldFile(path, 8);
  const store = await openSqliteStore({ path, migrates: true });
  const added = sampleCdr("new", {
    primary: { callerNumber: "201", queue: "sales", callDirection: "inbound", durationMs: 5_000 },
  });
  await store.cdrs.insert([added]);
  // The second revision of the first one is rated.
  const olderCalls = SEEDED.cdrs.filter(
    ({ primary, rating }, index) =>
      primary.callerNumber === "201" && (index === 0 || rating.outcome !== "voided"),
  );
  expect(olderCalls.length).toBeGreaterThan(10);
  const callerNumbers = ["201"];
  expect(await store.cdrs.count({ callerNumbers })).toBe(olderCalls.length + 1);
  const sums = await store.cdrs.summarize({
    filter: { callerNumbers },
    groupBy: ["callerNumber", "queue"],
    timeZone: "UTC",
    time: "answer",
  });
  const calls = new Map<unknown, number>();
  for (const { keys, calls: more } of sums) {
    expect(keys.callerNumber).toBe("201");
    calls.set(keys.queue, (calls.get(keys.queue) ?? 0) + more);
  }
  expect(Object.fromEntries(calls)).toEqual({ null: olderCalls.length, sales: 1 });
  expect(await store.cdrs.count({ duration: { min: 0 } })).toBe(1);
  expect(await store.cdrs.count({ directions: ["inbound"] })).toBe(1);
  for await (const page of store.cdrs.keyFaults({})) expect(page.found).toEqual([]);
  await store.close();
});
