// Goal: no line is lost when a process ends, by itself or by an error, and a full disk or a reader that
// is gone does not keep it from ending. Method: real processes that log, with standard error where
// it hurts.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { ROOT } from "../program.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-log-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Logs 500 lines, then ends as `ending` says. */
function logAndEnd(ending: string, stderr: string) {
  const program = `
    import { createLog } from "./src/compose/log.ts";
    const log = createLog("info");
    for (let n = 0; n < 500; n += 1) log.info({ n }, "line");
    ${ending}`;
  return spawnSync(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", openSync(stderr, "w")],
    timeout: 60_000,
  });
}

const numbersIn = (path: string): number[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line).n);

it.each([
  ["by itself", "", 0],
  ["by process.exit", "process.exit(3)", 3],
  ["by an error", 'throw new Error("crash")', 1],
  ["by a rejection", 'await Promise.reject(new Error("crash"))', 1],
])("a process that ends %s has written every line", (name, ending, code) => {
  const path = join(folder, name.replaceAll(" ", "-"));
  expect(logAndEnd(ending, path).status).toBe(code);
  // The lines that were just being written may come behind those of the end.
  const numbers = numbersIn(path).sort((left, right) => left - right);
  expect(numbers).toEqual(Array.from({ length: 500 }, (_, n) => n));
});

it("a reader that comes late, behind a pipe that is full, has every line", async () => {
  const program = `
    import { createLog } from "./src/compose/log.ts";
    const log = createLog("info");
    // As a progress bar or a warning of the command line: the pipe does not wait for its reader any more.
    process.stderr.write("");
    for (let n = 0; n < 20000; n += 1) log.info({ n }, "line");
    await new Promise((later) => setTimeout(later, 200));
    for (let n = 20000; n < 21000; n += 1) log.info({ n }, "line");
    process.stdout.write("ends");
    process.exit(3);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], {
    cwd: ROOT,
  });
  let text = "";
  await new Promise((ends) => child.stdout.once("data", ends));
  child.stderr.on("data", (bytes: Buffer) => {
    text += bytes.toString("latin1");
  });
  await new Promise((ended) => child.once("close", ended));
  const numbers = text.match(/(?<="n":)\d+/g)?.map(Number);
  expect(numbers).toEqual(Array.from({ length: 21_000 }, (_, n) => n));
});

it("a full disk does not keep a process from ending", () => {
  const { status, signal } = logAndEnd('process.stdout.write("worked on")', "/dev/full");
  expect({ status, signal }).toEqual({ status: 0, signal: null });
});
