// Goal: each CDR and revision is one line of one file, through crashes at every step and through clock
// changes; a file with its final name never changes. Method: a folder beside a store, a clock by hand.
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test } from "@fast-check/vitest";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { fileNameAt } from "../../src/outputs/files/period.ts";
import type { FeedRecord } from "../../src/stores/ports/feeds.ts";
import { openSqliteStore } from "../../src/stores/sqlite/store.ts";
import type { Store } from "../../src/stores/store.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";
import { type DeskUnderTest, outputDesk } from "./desk-under-test.ts";

const WAIT = { timeout: 20_000, interval: 5 };
const HOUR_MS = 3_600_000;

describe("an output of kind files", () => {
  let store: Store;
  let folder: string;
  let nowMs = 0;
  const desks: DeskUnderTest[] = [];
  beforeEach(async () => {
    store = await openSqliteStore({ path: ":memory:" });
    folder = mkdtempSync(join(tmpdir(), "cdrate-outputs-"));
    nowMs = Date.parse("2026-03-02T10:15:00Z");
  });
  afterEach(async () => {
    for (const desk of desks.splice(0)) await desk.close();
    await store.close();
    rmSync(folder, { recursive: true });
  });

  async function begin(output: Record<string, unknown> = {}): Promise<DeskUnderTest> {
    const settings = { kind: "files", folder, columns: ["originId", "revision"], ...output };
    const desk = outputDesk(store, settings, { clock: () => nowMs });
    desks.push(desk);
    await desk.look();
    return desk;
  }
  const names = () => readdirSync(folder).sort();
  const text = (name: string) => readFileSync(join(folder, name), "utf8");
  const holds = (files: Record<string, string>) =>
    vi.waitFor(() => {
      expect(Object.fromEntries(names().map((name) => [name, text(name)]))).toEqual(files);
    }, WAIT);
  const insert = (...ids: string[]) => store.cdrs.insert(ids.map((id) => sampleCdr(id)));

  it("one file an hour, which has its name when the hour is over", async () => {
    await insert("a");
    await begin({ per: "hour" });
    await holds({ "billing-2026-03-02T10Z.csv.part": "originId,revision\r\na,1\r\n" });
    await insert("b");
    await holds({ "billing-2026-03-02T10Z.csv.part": "originId,revision\r\na,1\r\nb,1\r\n" });
    nowMs += HOUR_MS;
    const first = { "billing-2026-03-02T10Z.csv": "originId,revision\r\na,1\r\nb,1\r\n" };
    await holds(first);
    nowMs += 2 * HOUR_MS;
    await insert("c");
    await holds({ ...first, "billing-2026-03-02T13Z.csv.part": "originId,revision\r\nc,1\r\n" });
  });

  it("JSON lines have the whole CDR with its key", async () => {
    await insert("a");
    await begin({ format: "jsonl", columns: undefined });
    await vi.waitFor(() => expect(names()).toEqual(["billing-2026-03-02.jsonl.part"]), WAIT);
    const { tenant, id } = sampleCdr("a");
    await vi.waitFor(() => {
      const line = JSON.parse(text("billing-2026-03-02.jsonl.part"));
      expect(line).toMatchObject({ key: `${tenant}/${id}/1`, primary: { originId: "a" } });
    }, WAIT);
  });

  it("a crash at any step repeats no line and leaves none out", async () => {
    const update = store.feeds.update;
    const written = new Set<string>();
    // Each write of the place is lost once, as by a kill before it; another process goes on.
    for (let step = 0; step < 12; step += 1) {
      const id = `call-${step}`;
      written.add(id);
      await insert(id);
      let isGone = false;
      let writes = 0;
      const losing = (feed: FeedRecord, version: number): Promise<boolean> => {
        if (isGone) return new Promise(() => {});
        writes += 1;
        if (writes <= 1 + (step % 3)) return update(feed, version);
        isGone = true;
        return new Promise(() => {});
      };
      store.feeds.update = losing;
      const desk = outputDesk(
        store,
        { kind: "files", folder, columns: ["originId"], per: "hour" },
        { clock: () => nowMs },
      );
      await desk.look();
      await vi.waitFor(() => expect(isGone || desk.pauses.length > 2).toBe(true), WAIT);
      isGone = true;
      store.feeds.update = update;
      nowMs += step % 2 === 0 ? 20_000 : HOUR_MS;
    }
    await begin({ columns: ["originId"], per: "hour" });
    await vi.waitFor(() => {
      const lines = names().flatMap((name) => text(name).trimEnd().split("\r\n").slice(1));
      expect(lines.sort()).toEqual([...written].sort());
    }, WAIT);
    const [record] = await store.feeds.getFor(["output:billing"]);
    expect(record?.position).toMatchObject({ file: expect.stringContaining("billing-2026") });
  });

  it("writes over nothing that is there", async () => {
    writeFileSync(join(folder, "billing-2026-03-02.csv.part"), "of somebody else\n");
    await insert("a");
    await begin();
    const other = { "billing-2026-03-02.csv": "of somebody else\n" };
    const own = "originId,revision\r\na,1\r\n";
    await holds({ ...other, "billing-2026-03-02.csv.part": own });
    nowMs += 24 * HOUR_MS;
    await holds({ ...other, "billing-2026-03-02.2.csv": own });
  });

  it("says that somebody changed the file, and goes on", async () => {
    await insert("a");
    const desk = await begin();
    await holds({ "billing-2026-03-02.csv.part": "originId,revision\r\na,1\r\n" });
    truncateSync(join(folder, "billing-2026-03-02.csv.part"), 3);
    await insert("b");
    await vi.waitFor(async () => {
      expect((await desk.get("billing")).state.warning).toContain("somebody changed it");
    }, WAIT);
  });

  it("waits while the folder is not there", async () => {
    await insert("a");
    rmSync(folder, { recursive: true });
    const desk = await begin();
    await vi.waitFor(() => expect(desk.pauses.length).toBeGreaterThan(2), WAIT);
    expect((await desk.get("billing")).state.fault).toContain("ENOENT");
    mkdirSync(folder);
    await holds({ "billing-2026-03-02.csv.part": "originId,revision\r\na,1\r\n" });
  });
});

describe("names of files", () => {
  const named = { name: "n", format: "csv" } as const;
  it.each([
    ["day", "Europe/Madrid", "2026-03-01T23:30:00Z", "n-2026-03-02.csv"],
    ["hour", "Europe/Madrid", "2026-10-25T00:30:00Z", "n-2026-10-25T02+0200.csv"],
    ["hour", "Europe/Madrid", "2026-10-25T01:30:00Z", "n-2026-10-25T02+0100.csv"],
    ["hour", "Asia/Kolkata", "2026-03-01T18:45:00Z", "n-2026-03-02T00+0530.csv"],
    ["hour", "UTC", "2026-03-01T18:45:00Z", "n-2026-03-01T18Z.csv"],
  ] as const)("per %s in %s at %s: %s", (per, timeZone, at, expected) => {
    expect(fileNameAt({ ...named, per, timeZone }, Date.parse(at))).toBe(expected);
  });

  const zones = ["UTC", "Europe/Madrid", "America/St_Johns", "Australia/Lord_Howe"];
  test.prop([fc.constantFrom(...zones), fc.integer({ min: 0, max: 17_000 })], { numRuns: 300 })(
    "hours of one zone have names of their own",
    (timeZone, hour) => {
      const atMs = Date.UTC(2026, 0, 1) + hour * HOUR_MS;
      const at = (ms: number) => fileNameAt({ ...named, per: "hour", timeZone }, ms);
      expect(at(atMs)).not.toBe(at(atMs + HOUR_MS));
    },
  );
});
