// The threads that have a file open: what they answer when they die, what a group commits, how a
// long read ends.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { engineError } from "../../../src/errors.ts";
import { startThread } from "../../../src/program.ts";
import type { FileWorker } from "../../../src/stores/sqlite/threads/file-thread.ts";
import { openThreadedSqliteStore } from "../../../src/stores/sqlite/threads/store.ts";
import type { Store } from "../../../src/stores/store.ts";
import { errorFacts, errorOf } from "../../../src/thread-errors.ts";
import { sampleCdr, sampleCdrs, sampleId } from "../contracts/sample-cdrs.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-threads-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const away = { code: "store-unavailable" };
let files = 0;
let store: Store | undefined;
/** In the order of their start: the one that writes, the one that reads. */
let workers: Worker[] = [];

async function opened(options: { waitMs?: number } = {}) {
  files += 1;
  workers = [];
  const path = join(folder, `${files}.db`);
  const startWorker = (): FileWorker => {
    const worker = startThread("stores/sqlite/threads/worker");
    workers.push(worker);
    return worker;
  };
  store = await openThreadedSqliteStore({ path, startWorker, ...options });
  return { path, store };
}

afterEach(async () => {
  await store?.close();
  store = undefined;
});

describe("a thread that dies", () => {
  test("what it had not answered is refused, and what it had answered is there afterwards", async () => {
    const { store } = await opened();
    expect(await store.cdrs.insert([sampleCdr("before")])).toEqual([{ outcome: "inserted" }]);
    const late = store.cdrs.insert(sampleCdrs(500, 1, "late"));
    const refused = expect(late).rejects.toMatchObject(away);
    await workers[0]?.terminate();
    await refused;
    // Begun again within a second; until then every call is refused, and none hangs.
    await expect
      .poll(() => store.cdrs.insert([sampleCdr("after")]), { timeout: 20_000, interval: 100 })
      .toMatchObject([{ outcome: expect.stringMatching(/inserted|exists/) }]);
    expect(await store.cdrs.get({ tenant: "example.com", id: sampleId("before") })).not.toBeNull();
    expect(workers).toHaveLength(3);
  });

  test("reads are answered while the one that writes is dead, and the other way round", async () => {
    const { store } = await opened();
    await workers[0]?.terminate();
    expect(await store.cdrs.count({})).toBe(0);
    await workers[1]?.terminate();
    await expect.poll(() => store.cdrs.count({}), { timeout: 20_000, interval: 100 }).toBe(0);
    await expect.poll(() => store.ping(), { timeout: 20_000, interval: 100 }).toBeUndefined();
  });
});

describe("writes that wait share a transaction", () => {
  test("each has its own answer, and what fails leaves nothing of itself alone", async () => {
    const { store, path } = await opened();
    const other = new Sqlite(path);
    other.exec("BEGIN IMMEDIATE");
    const noId = { ...sampleCdr("x"), receivedAtMs: null as unknown as number };
    const writes = [
      store.cdrs.insert([sampleCdr("one"), sampleCdr("two")]),
      store.cdrs.insert([sampleCdr("three"), noId]),
      store.facts.keepFirst("fact", { is: 1 }),
      store.cdrs.insert([sampleCdr("two"), sampleCdr("four")]),
    ];
    const told = Promise.allSettled(writes);
    // All of them wait for the lock: they are one group.
    await store.cdrs.count({});
    other.exec("COMMIT");
    const [first, failed, fact, last] = await told;
    expect(first).toMatchObject({ value: [{ outcome: "inserted" }, { outcome: "inserted" }] });
    expect(failed).toMatchObject({ status: "rejected", reason: { code: /SQLITE_CONSTRAINT/ } });
    expect(fact).toMatchObject({ value: { is: 1 } });
    expect(last).toMatchObject({ value: [{ outcome: "exists" }, { outcome: "inserted" }] });
    expect(await store.cdrs.count({ outcomes: ["rated", "partial", "unrated", "voided"] })).toBe(3);
    other.close();
  });
});

test("a long read ends when nobody waits for it, and others are answered", async () => {
  const { store } = await opened();
  for (let round = 0; round < 10; round += 1) {
    await store.cdrs.insert(sampleCdrs(500, round, `long-${round}`));
  }
  const end = new AbortController();
  const read = store.cdrs.summarize(
    { filter: {}, groupBy: ["hour"], timeZone: "UTC", time: "answer" },
    { signal: end.signal },
  );
  end.abort(new Error("the caller is gone"));
  await expect(read).rejects.toThrow("the caller is gone");
  await expect(store.cdrs.count({}, { signal: end.signal })).rejects.toThrow("the caller is gone");
  expect(await store.cdrs.count({})).toBeGreaterThan(0);
});

test("what was written is seen by the next read, whichever thread has it", async () => {
  const { store } = await opened();
  for (let n = 0; n < 50; n += 1) {
    await store.cdrs.insert([sampleCdr(`seen-${n}`)]);
    expect(
      await store.cdrs.get({ tenant: "example.com", id: sampleId(`seen-${n}`) }),
    ).not.toBeNull();
    expect(await store.cdrs.count({ outcomes: ["rated", "partial", "unrated", "voided"] })).toBe(
      n + 1,
    );
  }
});

test("closing keeps what was asked before, and refuses what comes after", async () => {
  const { store, path } = await opened();
  const last = store.cdrs.insert(sampleCdrs(300, 5, "last"));
  const closing = store.close();
  const late = store.cdrs.insert([sampleCdr("late")]);
  await expect(late).rejects.toMatchObject(away);
  expect((await last).length).toBe(300);
  await closing;
  const file = new Sqlite(path, { readonly: true });
  expect(file.prepare("SELECT count(*) FROM cdr").pluck().get()).toBe(300);
  file.close();
});

test("errors keep their code, place and hint on the way; others their text and stack", () => {
  const detail = { path: "a.b", hint: "so", place: "/x", data: { n: 1 } };
  const cause = new Error("why");
  const refused = engineError("not-found", "no such thing", { ...detail, cause });
  expect(errorOf(errorFacts(refused))).toMatchObject({
    code: "not-found",
    message: "no such thing",
    detail,
  });
  const broken = errorOf(errorFacts(new TypeError("broken")));
  expect(broken.message).toBe("broken");
  expect((broken.cause as Error).stack).toContain("threads.test.ts");
});
