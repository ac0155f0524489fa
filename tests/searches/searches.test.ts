// Goal: a saved search is its owner's, shared as its owner says, and whoever runs it sees what they may see and
// no more, also where a schedule sends it. Method: one service on every store, with credentials of several scopes
// and a user, and calls of two accounts and two tenants.
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";

const TENANT = "own.example";
const CREDENTIALS = {
  all: { roles: ["admin"], tenants: ["*"] },
  anna: { roles: ["admin"], tenants: [TENANT] },
  berta: { roles: ["read"], tenants: [TENANT] },
  blind: { roles: ["read"], tenants: [TENANT], seesBuy: false },
  customer: { roles: ["customer"], tenants: [TENANT], accounts: ["mine"] },
  stranger: { roles: ["admin"], tenants: ["second.example"] },
} as const;
type Who = keyof typeof CREDENTIALS;
type By = Who | { cookie: string };

const CALLS = {
  mine: { account: "mine" },
  other: { account: "other" },
  abroad: { tenant: "second.example", account: "mine" },
};
const COLUMNS = ["account", "tenant", "usage"];

describe.each(STORES)("saved searches on $name", ({ url }) => {
  let service: TestService;

  // biome-ignore lint/suspicious/noExplicitAny: an answer is looked into member by member.
  async function ask(who: By, method: string, params: unknown = {}): Promise<any> {
    const by = typeof who === "string" ? { authorization: `Bearer ${who}` } : who;
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
    const headers = { "content-type": "application/json", ...by };
    return (await service.post("/jsonrpc", body, headers)).body;
  }
  const done = async (who: By, method: string, params: unknown = {}) => {
    const { result, error } = await ask(who, method, params);
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  const code = async (who: Who, method: string, params: unknown) =>
    (await ask(who, method, params)).error?.data.code;
  const accounts = async (who: Who, name: string, more: object = {}) =>
    (await done(who, "search.run", { name, ...more })).rows.map(String).sort();

  beforeAll(async () => {
    const credentials = Object.entries(CREDENTIALS).map(([name, grant]) => ({
      ...{ name, tokenSha256: createHash("sha256").update(name).digest("hex"), ...grant },
    }));
    service = await startTestService({ store: url(), settings: { credentials }, demo: false });
    for (const [originId, fields] of Object.entries(CALLS)) {
      const at = { answerTime: "2026-03-02T09:00:00Z", usage: 60 };
      const cdr = { tenant: TENANT, destination: "34650123456", ...at, originId, ...fields };
      await done("all", "cdr.process", { cdr });
    }
  });
  afterAll(() => service.stop());

  it("whoever runs it sees what they may see, never what its owner may", async () => {
    const owner = "token all";
    await done("all", "search.save", { name: "wide", columns: COLUMNS, shared: "everyone" });
    expect(await accounts("all", "wide")).toEqual([
      "mine,own.example,60",
      "mine,second.example,60",
      "other,own.example,60",
    ]);
    expect(await accounts("berta", "wide", { owner })).toEqual([
      "mine,own.example,60",
      "other,own.example,60",
    ]);
    expect(await accounts("customer", "wide", { owner })).toEqual(["mine,own.example,60"]);
    expect(await accounts("stranger", "wide", { owner })).toEqual(["mine,second.example,60"]);
  });

  it("one that is shared with nobody is not there for others; peers see it, and no less than peers", async () => {
    const asked = { name: "kept", owner: "token anna" };
    await done("anna", "search.save", { name: "kept", columns: COLUMNS });
    for (const who of ["all", "berta", "blind", "customer", "stranger"] as const) {
      expect(await code(who, "search.get", asked)).toBe("not-found");
      expect(await code(who, "search.run", asked)).toBe("not-found");
    }
    await done("anna", "search.save", { name: "kept", columns: COLUMNS, shared: "peers" });
    for (const who of ["all", "berta"] as const) {
      expect((await done(who, "search.get", asked)).owner).toBe("token anna");
    }
    for (const who of ["blind", "customer", "stranger"] as const) {
      expect(await code(who, "search.get", asked)).toBe("not-found");
      const names = (await done(who, "search.list")).searches.map(
        (one: { name: string }) => one.name,
      );
      expect(names).not.toContain("kept");
    }
    expect(await code("blind", "search.remove", asked)).toBe("not-found");
    expect((await done("berta", "search.remove", asked)).name).toBe("kept");
    expect(await code("anna", "search.get", { name: "kept" })).toBe("not-found");
  });

  it("what names an account, a tenant or a buy side of others is not shown to everyone", async () => {
    const save = (name: string, more: object) =>
      done("all", "search.save", { name, shared: "everyone", ...more });
    await save("their-account", { filter: { accounts: ["other"] } });
    await save("their-tenant", { filter: { not: { tenants: ["second.example"] } } });
    await save("carriers", { filter: { carriers: ["Alpha"] } });
    await save("margins", { columns: ["id", "marginAmount"] });
    const shown = async (who: Who) => {
      const { searches } = await done(who, "search.list");
      const named = searches.map(({ name }: { name: string }) => name);
      return ["their-account", "their-tenant", "carriers", "margins"].filter((one) =>
        named.includes(one),
      );
    };
    expect(await shown("berta")).toEqual(["their-account", "carriers", "margins"]);
    expect(await shown("blind")).toEqual(["their-account"]);
    expect(await shown("customer")).toEqual([]);
    expect(await code("blind", "search.save", { name: "x", filter: { carriers: ["Alpha"] } })).toBe(
      "invalid-params",
    );
    expect(await code("blind", "search.save", { name: "x", columns: ["marginAmount"] })).toBe(
      "invalid-params",
    );
    expect(await code("blind", "search.get", { name: "x" })).toBe("not-found");
  });

  it("other times take the place of its own; times are written by its zone", async () => {
    const callTime = { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z" };
    await done("anna", "search.save", {
      ...{ name: "day", filter: { accounts: ["mine"], callTime }, columns: ["answerTime"] },
      zone: "Europe/Madrid",
    });
    expect(await accounts("anna", "day")).toEqual([]);
    const later = { callTime: { from: "2026-03-02T00:00:00Z", to: "2026-03-03T00:00:00Z" } };
    expect(await accounts("anna", "day", later)).toEqual(["2026-03-02T10:00:00.000+01:00"]);
    const { filter } = await done("anna", "search.get", { name: "day" });
    expect(filter.callTime).toEqual({
      from: "2026-03-01T00:00:00.000Z",
      to: "2026-03-02T00:00:00.000Z",
    });
    const log = await done("all", "log.find", { acts: ["search.save"], subjects: ["day"] });
    expect(log.acts[0].by).toBe("anna");
  });

  it("a user is another owner than a credential of the same name, and has the rights of now", async () => {
    const grant = { roles: ["rate", "read"], tenants: [TENANT], password: "long enough" };
    await done("all", "user.set", { name: "anna", ...grant });
    const signIn = await service.post(
      "/session",
      JSON.stringify({ name: "anna", password: grant.password }),
      { "content-type": "application/json" },
    );
    const user = { cookie: (signIn.headers.get("set-cookie") ?? "").split(";")[0] ?? "" };
    await done(user, "search.save", { name: "of-user", columns: COLUMNS });
    expect((await done(user, "search.get", { name: "of-user" })).owner).toBe("user anna");
    expect(await code("anna", "search.get", { name: "of-user" })).toBe("not-found");
    expect(
      await code("anna", "search.remove", { name: "of-user", owner: "user anna" }),
    ).toBeUndefined();
  });

  it("an owner has 200 at most, and one has 65,536 bytes at most", async () => {
    const save = (n: number) => {
      return { jsonrpc: "2.0", id: n, method: "search.save", params: { name: `n${n}` } };
    };
    await service.post(
      "/jsonrpc",
      JSON.stringify(Array.from({ length: 200 }, (_none, n) => save(n))),
      {
        ...{ "content-type": "application/json", authorization: "Bearer berta" },
      },
    );
    expect(await code("berta", "search.save", { name: "one-more" })).toBe("too-large");
    expect(
      await code("berta", "search.save", { name: "n7", zone: "Europe/Madrid" }),
    ).toBeUndefined();
    const ids = Array.from({ length: 1000 }, (_none, n) => n.toString(16).padStart(40, "0"));
    expect(await code("anna", "search.save", { name: "huge", filter: { ids } })).toBe("too-large");
    const first = await done("berta", "search.list", { limit: 150 });
    const rest = await done("berta", "search.list", { limit: 1000, cursor: first.nextCursor });
    const own = [...first.searches, ...rest.searches].filter(
      ({ owner }: { owner: string }) => owner === "token berta",
    );
    expect(new Set(own.map(({ name }: { name: string }) => name)).size).toBe(200);
  });
});
