// Goal: whatever one caller sends, the process lives, its memory stays under the figure of
// docs/limits.md, its health is answered and another's posts are rated meanwhile. Method: a server
// process with 1 GB of heap and the batches that once took it down; its peak memory as Linux says it.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { hostileCases } from "../formats/reference-cases.ts";
import { PROGRAM } from "../program.ts";
import { type ServerProcess, startProcess, stopProcess } from "./server-process.ts";

/** The figure of docs/limits.md, in kilobytes. */
const MOST_KB = 700_000;
const STORED = 3000;
/** What the docs say, beyond what a bare timer on this machine is late in the same run. */
const SOON_MS = 1000;

let folder: string;
let server: ServerProcess;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "cdrate-memory-"));
  const flags = ["--store", `sqlite:${join(folder, "store.db")}`, "--log", "silent"];
  const node = ["--max-old-space-size=1024", PROGRAM];
  server = await startProcess([...node, ...flags, "serve", "--listen", "127.0.0.1:0"]);
  for (let start = 0; start < STORED; start += 500) {
    const cdrs = Array.from({ length: 500 }, (_, n) => ({
      originId: `memory-${start + n}`,
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 9 + (n % 90),
      trunk: `t${n % 7}`,
    }));
    await rpc([{ method: "cdr.processMany", params: { cdrs } }]);
  }
});
afterAll(async () => {
  await stopProcess(server);
  rmSync(folder, { recursive: true, force: true });
});

async function post(body: string): Promise<{ status: number; bytes: Buffer }> {
  const answer = await fetch(`${server.url}/jsonrpc`, { method: "POST", body });
  return { status: answer.status, bytes: Buffer.from(await answer.arrayBuffer()) };
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member.
async function rpc(calls: { method: string; params: unknown }[]): Promise<any[]> {
  const text = JSON.stringify(calls.map((one, id) => ({ jsonrpc: "2.0", id, ...one })));
  return JSON.parse((await post(text)).bytes.toString("utf8"));
}

const peakKb = (): number =>
  Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.child.pid}/status`, "utf8"))?.[1]);

/** Runs the work while health is asked and CDRs are posted, and answers the longest waits. */
async function beside(work: () => Promise<void>) {
  let isOver = false;
  const longest = { health: 0, post: 0, bare: 0 };
  const outcomes = new Set<string>();
  const probe = async (name: "health" | "post", ask: () => Promise<void>) => {
    while (!isOver) {
      const startedAt = performance.now();
      await ask();
      longest[name] = Math.max(longest[name], performance.now() - startedAt);
      await pause(50);
    }
  };
  const bare = async (): Promise<void> => {
    while (!isOver) {
      const startedAt = performance.now();
      await pause(20);
      longest.bare = Math.max(longest.bare, performance.now() - startedAt - 20);
    }
  };
  let posted = 0;
  const probes = Promise.all([
    bare(),
    probe("health", async () => {
      expect((await fetch(`${server.url}/health`)).status).toBe(200);
    }),
    probe("post", async () => {
      posted += 1;
      const body =
        `accid=beside-${performance.now()}-${posted}&tenant=other.example&account=1&` +
        "destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=9s";
      const answer = await fetch(`${server.url}/cgr`, { method: "POST", body });
      outcomes.add(((await answer.json()) as { outcome: string }).outcome);
    }),
  ]);
  try {
    await work();
  } finally {
    isOver = true;
  }
  await probes;
  expect([...outcomes]).toEqual(["unrated"]);
  expect(longest.health).toBeLessThan(SOON_MS + longest.bare);
  expect(longest.post).toBeLessThan(SOON_MS + longest.bare);
}

const thousand = (method: string, params: unknown) =>
  Array.from({ length: 1000 }, () => ({ method, params }));

it.runIf(existsSync("/proc/self/status"))(
  "its memory stays under the figure of the docs, and nobody waits",
  { timeout: 300_000 },
  async () => {
    const before = peakKb();
    await beside(async () => {
      const found = await rpc(thousand("cdr.find", { limit: 1000 }));
      expect(found).toHaveLength(1000);
      expect(found[0].result.cdrs).toHaveLength(1000);
      expect(found.at(-1).error.data.code).toBe("too-large");
    });
    expect(peakKb() - before).toBeLessThan(300_000);
    await beside(async () => {
      const found = await rpc(thousand("rpc.discover", {}));
      expect(found[0].result.openrpc).toBeDefined();
      expect(found.at(-1).error.data.code).toBe("too-large");
    });
    await beside(async () => {
      const plans = await rpc(thousand("rerate.plan", {}).slice(0, 500));
      expect(plans[0].result.job).toBeDefined();
      const codes = plans.flatMap((one) => (one.error ? [one.error.data.code] : []));
      expect(new Set(codes)).toEqual(new Set(["too-busy"]));
    });
    // Several at once, of which each is held until it is read.
    await beside(async () => {
      const text = JSON.stringify(
        thousand("cdr.find", { limit: 1000 }).map((one, id) => ({ jsonrpc: "2.0", id, ...one })),
      );
      const answers = await Promise.all(Array.from({ length: 12 }, () => post(text)));
      for (const { status } of answers) expect([200, 503]).toContain(status);
    });
    for (const { requests } of hostileCases((number) => number === 3 || number === 4)) {
      await beside(async () => {
        for (const { body } of requests)
          expect((await post(body.toString("utf8"))).status).toBe(200);
      });
    }
    expect(peakKb()).toBeLessThan(MOST_KB);
    process.stderr.write(`peak memory of the server: ${Math.round(peakKb() / 1000)} MB\n`);
  },
);
