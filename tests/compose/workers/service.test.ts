// Goal: a service of two workers is one service: one start line, sums over both, a killed worker is
// replaced and nothing acknowledged is lost, and when the first process is killed the port is free. Method:
// real processes.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { readTariffFiles } from "../../../src/engine/tariffs/folders/folders.ts";
import { type ServiceProcess, startService, workersOf } from "../../crash/service.ts";

const MINUTES = 180_000;
const DEMO = fileURLToPath(new URL("../../../tariffs/demo", import.meta.url));
const until = <T>(check: () => T | Promise<T>) =>
  vi.waitFor(check, { timeout: 60_000, interval: 100 });

let folder: string;
let service: ServiceProcess;

const store = () => `sqlite:${join(folder, "workers.db")}`;
const start = () => startService({ folder, store: store(), workers: 2 });

const post = async (id: string) => {
  const body = `accid=${id}&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=9s`;
  // Each on a connection of its own, so that both workers get some.
  const headers = { connection: "close", "content-type": "application/x-www-form-urlencoded" };
  // One that was being handed to a worker in the moment of its end has no answer: as a switch does.
  const signal = AbortSignal.timeout(5000);
  const answer = await fetch(`${service.url}/cgr`, { method: "POST", body, headers, signal });
  return (await answer.json()) as { outcome: string };
};
const call = async (method: string, params: object = {}) => {
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  const headers = { connection: "close", "content-type": "application/json" };
  const answer = await fetch(`${service.url}/jsonrpc`, { method: "POST", body, headers });
  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  return ((await answer.json()) as any).result;
};
const bothListen = () =>
  until(async () => expect((await call("system.status")).processes).toEqual({ all: 2, ready: 2 }));

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-workers-"));
  service = await start();
}, MINUTES);
afterEach(async () => {
  await service.end("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

it(
  "counts for the service, replaces a killed worker, loses nothing and ends in order",
  async () => {
    await bothListen();
    for (let n = 0; n < 20; n += 1) expect((await post(`before-${n}`)).outcome).toBe("rated");
    // Whichever worker is asked, the sum is that of both.
    for (let n = 0; n < 4; n += 1) {
      expect((await call("system.status")).counters.received).toBe(20);
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      expect(metrics).toMatch(/cdrate_records\{[^}]*outcome="received"\} 20\n/);
      expect(metrics.match(/^cdrate_records\{[^}]*outcome="received"/gm)).toHaveLength(1);
    }
    const [killed = 0] = workersOf(service.pid);
    process.kill(killed, "SIGKILL");
    await until(() => {
      expect(workersOf(service.pid)).not.toContain(killed);
      expect(workersOf(service.pid)).toHaveLength(2);
    });
    for (let n = 0; n < 20; n += 1) {
      await until(async () =>
        expect((await post(`after-${n}`)).outcome).toMatch(/rated|duplicate/),
      );
    }
    expect((await call("cdr.count")).count).toBe(40);
    expect((await service.end("SIGTERM")).code).toBe(0);
    expect(service.said()).not.toMatch(/"level":(50|60)/);
  },
  MINUTES,
);

it(
  "an activation holds in each of them, and a job is run by one",
  async () => {
    await bothListen();
    for (let n = 0; n < 5; n += 1) expect((await post(`call-${n}`)).outcome).toBe("rated");
    const files: Record<string, string> = { ...(await readTariffFiles(DEMO)) };
    files["tariff.yaml"] = (files["tariff.yaml"] ?? "").replace("decimals: 4", "decimals: 6");
    const { version } = await call("tariff.load", { files, name: "finer" });
    await call("tariff.activate", { version, at: "2026-01-01T00:00:00Z" });
    const price = { destination: "34650123456", usage: 7, answerTime: "2026-03-02T09:00:00Z" };
    await until(async () => {
      // Connections go to the workers in turn.
      for (let n = 0; n < 6; n += 1) {
        expect((await call("rating.price", price)).tariffVersion).toBe(version);
      }
    });
    const { job } = await call("rerate.plan");
    const state = async () => (await call("rerate.show", { job })).state;
    await until(async () => expect(await state()).toBe("planned"));
    await call("rerate.apply", { job });
    await until(async () => expect(await state()).toBe("applied"));
    const { cdrs } = await call("cdr.find");
    const revisions = cdrs.map(({ rating }: { rating: { revision: number } }) => rating.revision);
    expect(revisions).toEqual([2, 2, 2, 2, 2]);
    expect((await call("rerate.list")).jobs).toHaveLength(1);
  },
  MINUTES,
);

it(
  "has its port again when all workers were killed at once",
  async () => {
    for (const pid of workersOf(service.pid)) process.kill(pid, "SIGKILL");
    await until(async () => expect((await post("again")).outcome).toMatch(/rated|duplicate/));
  },
  MINUTES,
);

it(
  "ends with its first process, so that the port is free",
  async () => {
    await bothListen();
    const workers = workersOf(service.pid);
    await service.end("SIGKILL");
    const port = Number(new URL(service.url).port);
    await until(
      () =>
        new Promise<void>((done, failed) => {
          const other = createServer().once("error", failed);
          other.listen(port, "127.0.0.1", () => other.close(() => done()));
        }),
    );
    await until(() => {
      for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow();
    });
  },
  MINUTES,
);
