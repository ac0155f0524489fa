// The road itself, with steps of these tests after the real ones: who waits for whom, what goes on
// behind, and what a kill in the middle leaves.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { nextStep, type StoreProcess } from "../../../src/stores/migration.ts";
import type { SqliteStep } from "../../../src/stores/sqlite/migrations/runner.ts";
import { SQLITE_STEPS } from "../../../src/stores/sqlite/migrations/steps.ts";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { sampleCdr, sampleCdrs } from "../contracts/sample-cdrs.ts";
import { LATEST, noteStep, rewriteStep } from "./later-steps.ts";
import { makeOldFile } from "./old-file.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-road-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function clockAt(ms: number) {
  const now = { ms };
  return { now, clock: () => now.ms };
}

describe("a step that runs alone", () => {
  const steps = [...SQLITE_STEPS, noteStep({ canWait: true })];

  test("waits for processes of older builds, works without it, and says so", async () => {
    const path = join(folder, "alone.db");
    const { now, clock } = clockAt(1_000_000);
    const older = await openSqliteStore({ path, build: "0.2.0", clock });
    await older.cdrs.insert([sampleCdr("before")]);
    const newer = await openSqliteStore({ path, build: "0.3.0", clock, steps, migrates: true });
    const waiting = { step: LATEST + 1, title: "notes", builds: ["0.2.0"] };
    expect(await newer.schemaState()).toMatchObject({ version: LATEST, waiting });
    await newer.cdrs.insert([sampleCdr("meanwhile")]);
    await older.cdrs.insert([sampleCdr("older meanwhile")]);
    // A command beside them works too: it is not to migrate, and nothing could be.
    const command = await openSqliteStore({ path, build: "0.3.0", clock, steps });
    expect(await command.cdrs.count({})).toBe(3);
    await command.close();
    now.ms += 30_000;
    await older.tend();
    now.ms += 40_000;
    expect(await newer.tend()).toMatchObject({ version: LATEST, waiting });
    // Without a sign of life for a minute it counts as ended, and its later writes are refused.
    now.ms += 30_000;
    expect(await newer.tend()).toEqual({
      version: LATEST + 1,
      latest: LATEST + 1,
      cdrKey: "tenant and id",
    });
    await expect(older.cdrs.insert([sampleCdr("late")])).rejects.toThrow("no such function");
    expect(await newer.cdrs.count({})).toBe(3);
    await newer.cdrs.insert([sampleCdr("after")]);
    await older.close();
    await newer.close();
    await expect(openSqliteStore({ path })).rejects.toThrow("this build knows");
  });

  test("runs at once when the older process has ended as it should", async () => {
    const path = join(folder, "ended.db");
    const older = await openSqliteStore({ path });
    await older.close();
    const newer = await openSqliteStore({ path, steps, migrates: true });
    expect((await newer.schemaState()).version).toBe(LATEST + 1);
    await newer.close();
  });

  test("is no reason to start where this build cannot work without it", async () => {
    const path = join(folder, "cannot-wait.db");
    const older = await openSqliteStore({ path, build: "0.2.0" });
    const strict = [...SQLITE_STEPS, noteStep({ canWait: false })];
    await expect(openSqliteStore({ path, steps: strict, migrates: true })).rejects.toMatchObject({
      code: "store-unavailable",
      message: expect.stringContaining("0.2.0"),
    });
    await older.cdrs.insert([sampleCdr("still")]);
    await older.close();
  });

  test("never runs while an older process lives, whatever the order", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ runs: fc.constantFrom("beside", "alone"), canWait: fc.constant(true) }),
        ),
        fc.array(fc.integer({ min: 0, max: 8 })),
        fc.nat(8),
        (facts, schemas, version) => {
          const made = facts.map((one, n) => ({ ...one, number: n + 1, title: "t" }) as const);
          const alive = schemas.map((schema) => ({ schema, build: "x" }) as StoreProcess);
          const found = nextStep(made, version, alive);
          if (found === null) expect(made.length).toBeLessThanOrEqual(version);
          else if ("run" in found) {
            expect(found.run.number).toBe(version + 1);
            const isOlderAlive = schemas.some((schema) => schema < found.run.number);
            expect(found.run.runs === "alone" && isOlderAlive).toBe(false);
          } else expect(found.wait.step).toBe(version + 1);
        },
      ),
    );
  });
});

describe("a step that only adds", () => {
  test("runs beside an older process, which works on", async () => {
    const path = join(folder, "beside.db");
    const older = await openSqliteStore({ path });
    const adding: SqliteStep = { ...noteStep({}), runs: "beside" };
    const newer = await openSqliteStore({ path, steps: [...SQLITE_STEPS, adding], migrates: true });
    expect((await newer.schemaState()).version).toBe(LATEST + 1);
    await older.cdrs.insert([sampleCdr("older")]);
    expect(await newer.cdrs.count({})).toBe(1);
    await older.close();
    await newer.close();
  });
});

describe("a rewrite of old records", () => {
  test("goes on behind in slices, each record once, from whichever process tends", async () => {
    const path = join(folder, "behind.db");
    const first = await openSqliteStore({ path });
    await first.cdrs.insert(sampleCdrs(95, 3, "behind"));
    await first.close();
    const steps = [...SQLITE_STEPS, rewriteStep()];
    const stores = [
      await openSqliteStore({ path, steps, migrates: true }),
      await openSqliteStore({ path, steps }),
    ];
    const behind = { step: LATEST + 1, title: "counts rewrites", done: 0, total: 95 };
    expect((await stores[1]?.schemaState())?.behind).toEqual(behind);
    const seen: number[] = [];
    for (let turn = 0; turn < 40; turn += 1) {
      const state = await stores[turn % 2]?.tend();
      if (state?.behind === undefined) break;
      seen.push(state.behind.done);
      await stores[0]?.cdrs.insert([sampleCdr(`while-${turn}`)]);
    }
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    for (const store of stores) await store.close();
    const database = new Sqlite(path, { readonly: true });
    const wrong = database.prepare("SELECT count(*) FROM rewritten WHERE times <> 1").pluck().get();
    const all = database.prepare("SELECT count(*) FROM rewritten").pluck().get() as number;
    expect([wrong, all >= 95]).toEqual([0, true]);
    database.close();
  });
});

const MIGRATOR = new URL("./migrator.ts", import.meta.url).pathname;

/** Runs a migration in a process of its own, killed after `killAfterMs`; true: it came to its end. */
function migrate(path: string, killAfterMs: number | null): Promise<boolean> {
  const child = spawn(process.execPath, ["--import", "tsx", MIGRATOR, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  child.stdout.once("data", () => {
    if (killAfterMs !== null) setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  });
  return new Promise((done) => child.once("exit", (code) => done(code === 0)));
}

test("killed anywhere and begun again, a migration comes to the same end", async () => {
  const whole = join(folder, "whole.db");
  makeOldFile(whole, 1);
  expect(await migrate(whole, null)).toBe(true);
  const killed = join(folder, "killed.db");
  makeOldFile(killed, 1);
  const delays = fc.sample(fc.integer({ min: 0, max: 120 }), { numRuns: 5, seed: 4 });
  let kills = 0;
  for (const delay of delays) if (!(await migrate(killed, delay))) kills += 1;
  expect(await migrate(killed, null)).toBe(true);
  expect(kills).toBeGreaterThan(0);
  const contents = [whole, killed].map((path) => {
    const database = new Sqlite(path, { readonly: true });
    expect(database.pragma("integrity_check", { simple: true })).toBe("ok");
    const tables = database
      .prepare<[], string>(
        `SELECT name FROM sqlite_schema WHERE type = 'table'
         AND name NOT IN ('migration', 'process') ORDER BY name`,
      )
      .pluck()
      .all();
    const rows = tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all());
    const notes = database.prepare("SELECT step, done, total, is_done FROM migration").all();
    const schema = database.prepare("SELECT name, sql FROM sqlite_schema ORDER BY name").all();
    database.close();
    return { tables, rows, notes, schema };
  });
  expect(contents[1]).toEqual(contents[0]);
  expect(existsSync(`${killed}.schema-1`)).toBe(true);
});
