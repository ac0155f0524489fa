// Goal: kill -9 at any moment while CDRs are posted loses none and stores none twice.
// Method: a server process on a SQLite file is killed at seeded random moments under load; after
// the restart everything not answered 2xx is posted again, and the store is compared with what
// was sent.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { PROGRAM } from "../program.ts";
import { seededRandom } from "../tariffs/seeded-deck.ts";
import { startProcess, stopProcess } from "./server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-crash-"));
const store = `sqlite:${join(folder, "crash.db")}`;
const SEED = Number(process.env["CRASH_SEED"] ?? 20260302);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const startServer = () =>
  startProcess([
    ...[PROGRAM, "--store", store, "--log", "error"],
    ...["serve", "--listen", "127.0.0.1:0"],
  ]);

const body = (index: number) =>
  `accid=crash-${index}&account=1001&destination=34650${100000 + index}&time_answer=2026-03-02T09:00:00Z&duration=${1 + (index % 300)}s`;

async function post(url: string, index: number): Promise<boolean> {
  try {
    const response = await fetch(`${url}/cgr`, {
      method: "POST",
      body: body(index),
      headers: { "content-type": "application/x-www-form-urlencoded" },
    });
    await response.text();
    return response.ok;
  } catch (error) {
    // The server was killed while this post was under way: it was not answered.
    if (error instanceof TypeError) return false;
    throw error;
  }
}

describe("kill -9 under load", () => {
  it("each CDR is there once, rated, whatever was answered", async () => {
    const random = seededRandom(SEED);
    process.stdout.write(`\ncrash seed ${SEED}\n`);
    const total = 1200;
    const answered = new Set<number>();
    let server = await startServer();
    for (const round of [1, 2, 3]) {
      const waiting = Array.from({ length: total }, (_, index) => index).filter(
        (index) => !answered.has(index),
      );
      // Killed after a random share of what is still to be answered.
      const killAfter = Math.floor(random() * waiting.length * 0.8) + 1;
      let seen = 0;
      const send = async () => {
        for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
          if (!(await post(server.url, index))) return;
          answered.add(index);
          seen += 1;
          if (seen === killAfter) server.child.kill("SIGKILL");
        }
      };
      await Promise.all(Array.from({ length: 16 }, send));
      expect(server.child.killed, `round ${round}`).toBe(true);
      server = await startServer();
    }
    for (let index = 0; index < total; index++) {
      if (!answered.has(index)) expect(await post(server.url, index)).toBe(true);
    }
    const rpc = async (method: string, params: unknown) => {
      const response = await fetch(`${server.url}/jsonrpc`, {
        method: "POST",
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }),
      });
      return ((await response.json()) as { result: never }).result;
    };
    const origins: string[] = [];
    let cursor: string | undefined;
    do {
      const page: {
        cdrs: {
          primary: { originId: string };
          rating: { outcome: string; revision: number; sell: { amount: string } };
        }[];
        nextCursor?: string;
      } = await rpc("cdr.find", { limit: 1000, ...(cursor === undefined ? {} : { cursor }) });
      for (const { primary, rating } of page.cdrs) {
        origins.push(primary.originId);
        expect(rating).toMatchObject({ outcome: "rated", revision: 1 });
        expect(rating.sell.amount).toMatch(/^\d+\.\d{4}$/);
      }
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(origins.sort()).toEqual(
      Array.from({ length: total }, (_, index) => `crash-${index}`).sort(),
    );
    await stopProcess(server);
  });
});
