// Goal: a copy that is killed goes on where it was, nobody takes half of one for a store, and a copy
// of a store that somebody uses is refused. Method: real kills, and stores that fail at a given page.
import { spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import Sqlite from "better-sqlite3";
import { MongoClient } from "mongodb";
import { afterAll, describe, expect, test } from "vitest";
import { copyBetween } from "../../../src/compose/store-copy.ts";
import { copyStore } from "../../../src/stores/copy/copy.ts";
import { mongoCopyTarget } from "../../../src/stores/mongo/copy/ends.ts";
import { openMongoStore } from "../../../src/stores/mongo/store.ts";
import type { CopyEnd, CopyTarget } from "../../../src/stores/ports/copy.ts";
import { sqliteCopySource, sqliteCopyTarget } from "../../../src/stores/sqlite/copy/ends.ts";
import { PROGRAM } from "../../program.ts";
import { sampleCdr, sampleCdrs } from "../contracts/sample-cdrs.ts";
import { mongoTestUri } from "../mongo-test-uri.ts";
import { fillStore } from "./filled-store.ts";
import { createPlaces, type Kind, openAt, usingStore } from "./places.ts";

const uri = await mongoTestUri();
const places = createPlaces(uri);
afterAll(() => places.remove());

const pathOf = (url: string) => url.slice("sqlite:".length);
const copy = (from: string, to: string) => copyBetween({ from, to, indexedExtraFields: [] });
const options = { build: "test (store copy)" };

async function filled(cdrs = 0): Promise<string> {
  const url = places.fresh("sqlite");
  await usingStore(url, async (store) => {
    await fillStore(store);
    if (cdrs > 0) await store.cdrs.insert(sampleCdrs(cdrs, 3, "many"));
  });
  return url;
}

const KINDS: Kind[] = uri === null ? ["sqlite"] : ["sqlite", "mongo"];

const openTarget = (url: string): Promise<CopyTarget> =>
  url.startsWith("sqlite:")
    ? sqliteCopyTarget(pathOf(url), options)
    : mongoCopyTarget({ ...options, url });

/** The target, whose nth written page is written and then fails, as if the process had ended there. */
function failingAt(target: CopyTarget, noun: "cdrs" | "jobLines", nth: number): CopyTarget {
  let pages = 0;
  const { put } = target.tables[noun];
  const failing = {
    ...target.tables[noun],
    put: async (rows: never) => {
      await put(rows);
      pages += 1;
      if (pages === nth) throw new Error("killed here");
    },
  };
  return { ...target, tables: { ...target.tables, [noun]: failing } };
}

async function interrupt(from: string, to: string, noun: "cdrs" | "jobLines", nth: number) {
  const source = await sqliteCopySource(pathOf(from), options);
  const target = await openTarget(to);
  const parts = { source, target: failingAt(target, noun, nth), clock: Date.now };
  await expect(copyStore(parts)).rejects.toThrow("killed here");
  await source.close();
  await target.close();
}

describe.each(KINDS)("a copy to %s", (kind) => {
  test("goes on where it ended, also within a page that was written and not noted", async () => {
    const from = await filled(1_200);
    const to = places.fresh(kind);
    await interrupt(from, to, "cdrs", 2);
    await interrupt(from, to, "jobLines", 1);
    const { nouns } = await copy(from, to);
    expect(nouns.cdrs.rows).toBe(1_502);
    expect(await usingStore(to, ({ cdrs }) => cdrs.count({ outcomes: ["voided"] }))).toBe(
      await usingStore(from, ({ cdrs }) => cdrs.count({ outcomes: ["voided"] })),
    );
  });

  test("is refused where a whole one is already", async () => {
    const from = await filled();
    const to = places.fresh(kind);
    await copy(from, to);
    await expect(copy(from, to)).rejects.toMatchObject({ code: "conflict" });
  });

  test("is refused over another store's half copy, and where the source was written to since", async () => {
    const from = await filled();
    const to = places.fresh(kind);
    await interrupt(from, to, "jobLines", 1);
    await expect(copy(await filled(), to)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("unfinished copy"),
    });
    await usingStore(from, ({ cdrs }) => cdrs.insert([sampleCdr("since")]));
    await expect(copy(from, to)).rejects.toMatchObject({
      code: "conflict",
      detail: { data: { noun: "cdrs", from: { rows: 303 }, to: { rows: 302 } } },
    });
  });
});

describe("who may write", () => {
  test("a process that has the source open is named; after it has ended the copy is made", async () => {
    const from = await filled();
    const to = places.fresh("sqlite");
    const service = await openAt(from);
    await expect(copy(from, to)).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("a process of build"),
    });
    await service.close();
    await copy(from, to);
    expect(existsSync(pathOf(to))).toBe(true);
  });

  test("a lease that runs is named", async () => {
    const from = await filled();
    const body = { leaseUntilMs: Date.now() + 60_000 };
    const job = { id: "busy", kind: "rerate", state: "applying", version: 1, createdAtMs: 1, body };
    await usingStore(from, ({ jobs }) => jobs.put(job));
    await expect(copy(from, places.fresh("sqlite"))).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringContaining("job busy is leased until"),
    });
  });

  test("a writer that comes and goes while it is copied is found by the comparison", async () => {
    const from = await filled();
    const to = places.fresh("sqlite");
    const source = await sqliteCopySource(pathOf(from), options);
    const target = await openTarget(to);
    const facts: CopyEnd["tables"]["facts"] = {
      ...source.tables.facts,
      async page(...args) {
        const { jobs } = writer;
        await jobs.update({ ...(await jobs.get("j1"))!, state: "undone", version: 3 }, 2);
        return source.tables.facts.page(...args);
      },
    };
    const writer = await openAt(from);
    const watched = { ...source, tables: { ...source.tables, facts }, processes: async () => [] };
    await expect(copyStore({ source: watched, target, clock: Date.now })).rejects.toMatchObject({
      code: "conflict",
      detail: { data: { noun: "jobs" } },
    });
    for (const end of [source, target, writer]) await end.close();
    expect(existsSync(pathOf(to))).toBe(false);
  });

  test("places that cannot be a copy are refused", async () => {
    const from = await filled();
    const taken = places.fresh("sqlite");
    writeFileSync(pathOf(taken), "something");
    await expect(copy(from, taken)).rejects.toMatchObject({ code: "conflict" });
    await expect(copy(from, from)).rejects.toMatchObject({ code: "conflict" });
    await expect(copy("sqlite::memory:", taken)).rejects.toMatchObject({ code: "invalid-params" });
    await expect(copy("postgres://x", taken)).rejects.toMatchObject({
      code: "invalid-params",
      detail: { path: "from" },
    });
    await expect(copy(places.fresh("sqlite"), places.fresh("sqlite"))).rejects.toMatchObject({
      code: "store-unavailable",
    });
  });
});

/** Resolves when the unfinished file has noted so many CDRs. */
async function untilCopied(part: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < 60_000; waitedMs += 20) {
    await pause(20);
    if (!existsSync(part)) continue;
    const database = new Sqlite(part, { readonly: true, timeout: 5_000 });
    try {
      const isThere = "SELECT 1 FROM sqlite_schema WHERE name = 'store_copy'";
      if (database.prepare(isThere).get() === undefined) continue;
      const note = database.prepare("SELECT note FROM store_copy").pluck().get();
      if (String(note).includes('"cdrs"')) return;
    } finally {
      database.close();
    }
  }
  throw new Error("the copy did not begin");
}

test("a copy that is killed by SIGKILL goes on at once and is whole", async () => {
  const from = await filled(3_000);
  const to = places.fresh("sqlite");
  const args = [PROGRAM, "store", "copy", from, to];
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  const ended = new Promise<NodeJS.Signals | null>((done) =>
    child.once("exit", (_code, signal) => done(signal)),
  );
  await untilCopied(`${pathOf(to)}.copying`);
  child.kill("SIGKILL");
  expect(await ended).toBe("SIGKILL");
  expect(existsSync(pathOf(to))).toBe(false);
  const { nouns } = await copy(from, to);
  expect(nouns.cdrs.rows).toBe(3_302);
  expect(existsSync(`${pathOf(to)}.copying`)).toBe(false);
}, 120_000);

describe.skipIf(uri === null)("a half copy in MongoDB", () => {
  test("is refused by every process, and told with the remedy; whole, it is a store", async () => {
    const from = await filled();
    const url = places.fresh("mongo");
    await interrupt(from, url, "jobLines", 1);
    for (const migrates of [true, false]) {
      await expect(openMongoStore({ url, migrates })).rejects.toMatchObject({
        code: "store-unavailable",
        detail: { hint: expect.stringContaining("cdrate store copy") },
      });
    }
    // What builds before this one go by: a schema that they do not know.
    const client = await new MongoClient(url).connect();
    const meta = client.db().collection<{ _id: string }>("meta");
    expect(await meta.findOne({ _id: "schema" })).toMatchObject({ announced: 2 ** 31 - 1 });
    await copy(from, url);
    const schema = await meta.findOne({ _id: "schema" });
    expect(Object.keys(schema ?? {})).not.toContain("announced");
    expect(Object.keys(schema ?? {})).not.toContain("copy");
    await client.close();
    expect(await usingStore(url, ({ cdrs }) => cdrs.count({}))).toBeGreaterThan(0);
  });
});
