// Goal: nobody without a right gets in, and no web page reaches a loopback without credentials.
// Method: requests over real HTTP, with and without credentials in the settings.
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Credential,
  isOpenLoopback,
  readSettings,
  requireCredentials,
} from "../../../src/config/config.ts";
import { hashPassword } from "../../../src/engine/people/password-hash.ts";
import { sourceList } from "../../../src/mediation/source-settings.ts";
import { startTestService, type TestService } from "../../end-to-end/test-service.ts";

const body =
  "accid=1&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z&duration=9s";

/** fetch sets Host and Sec-Fetch-Site by itself: these need a bare request. */
function rawPost(
  url: string,
  headers: Record<string, string> | string[],
  { method = "POST", path = "/cgr" } = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(url + path, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.once("error", reject);
    sent.end(method === "POST" ? body : undefined);
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
    ["Forwarded", { forwarded: "for=203.0.113.9" }],
    ["Via", { via: "1.1 cache" }],
    ["X-Real-IP", { "x-real-ip": "203.0.113.9" }],
    ["CF-Connecting-IP", { "cf-connecting-ip": "203.0.113.9" }],
    ["True-Client-IP", { "true-client-ip": "203.0.113.9" }],
    ["X-Client-IP", { "x-client-ip": "203.0.113.9" }],
    ["X-Cluster-Client-IP", { "x-cluster-client-ip": "203.0.113.9" }],
    ["Fastly-Client-IP", { "fastly-client-ip": "203.0.113.9" }],
    ["Fly-Client-IP", { "fly-client-ip": "203.0.113.9" }],
    ["X-Envoy-External-Address", { "x-envoy-external-address": "203.0.113.9" }],
    ["X-Azure-ClientIP", { "x-azure-clientip": "203.0.113.9" }],
    ["X-AppEngine-User-IP", { "x-appengine-user-ip": "203.0.113.9" }],
    ["X-Original-Host", { "x-original-host": "cdrate.example" }],
    ["CDN-Loop", { "cdn-loop": "cloudflare" }],
    ["a foreign Referer", { referer: "https://evil.example/page" }],
    ["a Referer that ends like this host", { referer: "http://127.0.0.1.evil.example/" }],
    ["a Referer with this host as a user", { referer: "http://127.0.0.1:2080@evil.example/" }],
    ["a Referer that is no URL", { referer: "127.0.0.1" }],
    ["the Origin of another port", { origin: "http://127.0.0.1:3000" }],
    ["the Referer of another port", { referer: "http://localhost:3000/" }],
  ])("403 for %s", async (_name, headers) => {
    expect(await rawPost(service.url, headers as Record<string, string>)).toBe(403);
  });

  it("403 for two Host headers, whichever comes first", async () => {
    const { host } = new URL(service.url);
    for (const pair of [
      ["host", host, "host", "evil.example"],
      ["host", "evil.example", "host", host],
      ["host", host, "host", host],
    ]) {
      expect(await rawPost(service.url, pair)).toBe(403);
    }
  });

  it("a page of this service may post; a GET that a page caused stores nothing", async () => {
    const referer = `${service.url}/docs`;
    expect(await rawPost(service.url, { referer })).toBe(200);
    const { count } = await service.rpc("cdr.count");
    const path = `/cgr?${body.replace("accid=1", "accid=by-link")}`;
    for (const page of [referer, "https://evil.example/"]) {
      expect(await rawPost(service.url, { referer: page }, { method: "GET", path })).toBe(403);
    }
    expect((await service.rpc("cdr.count")).count).toBe(count);
    expect(await rawPost(service.url, {}, { method: "GET", path })).toBe(200);
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

describe("an allow list of a source", () => {
  const allow = ["198.51.100.0/24", "2001:db8::/32"];
  const sources = [
    { name: "far", match: { tokens: ["switch"] }, allow },
    { name: "near", match: { paths: ["/near"] }, kind: "form", allow: ["127.0.0.0/8"] },
  ];
  const token = { authorization: "Bearer token-3" };
  let service: TestService;
  let behindProxy: TestService;
  beforeAll(async () => {
    const settings = {
      sources: sourceList.parse(sources),
      credentials: [
        {
          name: "switch",
          tokenSha256: createHash("sha256").update("token-3").digest("hex"),
          roles: ["ingest"],
          tenants: ["*"],
        },
        {
          name: "other",
          tokenSha256: createHash("sha256").update("token-4").digest("hex"),
          roles: ["ingest"],
          tenants: ["*"],
        },
      ],
    };
    service = await startTestService({ settings });
    const trustedProxies = ["127.0.0.1", "10.0.0.0/8"];
    behindProxy = await startTestService({ settings: { ...settings, trustedProxies } });
  });
  afterAll(() => Promise.all([service.stop(), behindProxy.stop()]));

  it("refuses other addresses on each road, and takes those it names", async () => {
    expect(await rawPost(service.url, token)).toBe(403);
    await expect(
      service.rpc("cdr.process", { cdr: { originId: "rpc" } }, token),
    ).rejects.toMatchObject({ data: { code: "forbidden" } });
    const other = { authorization: "Bearer token-4" };
    expect(await rawPost(service.url, other, { path: "/near" })).toBe(200);
    expect(await rawPost(service.url, other)).toBe(200);
  });

  it("believes no X-Forwarded-For of a peer that is not trusted", async () => {
    expect(await rawPost(service.url, { ...token, "x-forwarded-for": "198.51.100.7" })).toBe(403);
  });

  it.each([
    [200, "198.51.100.7"],
    [200, "203.0.113.1, 198.51.100.7"],
    [200, "198.51.100.7, 10.1.2.3"],
    [200, "198.51.100.7:4711"],
    [200, "[2001:db8::7]:4711"],
    [200, "::ffff:198.51.100.7"],
    [403, "198.51.100.7, 203.0.113.1"],
    [403, "198.51.100.7, nonsense"],
    [403, "198.51.100.7, "],
    [403, "198.51.100.7, 203.0.113.1, 10.1.2.3"],
    [403, ""],
  ])("%i behind a trusted proxy that says %j", async (status, forwardedFor) => {
    const headers = { ...token, "x-forwarded-for": forwardedFor };
    expect(await rawPost(behindProxy.url, headers)).toBe(status);
  });
});

describe("the settings", () => {
  it("refuse another address than the loopback without credentials", () => {
    const open = readSettings({ environment: {}, flags: { listen: "0.0.0.0:2080" } });
    expect(() => requireCredentials(open, false)).toThrow(
      expect.objectContaining({ code: "invalid-settings" }),
    );
    expect(() => requireCredentials(open, true)).not.toThrow();
    expect(isOpenLoopback(open)).toBe(false);
    for (const listen of ["127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1"]) {
      const settings = readSettings({ environment: {}, flags: { listen } });
      expect(settings.listen).toBe(listen);
      expect(() => requireCredentials(settings, false)).not.toThrow();
      expect(isOpenLoopback(settings)).toBe(true);
      expect(isOpenLoopback({ ...settings, loopback: "sign-in" })).toBe(false);
    }
  });

  it("refuse a source that names a credential that does not exist, and say which does", () => {
    const folder = mkdtempSync(join(tmpdir(), "cdrate-settings-"));
    const configPath = join(folder, "cdrate.yaml");
    const read = (tokens: string) => {
      const hash = "0".repeat(64);
      writeFileSync(
        configPath,
        `credentials: [{ name: switch-1, user: fs, passwordScrypt: "${"0".repeat(32)}:${hash}", roles: [ingest] }]\nsources: [{ name: s, match: { tokens: [${tokens}] } }]\n`,
      );
      return readSettings({ configPath, environment: {}, flags: {} });
    };
    expect(read("switch-1").sources).toHaveLength(1);
    expect(() => read("switch-1, switch-2")).toThrow(
      /sources\.0\.match\.tokens\.1: there is no credential named switch-2; it is one of switch-1/,
    );
    expect(() => read("fs")).toThrow(/of the user fs it is switch-1/);
    rmSync(folder, { recursive: true });
  });

  it("read TLS, proxies, allow lists and the time of a body, and name what is no address", () => {
    const folder = mkdtempSync(join(tmpdir(), "cdrate-settings-"));
    const configPath = join(folder, "cdrate.yaml");
    const read = (allow: string) => {
      const lines = [
        "tls: { cert: c.pem, key: k.pem }",
        "trustedProxies: [10.0.0.0/8, 2001:db8::1]",
        `sources: [{ name: s, allow: [${allow}] }]`,
        "limits: { bodySeconds: 5 }",
      ];
      writeFileSync(configPath, lines.join("\n"));
      return readSettings({ configPath, environment: {}, flags: {} });
    };
    expect(read("192.0.2.0/24")).toMatchObject({
      tls: { cert: "c.pem", key: "k.pem" },
      trustedProxies: ["10.0.0.0/8", "2001:db8::1"],
      sources: [{ allow: ["192.0.2.0/24"] }],
      limits: { bodySeconds: 5 },
    });
    expect(() => read("192.0.2.0/33")).toThrow(/sources\.0\.allow\.0: Not an IP address/);
    rmSync(folder, { recursive: true });
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
