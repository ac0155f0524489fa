// The routes beside those that take records: health, the latest records, a trial that stores nothing,
// and the configuration of a source, which is changed in part and set back.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { ucmLeg } from "../feeds/ucm-legs.ts";

const SOURCES = sourceList.parse([
  { name: "hq", kind: "ucm", match: { paths: ["/ucm/hq"] }, allow: ["127.0.0.0/8"] },
  { name: "branch", kind: "ucm", match: { tokens: ["branch"] } },
]);
const JSON_TYPE = { "content-type": "application/json" };
const leg = (call: number, changes: object = {}) => JSON.stringify(ucmLeg(call, changes));

describe("a source", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ settings: { sources: SOURCES } });
  });
  afterAll(() => service.stop());
  beforeEach(() => call("DELETE", "?source=hq"));

  async function call(method: string, query: string, body?: unknown) {
    const init = body === undefined ? {} : { body: JSON.stringify(body), headers: JSON_TYPE };
    const answer = await fetch(`${service.url}/api/cdr/config${query}`, { method, ...init });
    // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
    return { status: answer.status, body: (await answer.json()) as any };
  }
  const post = async (number: number) => (await service.post("/ucm/hq", leg(number))).status;

  it("tells how it takes records, and takes back what it told", async () => {
    const { status, body } = await call("GET", "?source=hq");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ source: "hq", mode: "BOTH", isActive: true, allowedIPs: ["127.0.0.0/8"], changed: [] },
      httpsConfig: { endpoint: "/ucm/hq", enableAuth: false },
      tcpConfig: { port: null },
    });
    expect((await call("GET", "?path=/ucm/hq")).body.source).toBe("hq");
    expect((await call("GET", "")).body.source).toBe("default");
    expect((await call("GET", "?source=none")).status).toBe(404);
    expect((await call("PUT", "?source=hq", body)).status).toBe(200);
    const other = { httpsConfig: { ...body.httpsConfig, port: 1 } };
    expect(await call("PUT", "?source=hq", other)).toMatchObject({
      status: 400,
      body: { path: "httpsConfig.port" },
    });
  });

  it("is switched off by one member, and on again; the rest stays", async () => {
    expect(await post(1)).toBe(200);
    await call("PUT", "?source=hq", { allowedIPs: ["127.0.0.1", "192.0.2.0/24"] });
    const off = await call("PUT", "?source=hq", { isActive: false });
    expect(off.body).toMatchObject({
      ...{ isActive: false, allowedIPs: ["127.0.0.1", "192.0.2.0/24"] },
      changed: ["allowedIPs", "isActive"],
    });
    const refused = await service.post("/ucm/hq", leg(2));
    expect(refused.status).toBe(503);
    expect(refused.headers.get("retry-after")).toBe("5");
    // Another source takes its records.
    expect((await service.post("/api/cdr/https", leg(2))).status).toBe(200);
    await call("PUT", "?source=hq", { isActive: true });
    expect(await post(1)).toBe(200);
    expect((await call("DELETE", "?source=hq")).body).toMatchObject({
      ...{ isActive: true, allowedIPs: ["127.0.0.0/8"], changed: [] },
    });
  });

  it("has one door, or both, and takes records from the addresses that were said last", async () => {
    await call("PUT", "?source=hq", { mode: "tcp" });
    expect(await post(1)).toBe(404);
    await call("PUT", "?source=hq", { mode: "HTTPS" });
    expect(await post(1)).toBe(200);
    await call("PUT", "?source=hq", { allowedIPs: ["192.0.2.0/24"] });
    expect(await post(1)).toBe(403);
    await call("PUT", "?source=hq", { allowedIPs: null });
    expect(await post(1)).toBe(200);
  });

  it("refuses what is no change, and names the member", async () => {
    for (const [body, path] of [
      [{ isActive: "no" }, "isActive"],
      [{ mode: "UDP" }, "mode"],
      [{ allowedIPs: [] }, "allowedIPs"],
      [{ allowedIPs: ["10.0.0.0/99"] }, "allowedIPs.0"],
      [{ isactive: false }, "isactive"],
    ] as const) {
      const answer = await call("PUT", "?source=hq", body);
      expect(answer, path).toMatchObject({ status: 400, body: { path } });
    }
    expect((await call("PUT", "?source=hq", [])).status).toBe(400);
    expect((await call("GET", "?source=hq")).body.changed).toEqual([]);
  });

  it("leaves a line in the log of admin acts", async () => {
    await call("PUT", "?source=hq", { isActive: false });
    const { acts } = service.service.engine;
    const [latest] = await acts.page({ limit: 1 });
    expect(latest).toMatchObject({
      ...{ by: "loopback", act: "source.change", subject: "hq" },
      before: { isActive: true },
      after: { isActive: false },
    });
    await call("DELETE", "?source=hq");
    expect((await acts.page({ limit: 1 }))[0]).toMatchObject({ act: "source.reset" });
  });

  it("is tested: each step, and a line to post with", async () => {
    const test = await service.post("/api/cdr/test?source=hq", "", {});
    expect(test).toMatchObject({ status: 200, body: { ok: true, source: "hq" } });
    expect(test.body.checks.map(({ check }: { check: string }) => check)).toEqual([
      ...["address", "active", "mode", "store", "tariffs"],
    ]);
    const [, url = "", body = ""] = /^curl (\S+) .* -d '(.*)'$/.exec(test.body.curl) ?? [];
    expect(url).toBe(`${service.url}/ucm/hq`);
    const posted = await service.post(new URL(url).pathname, body, JSON_TYPE);
    expect(posted).toMatchObject({ status: 200, body: { outcome: "rated" } });
    await call("PUT", "?source=hq", { isActive: false });
    expect((await service.post("/api/cdr/test?source=hq", "", {})).body.ok).toBe(false);
  });

  it("is tested with records: what would be stored and charged, and nothing is", async () => {
    const { count } = await service.rpc("cdr.count");
    const body = `[${leg(700)},${leg(701, { userfield: "Inbound" })},{"x":1}]`;
    const { body: answer } = await service.post("/api/cdr/test?source=hq", body, JSON_TYPE);
    expect(answer).toMatchObject({
      ...{ ok: true, stored: false },
      records: [
        { outcome: "rated", isStored: false, cdr: { primary: { usage: 60, account: "1001" } } },
        { outcome: "unrated", reason: "direction-not-rated" },
        { outcome: "suspended", reason: "not-a-cdr" },
      ],
    });
    const real = await service.post("/ucm/hq", leg(700));
    expect(real.body.sell).toEqual(answer.records[0].sell);
    expect((await service.rpc("cdr.count")).count).toBe(count + 1);
    expect((await service.rpc("suspense.find")).records).toEqual([]);
    const again = await service.post("/api/cdr/test?source=hq", leg(700), JSON_TYPE);
    expect(again.body.records[0].isStored).toBe(true);
  });

  it("has its answers timed", async () => {
    const counted = async (road: string) => {
      const { body } = await service.get("/metrics");
      const line = new RegExp(`cdrate_answer_seconds_count\\{road="${road}"\\} (\\d+)`).exec(body);
      return Number(line?.[1] ?? 0);
    };
    const before = await counted("cdr");
    await service.post("/ucm/hq", leg(900));
    await service.post("/ucm/hq", "");
    expect(await counted("cdr")).toBe(before + 2);
    expect(await counted("other")).toBeGreaterThan(1);
  });

  it("has a health", async () => {
    const { status, body } = await service.get("/api/cdr/health?source=hq");
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: "ok", database: "connected", mode: "BOTH", active: true });
  });
});

describe("the latest records", () => {
  let service: TestService;
  const bearer = (name: string) => ({ authorization: `Bearer token-${name}` });
  beforeAll(async () => {
    const credentials = [
      ["branch", "ingest", "*"],
      ["reader", "read", "cgrates.org"],
      ["other", "read", "example.com"],
      ["boss", "admin", "*"],
    ].map(([name = "", role, tenant]) => ({
      ...{ name, roles: [role], tenants: [tenant] },
      tokenSha256: createHash("sha256").update(`token-${name}`).digest("hex"),
    }));
    service = await startTestService({ settings: { sources: SOURCES, credentials } });
    const legs = Array.from({ length: 120 }, (_, call) =>
      ucmLeg(call, {
        ...(call % 4 === 0 ? { billsec: "0", disposition: "NO ANSWER" } : {}),
        ...(call % 10 === 0 ? { src: "1099", action_type: "QUEUE[6500]" } : {}),
      }),
    );
    await service.post("/api/cdr/https", JSON.stringify(legs), bearer("branch"));
  });
  afterAll(() => service.stop());
  const get = (query: string, name = "reader") =>
    service.get(`/api/cdr/records${query}`, bearer(name));

  it("come in pages, the latest first, with counts by disposition", async () => {
    const { body } = await get("");
    expect(body).toMatchObject({ page: 1, limit: 50, total: 120, pages: 3 });
    expect(body.dispositions).toEqual({ ANSWERED: 90, "NO ANSWER": 30 });
    expect(body.records).toHaveLength(50);
    const seen = new Set<string>();
    for (const page of [1, 2, 3, 4]) {
      const { records } = (await get(`?page=${page}&limit=50`)).body;
      for (const { id } of records) seen.add(id);
    }
    expect(seen.size).toBe(120);
    const times = body.records.map(
      ({ primary }: { primary: Record<string, string> }) =>
        primary["answerTime"] ?? primary["setupTime"],
    );
    expect(times).toEqual(times.toSorted().reverse());
  });

  it("are found by the parts of numbers, disposition, action and time", async () => {
    const total = async (query: string) => (await get(query)).body.total;
    expect(await total("?src=099")).toBe(12);
    expect(await total("?dst=6501")).toBe(120);
    expect(await total("?dst=9999")).toBe(0);
    expect(await total("?disposition=NO_ANSWER")).toBe(30);
    expect(await total("?disposition=answered")).toBe(90);
    expect(await total("?actionType=QUEUE[6500]")).toBe(12);
    expect(await total("?dateFrom=2026-03-02T10:00:30Z&dateTo=2026-03-03")).toBeLessThan(100);
    expect(await total("?dateTo=2026-03-02")).toBe(0);
    expect(await total("?source=branch")).toBe(120);
  });

  it.each(["page=0", "limit=201", "limit=x", "dateFrom=soon", "disposition2=x"])(
    "refuse ?%s by its name",
    async (query) => {
      const answer = await get(`?${query}`);
      expect(answer).toMatchObject({ status: 400, body: { path: query.split("=")[0] } });
    },
  );

  it("are those of the caller's tenants; the rest of the routes have roles too", async () => {
    expect((await get("", "other")).body).toMatchObject({ total: 0, records: [] });
    expect((await get("", "branch")).status).toBe(403);
    expect((await service.get("/api/cdr/records")).status).toBe(401);
    const config = (name: string) => service.get("/api/cdr/config", bearer(name));
    expect((await config("branch")).status).toBe(403);
    expect((await config("reader")).status).toBe(403);
    expect((await config("boss")).body).toMatchObject({ httpsConfig: { enableAuth: true } });
    expect((await service.post("/api/cdr/test", "", bearer("reader"))).status).toBe(403);
    const test = await service.post("/api/cdr/test", "", bearer("branch"));
    expect(test.body).toMatchObject({ ok: true, source: "branch" });
    expect(test.body.curl).toContain("Bearer TOKEN");
    expect((await service.get("/api/cdr/health")).status).toBe(401);
  });
});
