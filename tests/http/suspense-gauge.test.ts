// Goal: what waits in suspense is seen by whoever watches, and by nobody who may not.
// Method: records that cannot be read, of two tenants, counted over HTTP.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

let service: TestService;
const token = (name: string) => ({ authorization: `Bearer ${name}` });
const credential = (name: string, tenants: string[]) => ({
  name,
  tokenSha256: createHash("sha256").update(name).digest("hex"),
  roles: ["ingest", "read", "rate"],
  tenants,
});

beforeAll(async () => {
  const credentials = [credential("all", ["*"]), credential("one", ["a.example"])];
  const sources = sourceList.parse([{ name: "s", match: { paths: ["/cgr"] }, ruleSet: "nowhere" }]);
  service = await startTestService({ settings: { credentials, sources }, demo: false });
  for (const [id, tenant] of [
    ["1", "a.example"],
    ["2", "a.example"],
    ["3", "b.example"],
  ]) {
    const body = `accid=${id}&tenant=${tenant}&account=1&destination=34&answer_time=never`;
    expect((await service.post("/cgr", body, token("all"))).status).toBe(202);
  }
});
afterAll(() => service.stop());

it("/metrics and system.status count open records by tenant", async () => {
  const { body } = await service.get("/metrics", token("all"));
  expect(body).toMatch(/^cdrate_suspense_open\{tenant="a\.example"\} 2$/m);
  expect(body).toMatch(/^cdrate_suspense_open\{tenant="b\.example"\} 1$/m);
  const status = await service.rpc("system.status", {}, token("all"));
  expect(status.suspense.open).toBe(3);
  expect(status.suspense.tenants[0]).toEqual({ tenant: "a.example", open: 2 });
  const { records } = await service.rpc("suspense.find", {}, token("all"));
  await service.rpc("suspense.discard", { id: records[0].id }, token("all"));
  expect((await service.rpc("system.status", {}, token("all"))).suspense.open).toBe(2);
});

it("who sees one tenant sees its own count, and no source of the settings", async () => {
  const status = await service.rpc("system.status", {}, token("one"));
  expect(status.suspense.tenants.map(({ tenant }: { tenant: string }) => tenant)).toEqual([
    "a.example",
  ]);
  expect(status.warnings).toEqual([]);
  expect((await service.rpc("system.status", {}, token("all"))).warnings).toMatchObject([
    { code: "unknown-rule-set", source: "s", ruleSet: "nowhere" },
  ]);
});

it("log lines of refusals name the peer and the user", async () => {
  const lines: Record<string, unknown>[] = [];
  const log = { info: keep, warn: keep, error: keep };
  function keep(facts: Record<string, unknown>): void {
    lines.push(facts);
  }
  const watched = await startTestService({
    settings: {
      credentials: [credential("all", ["*"]), { ...credential("few", ["*"]), roles: ["read"] }],
    },
    demo: false,
    log,
  });
  const basic = { authorization: `Basic ${Buffer.from("mallory:x").toString("base64")}` };
  await watched.post("/cgr", "a=1", basic);
  await watched.post("/cgr", "a=1", token("few"));
  await watched.post("/cgr", "a=1", {});
  await watched.rpc("tariff.load", { path: "demo" }, token("few")).catch(() => {});
  await watched.stop();
  const refusals = lines.filter(({ code }) => code === "unauthorized" || code === "forbidden");
  expect(
    refusals.map(({ code, address, user, caller }) => [code, address, user ?? caller]),
  ).toEqual([
    ["unauthorized", "127.0.0.1", "mallory"],
    ["forbidden", "127.0.0.1", "few"],
    ["unauthorized", "127.0.0.1", undefined],
    ["forbidden", "127.0.0.1", "few"],
  ]);
});
