// Goal: JSON of any depth and lists of any length are answered by the result or by a fault that names
// the bound, never as an internal error, and a record that is too deep is kept with its bytes.
// Method: generated requests and the reference cases, on both stores.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import type { Caller } from "../../src/rpc/method.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { createRpcServer, type RpcServer } from "../../src/rpc/server.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { STORES } from "../engine/rerate/test-engine.ts";
import { hostileCases } from "../formats/reference-cases.ts";

const SHAPES = {
  list: (depth: number, inside = "") => "[".repeat(depth) + inside + "]".repeat(depth),
  object: (depth: number, inside = "1") => '{"a":'.repeat(depth) + inside + "}".repeat(depth),
};
const admin: Caller = {
  name: "t",
  credential: null,
  address: "127.0.0.1",
  roles: ["admin"],
  scope: EVERYTHING,
};
const thousand = Array.from({ length: 1000 }, (_, index) => String(index));

/** A service for the tests of a block, and how it is asked. */
function asked(store: string) {
  let service: TestService;
  let server: RpcServer;
  beforeAll(async () => {
    service = await startTestService({ store });
    const limits = { rpcBatch: 1000, rpcSeconds: 60 };
    const { engine } = service.service;
    server = createRpcServer({ engine, methods: METHODS, log: SILENT, limits });
  });
  afterAll(() => service.stop());

  const askText = async (text: string) => JSON.parse((await server.receive(text, admin)) ?? "null");
  return {
    service: () => service,
    askText,
    ask: (method: string, params: string) =>
      askText(`{"jsonrpc":"2.0","id":1,"method":"${method}","params":${params}}`),
  };
}

const record = (id: string, members: string) =>
  `{"originId":"${id}","account":"1001","destination":"34650123456",` +
  `"answerTime":"2026-03-02T09:00:00Z","usage":9,${members}}`;

/** What is refused before any store is asked. */
describe("before the store", () => {
  const { ask, askText } = asked("sqlite::memory:");

  it("text deeper than any is refused by name, alone and around everything", async () => {
    for (const depth of [10_001, 100_000, 900_000]) {
      const cdr = record("deepest", `"x":${SHAPES.list(depth)}`);
      for (const text of [
        `{"jsonrpc":"2.0","id":1,"method":"cdr.process","params":{"cdr":${cdr}}}`,
        SHAPES.list(depth),
      ]) {
        expect((await askText(text)).error.data.code).toBe("too-large");
      }
    }
  });

  it.each(
    METHODS.flatMap(({ name, params, records = [] }) =>
      Object.keys(params.shape)
        .filter((param) => !records.includes(param))
        .map((param) => ({ name, param })),
    ),
  )("$name: deep JSON in $param is refused by its name", async ({ name, param }) => {
    for (const nested of Object.values(SHAPES)) {
      for (const depth of [65, 3000, 9000]) {
        for (const value of [nested(depth), `{"extra":{"k":${nested(depth)}}}`]) {
          const { error } = await ask(name, `{"${param}":${value}}`);
          expect(error.data.code).toBe("invalid-params");
        }
      }
    }
    const { error } = await ask(name, `[${SHAPES.list(3000)}]`);
    expect(error.data.code).toBe("invalid-params");
  });

  it("envelopes that are deep or wide are no requests", async () => {
    for (const member of ["id", "method", "jsonrpc", "more"]) {
      const answer = await askText(
        `{"jsonrpc":"2.0","method":"x","id":2,"${member}":${SHAPES.object(5000)}}`,
      );
      expect(["invalid-request", "method-not-found"]).toContain(answer.error.data.code);
    }
    const batch = await askText(`[${SHAPES.list(4000)},{"a":${SHAPES.object(4000)}}]`);
    expect(batch.map((one: { error: { code: number } }) => one.error.code)).toEqual([
      -32600, -32600,
    ]);
  });
});

describe.each(STORES)("on $name", ({ url }) => {
  const { ask, askText, service } = asked(url());

  it.each(
    Object.entries(SHAPES).flatMap(([name, nested]) =>
      [33, 63, 64, 100, 1000, 3000, 5000, 9000].map((depth) => ({ name, nested, depth })),
    ),
  )("a record with a $name $depth levels deep is suspended with its bytes", async (shape) => {
    const { name, nested, depth } = shape;
    const cdr = record(`${name}-${depth}`, `"x":${nested(depth)}`);
    const answer = await ask("cdr.process", `{"cdr":${cdr}}`);
    expect(answer.result).toMatchObject({ outcome: "suspended", reason: "over-limit" });
    const kept = await ask("suspense.get", `{"id":"${answer.result.suspenseId}"}`);
    expect(kept.result.text).toBe(cdr);
    const many = await ask(
      "cdr.processMany",
      `{"cdrs":[${cdr},${record(`ok-${depth}`, '"y":1')}]}`,
    );
    const [suspended, stored] = many.result.results;
    expect(suspended).toMatchObject({ outcome: "suspended", id: null });
    expect(stored.id).toMatch(/^[0-9a-f]{40}$/);
    const again = await ask(
      "suspense.retry",
      `{"id":"${answer.result.suspenseId}","fields":{"z":1}}`,
    );
    expect(again.result).toMatchObject({ state: "open" });
  });

  it("deep fields of every kind are over the limit, in a record with long numbers too", async () => {
    for (const field of ["account", "usage", "answerTime", "setupTime", "tor", "pdd", "x"]) {
      const cdr = `{"originId":"deep-${field}","account":"1","usage":1,"${field}":${SHAPES.list(3000)}}`;
      const { result } = await ask("cdr.process", `{"cdr":${cdr}}`);
      expect(result).toMatchObject({ outcome: "suspended" });
      const format = `{"cdr":${cdr},"format":"freeswitch-json"}`;
      expect((await ask("cdr.process", format)).result).toMatchObject({ outcome: "suspended" });
    }
    const long = record("long", `"n":9007199254740993,"x":${SHAPES.list(40)}`);
    expect((await ask("cdr.process", `{"cdr":${long}}`)).result.reason).toBe("over-limit");
    const huge = record("huge", '"n":1e999,"m":123456789012345678901234567890');
    const stored = (await ask("cdr.process", `{"cdr":${huge}}`)).result;
    const { extra } = (await ask("cdr.get", `{"id":"${stored.id}"}`)).result;
    expect(extra).toMatchObject({ n: "1e999", m: "123456789012345678901234567890" });
  });

  const lists = { tenants: 1, accounts: 1, subjects: 1, categories: 1, destinations: 1 };
  const more = {
    carriers: 1,
    countries: 1,
    reasons: 1,
    sources: 1,
    batchIds: 1,
    disconnectCauses: 1,
  };
  const members = Object.keys({ ...lists, ...more, tariffVersions: 1, destinationPrefixes: 1 });
  const everyList = Object.fromEntries(members.map((member) => [member, thousand]));
  const extras = Object.fromEntries(
    Array.from({ length: 32 }, (_, index) => [`k${index}`, thousand.map(Number)]),
  );
  const ids = thousand.map((text) => text.padStart(40, "0"));

  it.each([
    ["each list", everyList],
    ["ids", { ids }],
    ["extra fields", { extra: extras }],
    ["all of them", { ...everyList, ids, extra: extras }],
  ])("the longest %s are answered by every method with a filter", async (_name, filter) => {
    const params = JSON.stringify({ filter: { ...filter, not: filter } });
    for (const method of ["cdr.count", "cdr.find", "cdr.summarize", "rerate.plan"]) {
      const { result, error } = await ask(method, params);
      expect({ method, error }).toEqual({ method, error: undefined });
      if (method === "cdr.count") expect(result.count).toBe(0);
      if (method === "rerate.plan") await service().service.engine.rerates.settled(result.job);
    }
    const posted = await service().post("/export", params, { "content-type": "application/json" });
    expect(posted).toMatchObject({ status: 200, body: expect.stringContaining("#end,calls=0") });
  });

  it.each([...members, "ids"])("a %s of 1001, or of 300,000, names its bound", async (member) => {
    const value = JSON.stringify(member === "ids" ? "0".repeat(40) : "1");
    for (const [length, one] of [
      [1001, value],
      [300_000, "1"],
      [300_000, "[]"],
    ] as const) {
      const startedAt = performance.now();
      const filter = `{"${member}":[${Array(length).fill(one).join(",")}]}`;
      const { error } = await ask("cdr.count", `{"filter":${filter}}`);
      expect(error.data).toMatchObject({ code: "invalid-params", path: `filter.${member}` });
      expect(error.message.length).toBeLessThan(20_000);
      expect(performance.now() - startedAt).toBeLessThan(5000);
    }
  });

  it("more extra fields, values or unknown members than are taken are named", async () => {
    const fields = JSON.stringify(Object.fromEntries(thousand.map((name) => [name, 1])));
    for (const extra of [fields, `{"k":[${Array(1001).fill(1).join(",")}]}`]) {
      const { error } = await ask("cdr.count", `{"filter":{"extra":${extra}}}`);
      expect(error.data).toMatchObject({ code: "invalid-params" });
      expect(error.data.path).toMatch(/^filter\.extra/);
      expect(error.message).toMatch(/at most (32|1000)/);
    }
    const unknown = Object.fromEntries(thousand.map((name) => [`u${name}`, 1]));
    const { error } = await ask("cdr.count", JSON.stringify(unknown));
    expect(error.data.faults).toHaveLength(100);
    expect(error.message).toMatch(/and 900 more$/);
  });

  it.each(hostileCases((number) => [1, 2, 6, 7, 8, 9].includes(number)))(
    "the reference case $name: $must",
    async ({ requests }) => {
      for (const { body } of requests) {
        const startedAt = performance.now();
        const { result, error } = await askText(body.toString("utf8"));
        expect(performance.now() - startedAt).toBeLessThan(5000);
        if (error !== undefined) expect(error.data.code).toBe("invalid-params");
        else
          expect(result.count ?? result.cdrs?.length ?? result.reason).toSatisfy(
            (found) => found === 0 || typeof found === "number" || found === "over-limit",
          );
      }
    },
  );
});
