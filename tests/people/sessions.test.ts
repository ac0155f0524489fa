// Goal: users sign in, are who they are and nobody else, and what ended is refused, whatever the roles of
// an open loopback. Method: a service on the loopback with a clock that the test moves; a second process
// on the same store where two are meant.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KNOWN_MS } from "../../src/engine/people/known-logins.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-sessions-"));
const START_MS = Date.parse("2026-03-03T00:00:00Z");
const HOUR_MS = 3_600_000;
const JSON_TYPE = { "content-type": "application/json" };
const PASSWORD = "correct horse";

let nowMs = START_MS;
let service: TestService;
const logged: unknown[] = [];

beforeAll(async () => {
  service = await startTestService({
    store: `sqlite:${join(folder, "people.db")}`,
    clock: () => nowMs,
    log: {
      info: () => {},
      warn: (facts) => logged.push(facts),
      error: (facts) => logged.push(facts),
    },
  });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function makeUser(name: string, more: object = {}): Promise<void> {
  const rights = { roles: ["read"], tenants: ["cgrates.org"], password: PASSWORD };
  await service.rpc("user.set", { name, ...rights, ...more });
}

const signIn = (name: string, password = PASSWORD, more: object = {}, at = service) =>
  at.post("/session", JSON.stringify({ name, password, ...more }), JSON_TYPE);

/** The cookie as a browser sends it back. */
async function cookieOf(name: string, password = PASSWORD, at = service): Promise<string> {
  const { status, headers } = await signIn(name, password, {}, at);
  expect(status).toBe(204);
  return (headers.get("set-cookie") ?? "").split(";")[0] ?? "";
}

const ask = (cookie: string, method = "system.status", params: unknown = {}, at = service) =>
  at.post("/jsonrpc", JSON.stringify({ jsonrpc: "2.0", id: 1, method, params }), {
    ...JSON_TYPE,
    cookie,
  });
const statusOf = async (cookie: string, at = service) =>
  (await ask(cookie, undefined, {}, at)).status;

describe("signing in", () => {
  it("answers 204 and a cookie that no page can read or send from elsewhere", async () => {
    await makeUser("anna");
    const { status, headers, body } = await signIn("anna");
    expect([status, body]).toEqual([204, ""]);
    expect(headers.get("set-cookie")).toMatch(
      /^cdrate-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(headers.get("cache-control")).toBe("no-store");
    expect((await service.rpc("user.get", { name: "anna" })).lastSignIn).toBe(
      new Date(nowMs).toISOString(),
    );
  });

  it("answers the same bytes for a wrong password, an unknown, an inactive and a nameless user", async () => {
    await makeUser("idle", { active: false });
    await service.rpc("user.set", { name: "none", roles: ["read"], tenants: ["*"] });
    const answers = [
      await signIn("anna", "wrong horse"),
      await signIn("nobody"),
      await signIn("idle"),
      await signIn("none"),
    ];
    for (const { status, body, headers } of answers) {
      expect([status, body]).toEqual([401, answers[0]?.body]);
      expect(headers.get("set-cookie")).toBeNull();
      expect(headers.get("www-authenticate")).toBeNull();
    }
    expect(JSON.stringify(logged)).not.toContain("wrong horse");
  });

  it("takes JSON from its own pages alone", async () => {
    const text = JSON.stringify({ name: "anna", password: PASSWORD });
    const as = (headers: Record<string, string>) => service.post("/session", text, headers);
    expect((await as({ "content-type": "text/plain" })).status).toBe(400);
    expect((await as({ ...JSON_TYPE, origin: "https://evil.example" })).status).toBe(403);
    expect((await as({ ...JSON_TYPE, "sec-fetch-site": "cross-site" })).status).toBe(403);
    expect((await as({ ...JSON_TYPE, origin: service.url })).status).toBe(204);
  });

  it.each([
    ["[]", "invalid-params"],
    ["{", "parse-error"],
    ['{"name":"anna"}', "invalid-params"],
    ['{"name":1,"password":"x"}', "invalid-params"],
    ['{"name":"anna","password":"x","code":"1"}', "invalid-params"],
    [`{"name":"anna","password":"${PASSWORD}","newPassword":"short"}`, "invalid-params"],
  ])("refuses %s with %s", async (text, code) => {
    expect((await service.post("/session", text, JSON_TYPE)).body.code).toBe(code);
  });

  it("adopts no cookie that was sent along", async () => {
    const planted = `cdrate-session=${"A".repeat(43)}`;
    const text = JSON.stringify({ name: "anna", password: PASSWORD });
    const { headers } = await service.post("/session", text, { ...JSON_TYPE, cookie: planted });
    expect(headers.get("set-cookie")).not.toContain(planted);
    expect(await statusOf(planted)).toBe(401);
  });
});

describe("a session", () => {
  it("has the user's roles and tenants, not those of the loopback", async () => {
    await makeUser("reader");
    const cookie = await cookieOf("reader");
    const { body } = await service.get("/session", { cookie, "x-requested-with": "test" });
    expect(body).toEqual({
      ...{ name: "user reader", roles: ["read"], tenants: ["cgrates.org"], accounts: null },
      user: { name: "reader", mail: null, language: null, timeZone: null },
      seesBuy: true,
    });
    expect((await ask(cookie, "user.list")).body.error.data.code).toBe("forbidden");
    const other = { tenants: ["other.example"] };
    expect((await ask(cookie, "cdr.count", { filter: other })).body.result).toEqual({ count: 0 });
  });

  it("counts only in requests that no other site's page can make", async () => {
    const cookie = await cookieOf("anna");
    const get = (headers: Record<string, string>) =>
      service.get("/session", { cookie, ...headers });
    expect((await get({})).status).toBe(403);
    expect((await get({ "sec-fetch-site": "same-origin" })).status).toBe(200);
    expect((await get({ "sec-fetch-site": "none" })).status).toBe(403);
    expect((await get({ "sec-fetch-site": "same-site", ...JSON_TYPE })).status).toBe(403);
    const form = { cookie, "content-type": "application/x-www-form-urlencoded" };
    expect((await service.post("/cgr", "accid=1", form)).status).toBe(403);
    expect(
      (await service.post("/jsonrpc", "{}", { ...form, "content-type": "text/plain" })).status,
    ).toBe(403);
    const foreign = { cookie, ...JSON_TYPE, origin: "http://127.0.0.1:1" };
    expect((await service.post("/jsonrpc", "{}", foreign)).status).toBe(403);
  });

  it("that is unknown or empty is refused where nothing at all has every role", async () => {
    expect((await service.get("/metrics")).status).toBe(200);
    for (const cookie of [
      "cdrate-session=",
      "cdrate-session=x",
      `cdrate-session=${"b".repeat(43)}`,
    ]) {
      const { status, headers } = await ask(cookie);
      expect([status, headers.get("www-authenticate")]).toEqual([401, null]);
    }
    expect(await statusOf("other=1")).toBe(200);
  });

  it("ends by DELETE, and cannot be replayed", async () => {
    const cookie = await cookieOf("anna");
    expect(await statusOf(cookie)).toBe(200);
    const response = await fetch(`${service.url}/session`, {
      method: "DELETE",
      headers: { cookie },
    });
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toContain("Max-Age=0");
    expect(await statusOf(cookie)).toBe(401);
  });

  it("is listed without its secret, and revoked at once", async () => {
    await makeUser("listed");
    const cookie = await cookieOf("listed");
    expect(await statusOf(cookie)).toBe(200);
    const { sessions } = await service.rpc("session.list", { user: "listed" });
    expect(sessions).toEqual([
      expect.objectContaining({ user: "listed", address: "127.0.0.1", id: expect.any(String) }),
    ]);
    const secret = cookie.split("=")[1] ?? "";
    expect(JSON.stringify(sessions)).not.toContain(secret);
    await service.rpc("session.revoke", { id: sessions[0].id });
    expect(await statusOf(cookie)).toBe(401);
    expect((await service.rpc("session.list", { user: "listed" })).sessions).toEqual([]);
  });

  it("ends with its user: removed, not active, or made again by the same name", async () => {
    for (const change of [
      () => service.rpc("user.remove", { name: "leaving" }),
      () => service.rpc("user.set", { name: "leaving", active: false }),
    ]) {
      await makeUser("leaving", { active: true });
      const cookie = await cookieOf("leaving");
      expect(await statusOf(cookie)).toBe(200);
      await change();
      expect(await statusOf(cookie)).toBe(401);
      nowMs += 1;
      await service.rpc("user.set", {
        name: "leaving",
        roles: ["read"],
        tenants: ["*"],
        active: true,
      });
      await service.rpc("user.password", { name: "leaving", password: PASSWORD });
      expect(await statusOf(cookie)).toBe(401);
    }
  });

  it("has the rights that its user has now", async () => {
    await makeUser("rising");
    const cookie = await cookieOf("rising");
    expect((await ask(cookie, "user.list")).body.error.data.code).toBe("forbidden");
    await service.rpc("user.set", { name: "rising", roles: ["admin"] });
    expect((await ask(cookie, "user.list")).body.result.users.length).toBeGreaterThan(0);
    // It gives nobody what it does not have, and does not see who has more.
    const wide = { name: "wide", roles: ["admin"], tenants: ["*"] };
    expect((await ask(cookie, "user.set", wide)).body.error.data.code).toBe("forbidden");
    await service.rpc("user.set", wide);
    expect((await ask(cookie, "user.get", { name: "wide" })).body.error.data.code).toBe(
      "not-found",
    );
    const taken = { name: "wide", tenants: ["cgrates.org"] };
    expect((await ask(cookie, "user.set", taken)).body.error.data.code).toBe("forbidden");
  });

  it("ends after an hour without a request, and after twelve however it is used", async () => {
    await makeUser("timed");
    const unused = await cookieOf("timed");
    const used = await cookieOf("timed");
    for (let minutes = 0; minutes < 12 * 60 - 30; minutes += 30) {
      nowMs += HOUR_MS / 2;
      service.service.engine.people.sessions.forget();
      expect(await statusOf(used)).toBe(200);
    }
    service.service.engine.people.sessions.forget();
    expect(await statusOf(unused)).toBe(401);
    nowMs += HOUR_MS / 2;
    service.service.engine.people.sessions.forget();
    expect(await statusOf(used)).toBe(401);
    await service.service.engine.people.sessions.sweep();
  });

  it("ends where the clock is set forward, and past the idle limit where it is set back", async () => {
    await makeUser("jumping");
    const cookie = await cookieOf("jumping");
    const before = nowMs;
    const at = async (ms: number) => {
      nowMs = ms;
      service.service.engine.people.sessions.forget();
      return statusOf(cookie);
    };
    expect(await at(before - 30_000)).toBe(200);
    expect(await at(before - 2 * HOUR_MS)).toBe(401);
    expect(await at(before + 13 * HOUR_MS)).toBe(401);
    nowMs = before;
  });
});

describe("a new password", () => {
  it("of one's own ends every other session, and begins one", async () => {
    await makeUser("changing");
    const old = await cookieOf("changing");
    expect(await statusOf(old)).toBe(200);
    const next = "another horse";
    const { status, headers } = await signIn("changing", PASSWORD, { newPassword: next });
    expect(status).toBe(204);
    expect(await statusOf(old)).toBe(401);
    const cookie = (headers.get("set-cookie") ?? "").split(";")[0] ?? "";
    expect(await statusOf(cookie)).toBe(200);
    expect((await signIn("changing")).status).toBe(401);
    expect(await statusOf(await cookieOf("changing", next))).toBe(200);
  });

  it("of two at once one holds, and whoever is in came by that one", async () => {
    await makeUser("raced");
    const nexts = ["first new one", "second new one"];
    const answers = await Promise.all(
      nexts.map((newPassword) => signIn("raced", PASSWORD, { newPassword })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 401]);
    const winner = answers.findIndex(({ status }) => status === 204);
    expect((await signIn("raced", nexts[winner])).status).toBe(204);
    expect((await signIn("raced", nexts[1 - winner])).status).toBe(401);
  });

  it("stands in the log without itself, as every change of a user", async () => {
    const acts = await service.service.engine.acts.page({ limit: 500 });
    const text = JSON.stringify(acts);
    expect(acts.map(({ act }) => act)).toContain("user.set");
    expect(acts.filter(({ act }) => act === "user.password").map(({ by }) => by)).toContain(
      "user changing",
    );
    for (const secret of [PASSWORD, "another horse"]) expect(text).not.toContain(secret);
  });
});

describe("two processes on one store", () => {
  it("know each other's sessions, and what one ends ends in the other within 2 s", async () => {
    const other = await startTestService({
      store: `sqlite:${join(folder, "people.db")}`,
      clock: () => nowMs,
      demo: false,
    });
    try {
      await makeUser("shared");
      const cookie = await cookieOf("shared", PASSWORD, other);
      expect(await statusOf(cookie)).toBe(200);
      expect(await statusOf(cookie, other)).toBe(200);
      expect(KNOWN_MS).toBe(2000);
      await service.rpc("user.set", { name: "shared", active: false });
      expect(await statusOf(cookie)).toBe(401);
      // What it remembers of 2 seconds is let go here by hand.
      other.service.engine.people.sessions.forget();
      expect(await statusOf(cookie, other)).toBe(401);
    } finally {
      await other.stop();
    }
  });
});

describe("loopback: sign-in", () => {
  it("lets in who is signed in, and nobody who brings nothing", async () => {
    const closed = await startTestService({
      settings: { loopback: "sign-in" },
      demo: false,
      clock: () => nowMs,
    });
    try {
      expect((await closed.get("/metrics")).status).toBe(401);
      expect((await closed.get("/health")).status).toBe(200);
      const made = { name: "first", roles: ["admin"], tenants: ["*"], password: PASSWORD };
      const by = { name: "test", scope: { tenants: null, seesBuy: true } };
      await closed.service.engine.people.users.set({ ...made, roles: ["admin"] }, by);
      expect(await statusOf(await cookieOf("first", PASSWORD, closed), closed)).toBe(200);
    } finally {
      await closed.stop();
    }
  });
});
