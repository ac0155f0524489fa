// Goal: a program comes by a token of the store as what it was made to be, and by nothing that has ended.
// Method: a service on an open loopback with a clock that the test moves, and a second process on its store.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { KNOWN_MS } from "../../src/engine/people/known-logins.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const folder = mkdtempSync(join(tmpdir(), "cdrate-programs-"));
const START_MS = Date.parse("2026-03-03T00:00:00Z");
const HOUR_MS = 3_600_000;
const PROXY = "127.0.0.1";

let nowMs = START_MS;
let service: TestService;
const store = `sqlite:${join(folder, "programs.db")}`;
const settings = {
  trustedProxies: [PROXY],
  credentials: [{ name: "taken", tokenSha256: "0".repeat(64), roles: ["read"], tenants: ["*"] }],
};
const start = (more: Record<string, unknown> = {}) =>
  startTestService({ store, clock: () => nowMs, settings: more, demo: false });

beforeAll(async () => {
  service = await startTestService({ store, clock: () => nowMs });
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Made {
  secret: string;
  program: { name: string; tokens: { id: string; used: string | null; address: string | null }[] };
}
const READER = { roles: ["read"], tenants: ["cgrates.org"] };
const create = (name: string, more: object = {}): Promise<Made> =>
  service.rpc("token.create", { name, ...READER, ...more });
const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });
const asks = async (
  secret: string,
  { at = service, ...headers }: Record<string, unknown> & { at?: TestService } = {},
) =>
  (
    await at.post("/jsonrpc", '{"jsonrpc":"2.0","id":1,"method":"system.status","params":{}}', {
      "content-type": "application/json",
      ...bearer(secret),
      ...(headers as Record<string, string>),
    })
  ).status;
const listed = async (name: string) => {
  const { programs } = await service.rpc("token.list", { limit: 1000 });
  return (programs as (Made["program"] & { tokens: { expires: string | null }[] })[]).find(
    (one) => one.name === name,
  );
};
const refused = async (run: Promise<unknown>) => {
  const error = await run.then(
    () => null,
    (fault: Error) => fault,
  );
  return String(error?.message ?? "done");
};

describe("a token", () => {
  it("lets its program in as what it may be, on an open loopback too", async () => {
    const { secret } = await create("reader");
    expect(secret).toMatch(/^cdrate_[\w-]{43}$/);
    const { body } = await service.get("/session", bearer(secret));
    expect(body).toMatchObject({ name: "reader", roles: ["read"], tenants: ["cgrates.org"] });
    const activate = await service.post(
      "/jsonrpc",
      '{"jsonrpc":"2.0","id":1,"method":"user.list","params":{}}',
      { "content-type": "application/json", ...bearer(secret) },
    );
    expect(activate.body.error.data.code).toBe("forbidden");
    const basic = Buffer.from(`switch:${secret}`).toString("base64");
    expect((await service.get("/session", { authorization: `Basic ${basic}` })).body.name).toBe(
      "reader",
    );
  });

  it("that is unknown is refused, and never has the rights of the loopback", async () => {
    expect(await asks(`cdrate_${"A".repeat(43)}`)).toBe(401);
    expect((await service.get("/session", { authorization: "Bearer other" })).body.name).toBe(
      "loopback",
    );
  });

  it("is stored as a hash alone, and shown once", async () => {
    const { secret, program } = await create("hashed");
    const told = JSON.stringify([await listed("hashed"), await service.rpc("log.find", {})]);
    expect(told).toContain(program.tokens[0]?.id);
    expect(told).not.toContain(secret);
    expect(told).not.toContain(secret.slice(7));
  });

  it("ends when it was said to", async () => {
    const { secret } = await create("short", {
      expires: new Date(nowMs + HOUR_MS).toISOString(),
    });
    expect(await asks(secret)).toBe(200);
    nowMs += HOUR_MS - 1;
    expect(await asks(secret)).toBe(200);
    nowMs += 1;
    expect(await asks(secret)).toBe(401);
    const past = new Date(nowMs).toISOString();
    expect(await refused(create("past", { expires: past }))).toContain("ends after now");
  });

  it("is let in from the addresses that were named, and from no other", async () => {
    const other = await start({ ...settings, loopback: "sign-in" });
    try {
      const { secret } = await create("near", { addresses: ["192.0.2.0/24", "2001:db8::/32"] });
      const from = (address: string) => asks(secret, { at: other, "x-forwarded-for": address });
      expect(await from("192.0.2.7")).toBe(200);
      expect(await from("2001:db8::5")).toBe(200);
      expect(await from("198.51.100.7")).toBe(401);
      expect(await asks(secret, { at: other })).toBe(401);
    } finally {
      await other.stop();
    }
    expect(await refused(create("wrong", { addresses: ["300.1.1.1"] }))).toContain("addresses");
  });

  it("notes when and where it was used, once a minute", async () => {
    const { secret } = await create("used");
    const used = async () => (await listed("used"))?.tokens[0];
    expect(await used()).toMatchObject({ used: null, address: null });
    await asks(secret);
    const first = new Date(nowMs).toISOString();
    expect(await used()).toMatchObject({ used: first, address: "127.0.0.1" });
    nowMs += 59_999;
    await asks(secret);
    expect(await used()).toMatchObject({ used: first });
    nowMs += 1;
    await asks(secret);
    expect(await used()).toMatchObject({ used: new Date(nowMs).toISOString() });
  });
});

describe("a program", () => {
  it("has a name of its own: not that of another, nor of a credential of the settings", async () => {
    await create("once");
    expect(await refused(create("once"))).toContain("the name of another program");
    const other = await start(settings);
    try {
      const { programs } = other.service.engine.people;
      const by = { name: "test", scope: { tenants: null, seesBuy: true } };
      const wanted = { name: "taken", ...READER, addresses: [], endsMs: null };
      const made = programs.create(wanted as Parameters<typeof programs.create>[0], by);
      expect(await refused(made)).toContain("a credential of the settings");
    } finally {
      await other.stop();
    }
  });

  it("keeps the old token beside the new one for the time that was named", async () => {
    const { secret: old } = await create("moving");
    const { secret: next } = await service.rpc("token.rotate", { name: "moving", keepHours: 2 });
    nowMs += 2 * HOUR_MS - 1;
    expect([await asks(old), await asks(next)]).toEqual([200, 200]);
    nowMs += 1;
    expect([await asks(old), await asks(next)]).toEqual([401, 200]);
    // A later replacement does not give an ended one more time.
    await service.rpc("token.rotate", { name: "moving", keepHours: 100 });
    expect(await asks(old)).toBe(401);
    const { secret: last } = await service.rpc("token.rotate", { name: "moving", keepHours: 0 });
    expect([await asks(next), await asks(last)]).toEqual([401, 200]);
  });

  it("has ten tokens that hold at most", async () => {
    await create("many");
    for (let n = 1; n < 10; n += 1) await service.rpc("token.rotate", { name: "many" });
    expect(await refused(service.rpc("token.rotate", { name: "many" }))).toContain("10 tokens");
  });

  it("ends with all of its tokens, or one of them ends: at once here, soon in another process", async () => {
    const other = await start();
    try {
      const { secret: first, program } = await create("ending");
      const { secret: second } = await service.rpc("token.rotate", { name: "ending" });
      expect(await asks(first, { at: other })).toBe(200);
      await service.rpc("token.revoke", { name: "ending", id: program.tokens[0]?.id });
      expect([await asks(first), await asks(second)]).toEqual([401, 200]);
      await service.rpc("token.revoke", { name: "ending" });
      expect(await asks(second)).toBe(401);
      expect(await listed("ending")).toBeUndefined();
      expect(KNOWN_MS).toBe(2000);
      expect(await asks(second, { at: other })).toBe(401);
    } finally {
      await other.stop();
    }
    const unknown = { name: "ending", id: "0".repeat(64) };
    expect(await refused(service.rpc("token.revoke", unknown))).toContain("no such program");
  });

  it("whose token is used at the moment of its end still ends", async () => {
    const { secret } = await create("raced");
    await Promise.all([
      asks(secret),
      service.rpc("token.rotate", { name: "raced", keepHours: 0 }),
      asks(secret),
    ]);
    expect(await asks(secret)).toBe(401);
  });

  it("gets no more than who makes it has", async () => {
    const { secret } = await create("boss", { roles: ["admin"], tenants: ["a.example"] });
    const make = (tenants: string[], name: string) =>
      service.rpc("token.create", { name, roles: ["read"], tenants }, bearer(secret));
    expect(await refused(make(["b.example"], "more"))).toContain("more than these credentials");
    expect(await refused(make(["*"], "all"))).toContain("more than these credentials");
    expect(await refused(make(["a.example"], "less"))).toBe("done");
    const { programs } = await service.rpc("token.list", {}, bearer(secret));
    expect((programs as { name: string }[]).map(({ name }) => name)).toEqual(["boss", "less"]);
  });

  it("each change of it stands in the log", async () => {
    await create("logged");
    await service.rpc("token.rotate", { name: "logged" });
    await service.rpc("token.revoke", { name: "logged" });
    const { acts } = await service.rpc("log.find", { subjects: ["logged"] });
    expect((acts as { act: string }[]).map(({ act }) => act)).toEqual([
      "token.revoke",
      "token.rotate",
      "token.create",
    ]);
  });

  it("is enough to listen beyond the loopback", async () => {
    expect(await service.service.engine.people.areThere()).toBe(true);
  });
});
