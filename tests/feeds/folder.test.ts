// Goal: a file that is put into a folder is imported once and then moved, whenever the process dies; one
// that is written still is waited for; one that cannot be imported is left with its reason. Method: real
// folders, engines on both stores, a clock of the test, and a feed that dies at each of its steps in turn.
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { JsonObject } from "../../src/cdr/json.ts";
import type { FeedParts } from "../../src/feeds/contract.ts";
import { createFolderFeed } from "../../src/feeds/folder/folder.ts";
import { FILE_STEPS, type FileSteps } from "../../src/feeds/folder/move.ts";
import { type FolderSettings, feedList } from "../../src/feeds/settings.ts";
import { sourceSettings } from "../../src/mediation/source-settings.ts";
import { callTable } from "../engine/imports/import-file.ts";
import { createTestEngine, STORES, type TestEngine } from "../engine/rerate/test-engine.ts";

type Mortal = <Result>(work: () => Promise<Result>) => Promise<Result>;
const immortal: Mortal = (work) => work();

describe.each(STORES)("a folder on $name", ({ url }) => {
  let test: TestEngine;
  let folder: string;
  /** As the store has it. */
  let position: JsonObject | null;
  let counts: Record<string, number>;
  let faults: (string | null)[];
  let gaps: string[];
  beforeAll(async () => {
    test = await createTestEngine(url());
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "cdrate-folder-"));
    [position, counts, faults, gaps] = [null, {}, [], []];
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function settingsOf(more: object = {}): FolderSettings {
    const kind = { name: "drop", kind: "folder", path: folder, format: "csv", source: "pbx" };
    return feedList.parse([{ ...kind, ...more }])[0] as FolderSettings;
  }

  /** Runs the feed until `isOver` says so at one of its pauses; `steps` and `mortal` may throw. */
  async function run(
    isOver: () => Promise<boolean> | boolean,
    { settings = settingsOf(), steps = FILE_STEPS, mortal = immortal } = {},
  ): Promise<void> {
    const { uploads } = test.engine.files;
    const { imports } = test.engine;
    const parts: Partial<FeedParts> = {
      name: "drop",
      source: sourceSettings.parse({ name: "pbx" }),
      clock: () => test.now.ms,
      log: { info: () => {}, warn: () => {}, error: () => {} },
      async pause(ms) {
        await new Promise(setImmediate);
        test.now.ms += ms;
        if (await isOver()) stopped = feed.stop();
      },
      keep: (next) =>
        mortal(async () => {
          position = next;
        }),
      connected: (fault) => faults.push(fault),
      count(more) {
        for (const [name, count] of Object.entries(more))
          counts[name] = (counts[name] ?? 0) + count;
      },
      brought: () => undefined,
      missed: (reason) => gaps.push(reason),
      files: {
        uploads: {
          begin: (...given) => mortal(() => uploads.begin(...given)),
          part: (...given) => mortal(() => uploads.part(...given)),
          end: (...given) => mortal(() => uploads.end(...given)),
        },
        gaps: test.engine.gaps,
        imports: {
          find: imports.find,
          start: (...given) => mortal(() => imports.start(...given)),
        },
      },
    };
    const feed = createFolderFeed(settings, parts as FeedParts, steps);
    let stopped: Promise<void> | undefined;
    const over = new Promise<void>((resolve) => {
      const look = async () => {
        if (stopped === undefined) {
          setImmediate(look);
          return;
        }
        await stopped;
        resolve();
      };
      setImmediate(look);
    });
    feed.start(position);
    await over;
  }

  const isEmpty = async () =>
    (await readdir(folder)).filter((name) => name !== "done" && name !== "failed").length === 0;
  const isIdle = async () => (await isEmpty()) && Object.keys(position ?? {}).length === 0;
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  const has = async (name: string) => (await readdir(join(folder, name)).catch(() => [])).sort();
  const batchesOf = async (name: string) =>
    (await test.engine.batches.list({ limit: 1000 }, EVERYTHING)).batches.filter(
      ({ body }) => body.file === name,
    );
  const calls = (prefix: string) => callTable([`${prefix}1`, `${prefix}2`]);

  it("each file is a batch, and is moved when it is durable; names that are taken get a number", async () => {
    await put("a.csv", calls("a"));
    await put(".hidden.csv", "x");
    await put("b.csv.part", "x");
    await run(async () => (await has("done")).length === 1);
    await put("a.csv", calls("aa"));
    await run(async () => (await has("done")).length === 2);
    expect(await has("done")).toEqual(["a.csv", "a.csv-2"]);
    expect((await readdir(folder)).sort()).toEqual([".hidden.csv", "b.csv.part", "done"]);
    expect(counts).toEqual({ files: 2 });
    const brought = await batchesOf("a.csv");
    expect(brought.map(({ id, state, body }) => [id, state, body.lines, body.by])).toEqual([
      ["a.csv-2", "done", 2, "feed drop"],
      ["a.csv", "done", 2, "feed drop"],
    ]);
    // The same file again is known, and brings duplicates only.
    await put("again.csv", calls("a"));
    await run(isIdleBut(2));
    expect((await batchesOf("again.csv"))[0]?.body.outcomes).toEqual({ duplicate: 2 });
    expect(counts).toEqual({ files: 3, known: 1 });
  });

  /** Nothing is under way, and so many files are left alone. */
  function isIdleBut(left: number) {
    return async () =>
      Object.keys(position ?? {}).length === 0 &&
      (await readdir(folder)).filter((name) => name !== "done" && name !== "failed").length ===
        left;
  }

  it("a file that is written still is waited for", async () => {
    const text = calls("slow");
    let looks = 0;
    await put("slow.csv", text.slice(0, 100));
    await run(async () => {
      looks += 1;
      // It grows at each look for a while, each time before it has settled.
      if (looks <= 5) await put("slow.csv", text.slice(0, 100 + looks));
      if (looks === 6) await put("slow.csv", text);
      return isIdle();
    });
    expect(looks).toBeGreaterThan(8);
    expect((await batchesOf("slow.csv")).map(({ body }) => body.lines)).toEqual([2]);
  });

  it("what cannot be imported is left with its reason, and the next file is taken", async () => {
    await put("doubts.csv", "uuid,dst,start,billsec\n1,34650123456,03/04/2026 10:00:00,60\n");
    await put("empty.csv", "");
    await put("good.csv", calls("good"));
    await run(isIdle);
    expect(await has("failed")).toEqual([
      "doubts.csv",
      "doubts.csv.reason.txt",
      "empty.csv",
      "empty.csv.reason.txt",
    ]);
    const reason = await readFile(join(folder, "failed", "doubts.csv.reason.txt"), "utf8");
    expect(reason).toContain("dateOrder");
    expect(await has("done")).toEqual(["good.csv"]);
    expect(counts).toEqual({ failed: 2, files: 1 });
  });

  it("a dialect and a map are those of the settings; a folder that is not there is waited for", async () => {
    const settings = settingsOf({
      dialect: { dateOrder: "dmy", delimiter: ";" },
      map: { originId: "Call", destination: "B", setupTime: "At", usage: "S", account: "A" },
    });
    await rm(folder, { recursive: true });
    await run(() => faults.length > 0, { settings });
    expect(faults[0]).toContain("ENOENT");
    const { mkdir } = FILE_STEPS;
    await mkdir(folder);
    await put("mapped.csv", "Call;B;At;S;A\nmapped-1;34650;03/02/2026 10:00;7;1001\n");
    await run(isIdle, { settings });
    const { cdrs } = await test.store.cdrs.find({
      filter: { batchIds: ["mapped.csv"] },
      sort: { by: "callTime", descending: false },
      limit: 10,
    });
    expect(cdrs.map(({ primary }) => [primary.destination, primary.usage])).toEqual([
      ["34650", 7000],
    ]);
  });

  it("numbers that a source counts by are told where they are missing, between files too", async () => {
    const table = (numbers: readonly number[]) =>
      `uuid,destination,start,billsec,account,n\n${numbers
        .map((n) => `counted-${n},34650123456,2026-03-02 09:00:00,60,1001,${n}`)
        .join("\n")}\n`;
    const settings = settingsOf({ sequence: "n" });
    await put("one.csv", table([5, 6, 8]));
    await run(isIdle, { settings });
    test.now.ms += 1000;
    await put("two.csv", table([11, 12]));
    await run(isIdle, { settings });
    expect(gaps).toEqual([
      "1 numbers of n are missing in one.csv: 7",
      "2 numbers of n are missing in two.csv: 9 to 10",
    ]);
    const [batch] = await batchesOf("two.csv");
    expect(batch?.body.sequence).toEqual({
      ...{ field: "n", without: 0, before: "one.csv", first: 11, last: 12 },
      ...{ gaps: [[9, 10]], missing: 2 },
    });
  });

  it("another file under the name of one that is being brought in is brought in by itself", async () => {
    await put("same.csv", calls("first"));
    let isPut = false;
    await run(async () => {
      if (!isPut && typeof position?.["job"] === "string") {
        isPut = true;
        await put("same.csv", callTable(["second1"]));
      }
      return isPut && isIdle();
    });
    expect(await has("done")).toEqual(["same.csv"]);
    const ids = await test.store.cdrs.count({ batchIds: ["same.csv", "same.csv-2"] });
    expect(ids).toBe(3);
  });

  it("a process that dies at any step leaves nothing out and brings nothing twice", async () => {
    let isDone = false;
    let deaths = 0;
    for (let lives = 0; !isDone; lives += 1) {
      const [good, bad] = [`good-${lives}.csv`, `bad-${lives}.csv`];
      await put(good, calls(`n${lives}-`));
      await put(bad, "");
      let left = lives;
      const mortal: Mortal = (work) => {
        left -= 1;
        return left < 0 ? Promise.reject(new Error("the process is gone")) : work();
      };
      await run(async () => left < 0 || (await isIdle()), { steps: mortalSteps(mortal), mortal });
      isDone = left >= 0;
      deaths += left < 0 ? 1 : 0;
      await run(isIdle);
      expect((await has("done")).includes(good)).toBe(true);
      expect((await has("failed")).includes(`${bad}.reason.txt`)).toBe(true);
      expect((await batchesOf(good)).map(({ body }) => body.outcomes)).toEqual([{ unrated: 2 }]);
    }
    expect(deaths).toBeGreaterThan(8);
    const done = await has("done");
    expect(done.filter((name) => /csv-\d+$/.test(name))).toEqual([]);
    expect(done).toHaveLength(deaths + 1);
  }, 60_000);
});

function mortalSteps(mortal: Mortal): FileSteps {
  const steps = Object.entries(FILE_STEPS).map(([name, step]) => [
    name,
    name === "stat"
      ? step
      : (...given: unknown[]) =>
          mortal(async () => Reflect.apply(step as (...of: unknown[]) => unknown, null, given)),
  ]);
  return Object.fromEntries(steps) as FileSteps;
}
