// A process that inserts is killed at random moments: what it was told is stored is there, once.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openSqliteStore } from "../../../src/stores/sqlite/store.ts";
import { sampleCdr } from "../contracts/sample-cdrs.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-crash-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const WRITER = new URL("../crash-writer.ts", import.meta.url).pathname;

/** Runs the writer until it has answered `answers` times, kills it, and gives what it answered. */
async function runAndKill(path: string, first: number, answers: number): Promise<number[]> {
  const writer = spawn(process.execPath, ["--import", "tsx", WRITER, path, String(first)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((done) => writer.once("exit", done));
  const answered: number[] = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    answered.push(Number(line));
    if (answered.length === answers) writer.kill("SIGKILL");
  }
  await ended;
  return answered;
}

test("after SIGKILL and reopening, every answered batch is there whole and once", async () => {
  const kills = fc.sample(fc.integer({ min: 1, max: 60 }), { numRuns: 4, seed: 8 });
  const path = join(folder, "crash.db");
  const answered = new Set<number>();
  let first = 0;
  for (const answers of kills) {
    for (const batch of await runAndKill(path, first, answers)) answered.add(batch);
    const store = await openSqliteStore({ path });
    for (const batch of answered) {
      const again = await store.cdrs.insert([0, 1, 2].map((n) => sampleCdr(`batch-${batch}-${n}`)));
      expect(again.map((one) => one.outcome)).toEqual(["exists", "exists", "exists"]);
    }
    // A batch is one transaction: whatever else is there came whole too.
    expect((await store.cdrs.count({})) % 3).toBe(0);
    first = (await store.cdrs.count({})) / 3;
    await store.close();
  }
  expect(answered.size).toBeGreaterThanOrEqual(kills.reduce((sum, n) => sum + n, 0));
});
