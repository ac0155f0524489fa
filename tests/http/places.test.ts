// Goal: no answer of the service names a place of its machine: no path that the caller did not send,
// no line of a stack. Method: make it fail in every way a caller can, and look at each whole answer.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createWorkerCompiler } from "../../src/engine/tariffs/worker-compiler.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const ROOT = resolve(import.meta.dirname, "../..");
let folder: string;
let service: TestService;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-places-"));
  const tariffs = join(folder, "tariff-root");
  mkdirSync(join(tariffs, "loop"), { recursive: true });
  writeFileSync(join(tariffs, "loop", "tariff.yaml"), "tenant: [");
  writeFileSync(join(tariffs, "plain.yaml"), "");
  symlinkSync("round", join(tariffs, "round"));
  symlinkSync("/etc", join(tariffs, "outside"));
  service = await startTestService({
    store: `sqlite:${join(folder, "store", "cdrs.db")}`,
    settings: { tariffs },
    demo: false,
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

function expectNoPlace(text: string): void {
  expect(text).not.toContain(folder);
  expect(text).not.toContain(ROOT);
  expect(text).not.toMatch(/\n?\s+at .+:\d+:\d+/);
}

async function answerOf(method: string, params: unknown): Promise<string> {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  return JSON.stringify((await service.post("/jsonrpc", body)).body);
}

it.each([
  "missing",
  "plain.yaml",
  "plain.yaml/below",
  "round",
  "outside",
  "../..",
  "/etc",
  "loop",
  ".",
  "a\u0000b",
  "x".repeat(5000),
  `${"deep/".repeat(900)}x`,
])("tariff paths: %j", async (path) => {
  for (const method of ["tariff.check", "tariff.load"]) {
    expectNoPlace(await answerOf(method, { path }));
  }
  expectNoPlace(await answerOf("tariff.compare", { before: { path }, after: { path } }));
});

it("what fails unforeseen in the tariff thread has no stack in its answer", async () => {
  const compiler = createWorkerCompiler();
  // Not a text: what reads it throws.
  const settings = "tenant: x\ncurrency: EUR\nretailPlans: { r: { deck: r.csv } }\n";
  const broken = compiler.check({ "tariff.yaml": settings, "r.csv": 1 as unknown as string });
  await expect(broken).rejects.toMatchObject({ code: "internal" });
  const error = (await broken.catch((thrown: unknown) => thrown)) as Error;
  expectNoPlace(error.message);
  expect((error.cause as Error).message).toContain("    at ");
  await compiler.close();
});

it("a store that is away", async () => {
  for (const end of ["", "-wal", "-shm"]) {
    try {
      unlinkSync(join(folder, "store", `cdrs.db${end}`));
    } catch (error) {
      expect((error as { code: string }).code).toBe("ENOENT");
    }
  }
  const posted = await service.post("/cgr", "accid=1&account=1&destination=34&duration=1");
  expect(posted.status).toBe(503);
  const answers = [posted, await service.get("/ready"), await service.get("/metrics")];
  for (const { body } of answers) expectNoPlace(JSON.stringify(body));
  const cdr = { originId: "a", usage: 1, answerTime: "2026-03-02T09:00:00Z" };
  for (const [method, params] of [
    ["system.status", {}],
    ["cdr.find", {}],
    ["cdr.process", { cdr }],
    ["tariff.list", {}],
    ["rerate.plan", { filter: {} }],
    ["audit.run", {}],
  ] as const) {
    expectNoPlace(await answerOf(method, params));
  }
});
