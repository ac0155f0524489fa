// Goal: calls without a price are seen while they can still be repaired, and an audit and a rerate
// show in the metrics. Method: a service whose clock is moved, JSON-RPC and /metrics.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { NOW_MS, startTestService, type TestService } from "./test-service.ts";

let nowMs = NOW_MS;
let service: TestService;
beforeAll(async () => {
  service = await startTestService({ clock: () => nowMs });
});
afterAll(() => service.stop());

const post = (id: string, more = "") =>
  service.post(
    "/cgr",
    `accid=${id}&account=1001&destination=882123456&time_answer=2026-03-02T09:00:00Z&duration=60s${more}`,
  );
const status = () => service.rpc("system.status");

describe("calls without a price", () => {
  it("are counted by tenant, outcome and reason, a minute old at most, with what to do", async () => {
    expect((await status()).unpriced).toEqual([]);
    await post("other-1", "&tenant=nowhere.example");
    await post("other-2", "&tenant=nowhere.example");
    await post("in", "&direction=*in");
    expect((await status()).unpriced).toEqual([]);
    nowMs += 60_000;
    const { unpriced, hint } = await status();
    expect(unpriced).toEqual([
      { tenant: "nowhere.example", outcome: "unrated", reason: "no-active-tariff", calls: 2 },
      { tenant: "cgrates.org", outcome: "unrated", reason: "direction-not-rated", calls: 1 },
    ]);
    expect(hint).toContain(
      "`cdrate rerate plan --tenant nowhere.example --outcome unrated --reason no-active-tariff`",
    );
  });

  it("that are as they should be ask for nothing, and old ones are left out", async () => {
    nowMs += 8 * 86_400_000;
    await service.post(
      "/cgr",
      "accid=late-in&account=1001&destination=34&direction=*in&time_answer=2026-03-10T09:00:00Z&duration=60s",
    );
    const { unpriced, hint } = await status();
    expect(unpriced).toMatchObject([{ reason: "direction-not-rated", calls: 1 }]);
    expect(hint).toBeUndefined();
  });

  it("stand in the metrics, with the last audit and the lines that rerating handled", async () => {
    const { job } = await service.rpc("rerate.plan", {});
    await service.service.engine.rerates.settled(job);
    const before = (await service.get("/metrics")).body;
    expect(before).toContain(
      'cdrate_unpriced_calls{tenant="cgrates.org",outcome="unrated",reason="direction-not-rated"} 1',
    );
    expect(before).toContain('cdrate_rerate_lines{step="planned"} 4');
    expect(before).not.toContain("cdrate_audit_ok{");
    const { checks } = await service.rpc("audit.run");
    const after = (await service.get("/metrics")).body;
    for (const { name } of checks) expect(after).toContain(`cdrate_audit_ok{check="${name}"} 1`);
  });

  it("a check that could not be made is neither 1 nor 0 in the metrics", async () => {
    const { audits } = service.service.engine;
    const checks = [{ name: "sums-agree" as const, ok: null, detail: "not compared" }];
    const last = vi.spyOn(audits, "last").mockReturnValue({ atMs: nowMs, checks });
    const { body } = await service.get("/metrics");
    last.mockRestore();
    expect(body).toMatch(/^cdrate_audit_ok\{check="sums-agree"\} NaN$/im);
  });
});
