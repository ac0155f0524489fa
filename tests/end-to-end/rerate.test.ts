// Goal: a rerate over JSON-RPC has the shape of the contract, runs in the background of the server,
// is gone on with by another server, and is seen only by those whose tenants it is about.
// Method: services over one SQLite file, with credentials where they matter.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "./test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-rerate-"));
const store = `sqlite:${join(folder, "rerate.db")}`;
const sha256 = (token: string) => createHash("sha256").update(token).digest("hex");
const credential = (name: string, tenants: string[]) => ({
  name,
  tokenSha256: sha256(name),
  roles: ["ingest" as const, "read" as const, "rate" as const],
  tenants,
});
const as = (name: string) => ({ authorization: `Bearer ${name}` });

let service: TestService;
beforeAll(async () => {
  service = await startTestService({
    store,
    settings: {
      credentials: [
        { ...credential("root", ["*"]), roles: ["admin"] },
        credential("own", ["cgrates.org"]),
        credential("other", ["b.example"]),
      ],
    },
  });
  for (let n = 0; n < 3; n += 1) {
    const cdr = {
      originId: `rerated-${n}`,
      account: "2001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 60,
    };
    await service.rpc("cdr.process", { cdr }, as("root"));
  }
  const call = { account: "2001", voipPlan: "gold", from: "2026-01-01T00:00:00Z" };
  await service.rpc("account.set", call, as("root"));
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function shown(job: string, name = "root") {
  await service.service.engine.rerates.settled(job);
  return service.rpc("rerate.show", { job }, as(name));
}

describe("rerate over JSON-RPC", () => {
  it("shows state, progress, money and reasons as the contract says", async () => {
    const filter = { accounts: ["2001"], answerTime: { from: "2026-03-01T00:00:00Z" } };
    const { job } = await service.rpc("rerate.plan", { filter }, as("own"));
    const view = await shown(job, "own");
    const money = {
      old: expect.any(String),
      new: expect.any(String),
      difference: expect.any(String),
    };
    const row = { currency: "EUR", cdrs: 3, sell: money, buy: money, margin: money };
    expect(view).toMatchObject({
      job,
      state: "planned",
      progress: { done: 3, total: 3 },
      totals: { cdrs: 3, changed: 3, sell: money, buy: money, margin: money },
      by: {
        account: [{ account: "2001", ...row }],
        prefix: [{ prefix: expect.any(String), ...row }],
        carrier: [{ carrier: expect.any(String), ...row }],
        day: [{ day: "2026-03-02", ...row }],
      },
      reasons: [
        { reason: "assignment", from: { outcome: "rated" }, to: { outcome: "rated" }, cdrs: 3 },
      ],
      request: { filter: { ...filter, answerTime: { from: "2026-03-01T00:00:00.000Z" } } },
    });
    const { lines, nextCursor } = await service.rpc("rerate.lines", { job, limit: 2 }, as("own"));
    expect(lines).toMatchObject([
      { line: 1, account: "2001", revision: 1, reason: "assignment" },
      { line: 2, old: { outcome: "rated" }, new: { outcome: "rated" } },
    ]);
    const rest = await service.rpc("rerate.lines", { job, cursor: nextCursor }, as("own"));
    expect(rest.lines.map((line: { line: number }) => line.line)).toEqual([3]);
    await service.rpc("rerate.apply", { job, hash: view.hash }, as("own"));
    expect(await shown(job)).toMatchObject({
      state: "applied",
      progress: { done: 3, total: 3 },
      applied: { done: 3, left: 0 },
    });
    await service.rpc("rerate.undo", { job }, as("own"));
    expect(await shown(job)).toMatchObject({ state: "undone", undone: { done: 3, left: 0 } });
    await expect(service.rpc("rerate.apply", { job }, as("own"))).rejects.toMatchObject({
      data: { code: "conflict", state: "undone" },
    });
  });

  it("a job over other tenants is not there for a caller, in whatever method", async () => {
    const { job } = await service.rpc("rerate.plan", {}, as("own"));
    await service.service.engine.rerates.settled(job);
    for (const method of ["show", "lines", "apply", "undo", "cancel"]) {
      const call = service.rpc(`rerate.${method}`, { job }, as("other"));
      await expect(call, method).rejects.toMatchObject({ data: { code: "not-found" } });
    }
    expect(await service.rpc("rerate.list", { limit: 1 }, as("other"))).toEqual({ jobs: [] });
    const all = { filter: { tenants: ["cgrates.org"] } };
    await expect(service.rpc("rerate.plan", all, as("other"))).rejects.toMatchObject({
      data: { code: "forbidden" },
    });
    const whole = await service.rpc("rerate.plan", {}, as("root"));
    await service.service.engine.rerates.settled(whole.job);
    // Others' jobs are no part of a page, and their ids are in no cursor.
    const own = await service.rpc("rerate.list", {}, as("own"));
    expect(own.jobs.map((one: { job: string }) => one.job)).toContain(job);
    expect(own).not.toHaveProperty("nextCursor");
    for (let n = 0, cursor: string | undefined; n < own.jobs.length; n += 1) {
      const page = await service.rpc("rerate.list", { limit: 1, cursor }, as("own"));
      expect(page.jobs).toEqual([own.jobs[n]]);
      cursor = page.nextCursor;
      expect(cursor !== undefined).toBe(n + 1 < own.jobs.length);
    }
    await expect(service.rpc("rerate.show", { job: whole.job }, as("own"))).rejects.toMatchObject({
      data: { code: "not-found" },
    });
  });
});
