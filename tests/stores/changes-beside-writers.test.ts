// Goal: a reader of changes misses nothing, whatever clocks the writers have and whenever they die.
// Method: two processes write, the clock of one is 5 s behind; both are killed and begun again while
// this process reads on from each `next`. In the end every CDR of the store was seen as it is.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { openMongoStore } from "../../src/stores/mongo/store.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { mongoTestUri } from "./mongo-test-uri.ts";
import { mongoUrl } from "./mongo-urls.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-changes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRITER = new URL("./changes-writer.ts", import.meta.url).pathname;

/** Runs a writer until it has answered so many times, and kills it. */
async function runAndKill(url: string, name: string, clock: { offsetMs: number; answers: number }) {
  const args = ["--import", "tsx", WRITER, url, name, String(clock.offsetMs)];
  const writer = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((done) => writer.once("exit", done));
  let answers = 0;
  for await (const _line of createInterface({ input: writer.stdout })) {
    answers += 1;
    if (answers === clock.answers) writer.kill("SIGKILL");
  }
  await ended;
  expect(answers).toBeGreaterThanOrEqual(clock.answers);
}

async function everyRevision(store: Store): Promise<Map<string, number>> {
  const all = new Map<string, number>();
  for await (const page of store.cdrs.scan({})) {
    for (const { id, rating } of page) all.set(id, rating.revision);
  }
  return all;
}

async function nothingIsMissed(store: Store, url: string): Promise<void> {
  let isWriting = true;
  const writer = async (name: string, offsetMs: number) => {
    for (const [run, answers] of [4, 8].entries()) {
      await runAndKill(url, `${name}${run}`, { offsetMs, answers });
    }
  };
  const writers = Promise.all([writer("right", 0), writer("late", -5000)]).finally(() => {
    isWriting = false;
  });
  const seen = new Map<string, number>();
  let next: string | undefined;
  let pages = 0;
  const readPage = async () => {
    const after = next === undefined ? {} : { after: next };
    const page = await store.cdrs.changes({ filter: {}, limit: 5, ...after });
    for (const { id, rating } of page.cdrs) {
      seen.set(id, Math.max(rating.revision, seen.get(id) ?? 0));
    }
    pages += 1;
    const isAtEnd = page.next === next || page.cdrs.length === 0;
    next = page.next;
    return isAtEnd;
  };
  while (isWriting) {
    await readPage();
    // The answers of the writers come in between.
    await nextTurn();
  }
  await writers;
  const all = await everyRevision(store);
  // What was written last is read to its end: so many pages would be enough to read all of it.
  for (let more = 0; more < all.size && !sameMap(seen, all); more += 1) await readPage();
  expect(all.size).toBeGreaterThan(2 * (4 + 8) * 3 - 1);
  expect(pages).toBeGreaterThan(10);
  expect([...all].filter(([id, revision]) => seen.get(id) !== revision)).toEqual([]);
}

function sameMap(left: Map<string, number>, right: Map<string, number>): boolean {
  return [...right].every(([id, revision]) => left.get(id) === revision);
}

test("SQLite: two writers, one clock 5 s behind, kills: nothing is missed", async () => {
  const path = join(folder, "changes.db");
  const store = await openSqliteStore({ path });
  await nothingIsMissed(store, path);
  await store.close();
}, 120_000);

const uri = await mongoTestUri();
describe.skipIf(uri === null)("MongoDB", () => {
  test("two writers, one clock 5 s behind, kills: nothing is missed", async () => {
    const url = mongoUrl(uri);
    const store = await openMongoStore({ url });
    await nothingIsMissed(store, url);
    await store.close();
  }, 120_000);
});
