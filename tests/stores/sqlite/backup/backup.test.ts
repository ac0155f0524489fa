// Goal: a backup has what was committed when it was asked for, others write meanwhile, and it comes
// back as it was or not at all. Method: files of SQLite, a store with something in every table.
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { backUpStore, restoreStore } from "../../../../src/compose/store-backup.ts";
import { openSqliteStore } from "../../../../src/stores/sqlite/store.ts";
import { openThreadedSqliteStore } from "../../../../src/stores/sqlite/threads/store.ts";
import { sampleCdr } from "../../contracts/sample-cdrs.ts";
import { fillStore } from "../../copy/filled-store.ts";
import { createThreadPool } from "../thread-pool.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-backup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const TAKEN_MS = Date.parse("2026-03-02T09:00:00Z");

const settingsPath = at("cdrate.yaml");
const SETTINGS = "# ours\nlisten: 127.0.0.1:2080\n";

function backUp(from: string, to: string) {
  return backUpStore({ store: `sqlite:${from}`, settingsPath, to, clock: () => TAKEN_MS });
}

function restoreTo(from: string, to: string) {
  return restoreStore({ from, store: `sqlite:${to}` });
}

/** Every row of every table. */
function rowsOf(path: string): Record<string, unknown[]> {
  const database = new Sqlite(path, { readonly: true });
  try {
    const tables = database
      .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name")
      .pluck()
      .all();
    return Object.fromEntries(
      tables.map((name) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]),
    );
  } finally {
    database.close();
  }
}

const source = at("source.db");
beforeAll(async () => {
  writeFileSync(settingsPath, SETTINGS);
  const store = await openSqliteStore({ path: source });
  await fillStore(store);
  await store.close();
});

it("comes back with every row of every table, and its settings", async () => {
  const facts = await backUp(source, at("one.backup"));
  expect(facts).toMatchObject({
    path: at("one.backup"),
    takenAtMs: TAKEN_MS,
    settings: "cdrate.yaml",
  });
  expect(facts.bytes).toBe(statSync(at("one.backup")).size);
  const restored = await restoreStore({
    from: at("one.backup"),
    store: `sqlite:${at("new/cdrate.db")}`,
    settingsTo: at("new.yaml"),
  });
  expect(restored).toMatchObject({ takenAtMs: TAKEN_MS, isHashKnown: true, cdrs: facts.cdrs });
  expect(rowsOf(at("new/cdrate.db"))).toEqual(rowsOf(source));
  expect(readFileSync(at("new.yaml"), "utf8")).toBe(SETTINGS);
  const store = await openSqliteStore({ path: at("new/cdrate.db"), mustExist: true });
  expect(await store.cdrs.count({})).toBeGreaterThan(0);
  await store.close();
});

it("is for its owner alone, and its hash is one that sha256sum reads", () => {
  const sha256 = createHash("sha256")
    .update(readFileSync(at("one.backup")))
    .digest("hex");
  expect(readFileSync(at("one.backup.sha256"), "utf8")).toBe(`${sha256}  one.backup\n`);
  for (const name of ["one.backup", "one.backup.sha256", "new.yaml"]) {
    expect(statSync(at(name)).mode & 0o777).toBe(0o600);
  }
});

it("has every CDR that was acknowledged before, while others are written", async () => {
  const threads = createThreadPool();
  const path = at("busy.db");
  const store = await openThreadedSqliteStore({ path, startWorker: threads.startWorker });
  const acknowledged: string[] = [];
  const insert = async (batch: string): Promise<void> => {
    const cdrs = Array.from({ length: 50 }, (_, number) => sampleCdr(`${batch}-${number}`));
    await store.cdrs.insert(cdrs);
    acknowledged.push(...cdrs.map(({ id }) => id));
  };
  try {
    for (let round = 0; round < 3; round += 1) {
      await insert(`before-${round}`);
      const before = acknowledged.slice(-50);
      const writing = [1, 2, 3, 4].map((number) => insert(`beside-${round}-${number}`));
      const { cdrs } = await backUp(path, at(`busy-${round}.backup`));
      await Promise.all(writing);
      expect(cdrs).toBeGreaterThanOrEqual(50 * (1 + 5 * round));
      await restoreTo(at(`busy-${round}.backup`), at(`busy-${round}.db`));
      const restored = await openSqliteStore({ path: at(`busy-${round}.db`) });
      const found = await restored.cdrs.count({ ids: before });
      await restored.close();
      expect(found).toBe(50);
    }
  } finally {
    await store.close();
    await threads.close();
  }
});

it("what a killed process had begun is taken away by the next one", async () => {
  const dead = at("again.backup.part-4194999");
  writeFileSync(dead, "half");
  writeFileSync(at("again.backup.sha256"), "of a backup that never got its name");
  await backUp(source, at("again.backup"));
  expect(existsSync(dead)).toBe(false);
  await expect(restoreTo(at("again.backup"), at("again.db"))).resolves.toMatchObject({
    isHashKnown: true,
  });
});

describe("refused, and nothing is left behind", () => {
  const refused: Record<string, { run: () => Promise<unknown>; fault: object }> = {
    "a backup in the place of another file": {
      run: () => backUp(source, at("one.backup")),
      fault: { code: "conflict", detail: { place: at("one.backup") } },
    },
    "a store that is not there": {
      run: () => backUp(at("none.db"), at("none.backup")),
      fault: { code: "store-unavailable", detail: { data: { isMissing: true } } },
    },
    "a file of another program": {
      run: () => {
        const other = new Sqlite(at("other.db"));
        other.exec("CREATE TABLE IF NOT EXISTS theirs (one)");
        other.close();
        return backUp(at("other.db"), at("other.backup"));
      },
      fault: { code: "store-unavailable", message: expect.stringContaining("not one of cdrate") },
    },
    "a place where nothing can be written": {
      run: () => backUp(source, join(settingsPath, "x.backup")),
      fault: { code: "store-unavailable", detail: { place: join(settingsPath, "x.backup") } },
    },
    "a store in memory": {
      run: () => backUpStore({ store: "sqlite::memory:", to: at("memory.backup") }),
      fault: { code: "not-supported" },
    },
    "a MongoDB, with the command for it": {
      run: () => backUpStore({ store: "mongodb://u:secret@127.0.0.1/x", to: at("m.backup") }),
      fault: { code: "not-supported", detail: { hint: expect.stringContaining("mongodump") } },
    },
    "a restore over a store": {
      run: () => restoreTo(at("one.backup"), source),
      fault: { code: "conflict", detail: { place: source } },
    },
    "a restore beside the log of another store": {
      run: () => {
        writeFileSync(at("gone.db-wal"), "its log");
        return restoreTo(at("one.backup"), at("gone.db"));
      },
      fault: { code: "conflict", detail: { place: at("gone.db-wal") } },
    },
    "a backup that is not there": {
      run: () => restoreTo(at("never.backup"), at("never.db")),
      fault: { code: "invalid-params", detail: { place: at("never.backup") } },
    },
    "a store that is no backup": {
      run: () => restoreTo(source, at("no-backup.db")),
      fault: { code: "invalid-params" },
    },
    "a file that is no database": {
      run: () => restoreTo(settingsPath, at("no-database.db")),
      fault: { code: "invalid-params" },
    },
    "settings over other ones": {
      run: () =>
        restoreStore({
          from: at("one.backup"),
          store: `sqlite:${at("settings.db")}`,
          settingsTo: settingsPath,
        }),
      fault: { code: "conflict", detail: { place: settingsPath } },
    },
    "a backup with one byte changed": {
      run: async () => {
        await backUp(source, at("changed.backup"));
        change(at("changed.backup"), -100);
        return restoreTo(at("changed.backup"), at("changed.db"));
      },
      fault: { code: "conflict", message: expect.stringContaining("hash") },
    },
    "half a backup without its hash": {
      run: async () => {
        await backUp(source, at("half.backup"));
        rmSync(at("half.backup.sha256"));
        truncateSync(at("half.backup"), Math.floor(statSync(at("half.backup")).size / 2));
        return restoreTo(at("half.backup"), at("half.db"));
      },
      fault: { code: "store-unavailable" },
    },
    "a backup of a newer build": {
      run: async () => {
        await backUp(source, at("newer.backup"));
        rmSync(at("newer.backup.sha256"));
        const database = new Sqlite(at("newer.backup"));
        database.pragma("user_version = 999");
        database.close();
        return restoreTo(at("newer.backup"), at("newer.db"));
      },
      fault: { code: "store-unavailable", message: expect.stringContaining("999") },
    },
  };

  it.each(Object.entries(refused))("%s", async (_name, { run, fault }) => {
    await expect(run()).rejects.toMatchObject(fault);
    expect(readdirSync(folder).filter((name) => name.includes(".part-"))).toEqual([]);
  });

  it("no store was made by any of them", () => {
    for (const name of [
      "gone",
      "never",
      "no-backup",
      "no-database",
      "settings",
      "changed",
      "half",
    ]) {
      expect(existsSync(at(`${name}.db`))).toBe(false);
    }
  });
});

/** Turns the bits of the byte that is so far from the end. */
function change(path: string, fromEnd: number): void {
  const place = statSync(path).size + fromEnd;
  const byte = readFileSync(path)[place] ?? 0;
  const file = openSync(path, "r+");
  writeSync(file, Buffer.from([byte ^ 0xff]), 0, 1, place);
  closeSync(file);
}
