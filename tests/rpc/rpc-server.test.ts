// Goal: envelopes, params, roles and tenants are checked, and each fault is named.
// Method: request texts against a service in memory.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Caller } from "../../src/rpc/method.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { createRpcServer, type RpcServer } from "../../src/rpc/server.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";

let service: TestService;
let server: RpcServer;
beforeAll(async () => {
  service = await startTestService();
  server = createRpcServer({
    engine: service.service.engine,
    methods: METHODS,
    log: SILENT,
    limits: { rpcBatch: 3, rpcSeconds: 60 },
  });
});
afterAll(() => service.stop());

const admin: Caller = {
  name: "t",
  credential: null,
  address: "127.0.0.1",
  roles: ["admin"],
  scope: EVERYTHING,
};

async function ask(request: unknown, caller: Caller = admin) {
  const text = typeof request === "string" ? request : JSON.stringify(request);
  const answer = await server.receive(text, caller);
  return answer === null ? null : JSON.parse(answer);
}
const call = (method: string, params: unknown = {}, id: unknown = 1) => ({
  jsonrpc: "2.0",
  method,
  params,
  id,
});

describe("the JSON-RPC server", () => {
  it("answers broken JSON and requests that are none with id null", async () => {
    expect(await ask("{")).toMatchObject({
      id: null,
      error: { code: -32700, data: { code: "parse-error" } },
    });
    expect(await ask("[]")).toMatchObject({ id: null, error: { code: -32600 } });
    expect(await ask([call("system.status"), 1])).toMatchObject([
      { id: 1 },
      { id: null, error: { code: -32600, data: { index: 1 } } },
    ]);
    expect(await ask({ jsonrpc: "2.0", method: 1, id: "x" })).toMatchObject({
      id: "x",
      error: { code: -32600, data: { path: "method" } },
    });
    expect(await ask({ method: "system.status", id: 3 })).toMatchObject({
      id: 3,
      error: { code: -32600 },
    });
  });

  it("answers nothing to notifications, alone or as a whole batch", async () => {
    expect(await ask({ jsonrpc: "2.0", method: "system.status" })).toBeNull();
    expect(await ask({ jsonrpc: "2.0", method: "no.such" })).toBeNull();
    expect(await ask([{ jsonrpc: "2.0", method: "system.status" }])).toBeNull();
  });

  it("keeps ids of every kind, and the order of a batch", async () => {
    const answers = await ask([
      call("system.status", {}, "a"),
      call("no.such", {}, 2.5),
      call("cdr.count", {}, null),
    ]);
    expect(answers.map((answer: { id: unknown }) => answer.id)).toEqual(["a", 2.5, null]);
    expect(answers[1].error).toMatchObject({ code: -32601, data: { code: "method-not-found" } });
  });

  it("has a batch limit", async () => {
    const batch = Array.from({ length: 4 }, () => call("system.status"));
    expect(await ask(batch)).toMatchObject({ id: null, error: { data: { code: "too-large" } } });
  });

  it("names every member of the params that is wrong", async () => {
    const { error } = await ask(
      call("cdr.find", { limit: 0, filter: { usage: { min: "x" }, nope: 1 } }),
    );
    expect(error).toMatchObject({ code: -32602, data: { code: "invalid-params" } });
    const paths = error.data.faults.map((fault: { path: string }) => fault.path);
    expect(paths).toEqual(expect.arrayContaining(["limit", "filter.usage.min", "filter.nope"]));
    const unknown = await ask(call("cdr.find", { bogus: 1, worse: 2 }));
    expect(unknown.error.data).toMatchObject({
      path: "bogus",
      faults: [{ path: "bogus" }, { path: "worse" }],
    });
    expect((await ask(call("cdr.find", ["x"]))).error.data.path).toBe("filter");
    expect((await ask(call("cdr.get", ["x", "y", "z", "a"]))).error.data.path).toBe("params.3");
    expect((await ask(call("rating.price", { usage: "abc" }))).error.data.path).toBe("usage");
    expect((await ask(call("cdr.summarize", { timeZone: "Mars/X" }))).error.data.path).toBe(
      "timeZone",
    );
  });

  it("refuses to audit a period that holds nothing", async () => {
    const period = { from: "2026-03-02T00:00:00Z", to: "2026-03-01T00:00:00Z" };
    const { error } = await ask(call("audit.run", { period }));
    expect(error.data).toMatchObject({ code: "invalid-params", path: "period.to" });
  });

  it("asks for the role of the method", async () => {
    const reader: Caller = { ...admin, roles: ["read"], scope: EVERYTHING };
    expect((await ask(call("cdr.count"), reader)).result).toBeDefined();
    expect((await ask(call("tariff.activate", { version: "x" }), reader)).error.data.code).toBe(
      "forbidden",
    );
  });

  it("shows and takes only the caller's tenants", async () => {
    const own: Caller = { ...admin, scope: { tenants: ["a.example"], seesBuy: true } };
    const members = {
      account: "1",
      destination: "34650123456",
      answerTime: "2026-03-02T10:00:00Z",
      usage: 5,
    };
    const foreign = await ask(call("cdr.process", { cdr: { ...members, originId: "f1" } }));
    const { id } = foreign.result;
    expect((await ask(call("cdr.get", { id }), own)).error.data.code).toBe("not-found");
    expect((await ask(call("cdr.explain", { id }), own)).error.data.code).toBe("not-found");
    expect((await ask(call("cdr.count"), own)).result.count).toBe(0);
    expect(
      (await ask(call("cdr.count", { filter: { tenants: ["cgrates.org"] } }), own)).result.count,
    ).toBe(0);
    const audit = await ask(call("audit.run", { tenants: ["cgrates.org"] }), own);
    expect(audit.error.data).toMatchObject({ code: "forbidden", path: "tenants" });
    const written = await ask(call("cdr.process", { cdr: { ...members, originId: "f2" } }), own);
    expect(written.error.data.code).toBe("forbidden");
    const allowed = await ask(
      call("cdr.process", { cdr: { ...members, originId: "f3", tenant: "a.example" } }),
      own,
    );
    expect(allowed.result.outcome).toBe("unrated");
    expect((await ask(call("rating.price", { usage: 1 }), own)).error.data.code).toBe("forbidden");
    expect(
      (await ask(call("account.set", { account: "x", voipPlan: "y" }), own)).error.data.code,
    ).toBe("forbidden");
    const [listed] = (await ask(call("tariff.list"))).result.tariffs;
    expect(
      (await ask(call("tariff.activate", { version: listed.version }), own)).error.data.code,
    ).toBe("forbidden");
    expect((await ask(call("tariff.list"), own)).result.tariffs).toEqual([]);
  });

  it("tariff paths cannot leave the tariff root", async () => {
    for (const path of ["..", "../src", "/etc", "demo/../../src"]) {
      expect((await ask(call("tariff.check", { path }))).error.data.code).toBe("path-outside-root");
    }
  });
});
