// Goal: `npm run dev` serves from the sources, with threads for its file; other tests start the build.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { startProcess, stopProcess } from "./server-process.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-sources-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it("a service from the sources takes a CDR", async () => {
  const store = `sqlite:${join(folder, "sources.db")}`;
  const program = ["--import", "tsx", "src/main.ts", "--store", store, "--log", "error"];
  const server = await startProcess([...program, "serve", "--listen", "127.0.0.1:0"]);
  const body =
    "accid=s-1&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=60s";
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const answer = await fetch(`${server.url}/cgr`, { method: "POST", body, headers });
  expect(await answer.json()).toMatchObject({ outcome: "rated" });
  await stopProcess(server);
});
