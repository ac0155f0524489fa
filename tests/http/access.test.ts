// Goal: nobody without a right gets in, and no web page reaches a loopback without credentials.
// Method: requests over real HTTP, with and without credentials in the settings.
import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Credential, readSettings } from "../../src/config/config.ts";
import { hashPassword } from "../../src/http/access.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const body =
  "accid=1&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=9s";

/** fetch sets Host and Sec-Fetch-Site by itself: these need a bare request. */
function rawPost(url: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/cgr`, { method: "POST", headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end(body);
  });
}

describe("a loopback without credentials", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService();
  });
  afterAll(() => service.stop());

  it("lets a program in, whatever name of the loopback it uses", async () => {
    expect(await rawPost(service.url, {})).toBe(200);
    expect(await rawPost(service.url, { host: "localhost:2080" })).toBe(200);
    expect(
      await rawPost(service.url, { origin: service.url, "sec-fetch-site": "same-origin" }),
    ).toBe(200);
  });

  it.each([
    ["a foreign Origin", { origin: "https://evil.example" }],
    ["an opaque Origin", { origin: "null" }],
    ["a cross-site fetch", { "sec-fetch-site": "cross-site" }],
    ["a same-site fetch of another port", { "sec-fetch-site": "same-site" }],
    ["an unknown Host", { host: "rebound.example" }],
    ["X-Forwarded-For", { "x-forwarded-for": "203.0.113.9" }],
    ["X-Forwarded-Host", { "x-forwarded-host": "cdrate.example" }],
  ])("403 for %s", async (_name, headers) => {
    expect(await rawPost(service.url, headers as Record<string, string>)).toBe(403);
  });
});

describe("credentials", () => {
  let service: TestService;
  const basic = (text: string) => ({
    authorization: `Basic ${Buffer.from(text).toString("base64")}`,
  });
  beforeAll(async () => {
    const credentials: Credential[] = [
      {
        name: "switch",
        user: "fs",
        passwordScrypt: await hashPassword("s:cret"),
        roles: ["ingest"],
        tenants: ["*"],
      },
      {
        name: "billing",
        tokenSha256: createHash("sha256").update("token-1").digest("hex"),
        roles: ["read"],
        tenants: ["cgrates.org"],
      },
    ];
    service = await startTestService({ settings: { credentials } });
  });
  afterAll(() => service.stop());

  it("401 without, with wrong ones, and for the empty probe of a digest client", async () => {
    const bare = await service.post("/cgr", body, {});
    expect(bare.status).toBe(401);
    expect(bare.headers.get("www-authenticate")).toMatch(/^Basic /);
    expect((await service.post("/freeswitch_json", "", {})).status).toBe(401);
    expect((await service.post("/cgr", body, basic("fs:wrong"))).status).toBe(401);
    expect((await service.post("/cgr", body, basic("nobody:s:cret"))).status).toBe(401);
    expect((await service.post("/cgr", body, { authorization: "Bearer token-2" })).status).toBe(
      401,
    );
    expect((await service.post("/jsonrpc", "{}", {})).status).toBe(401);
    expect((await service.get("/metrics")).status).toBe(401);
  });

  it("Basic and bearer let in what their roles allow, and 403 the rest", async () => {
    expect((await service.post("/cgr", body, basic("fs:s:cret"))).status).toBe(200);
    expect((await service.post("/cgr", body, basic("fs:s:cret"))).body.outcome).toBe("duplicate");
    expect((await service.post("/cgr", body, { authorization: "Bearer token-1" })).status).toBe(
      403,
    );
    const token = { authorization: "Bearer token-1" };
    expect(await service.rpc("cdr.count", {}, token)).toEqual({ count: 1 });
    await expect(service.rpc("cdr.count", {}, basic("fs:s:cret"))).rejects.toMatchObject({
      data: { code: "forbidden" },
    });
  });

  it("health needs none", async () => {
    expect((await service.get("/health")).status).toBe(200);
  });
});

describe("the settings", () => {
  it("refuse another address than the loopback without credentials", () => {
    expect(() => readSettings({ environment: {}, flags: { listen: "0.0.0.0:2080" } })).toThrow(
      expect.objectContaining({ code: "invalid-settings" }),
    );
    for (const listen of ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"]) {
      expect(readSettings({ environment: {}, flags: { listen } }).listen).toBe(listen);
    }
  });

  it("flags win over the environment", () => {
    const settings = readSettings({
      environment: { CDRATE_STORE: "sqlite:a", CDRATE_LOG: "warn" },
      flags: { store: "sqlite:b" },
    });
    expect([settings.store, settings.log]).toEqual(["sqlite:b", "warn"]);
  });

  it("name every fault with its path", () => {
    try {
      readSettings({ environment: { CDRATE_LOG: "loud", CDRATE_STORE: "redis://x" }, flags: {} });
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).toMatch(/store: .*log: /s);
    }
  });
});
