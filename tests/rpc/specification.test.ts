// Goal: the examples of the JSON-RPC 2.0 specification (section 7) are answered as written there.
// Method: a server with the methods of the examples, on the engine of a test service.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { EVERYTHING } from "../../src/access/scope.ts";
import { type Caller, method } from "../../src/rpc/method.ts";
import { createRpcServer, type RpcServer } from "../../src/rpc/server.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const facts = {
  permission: "cdr.read",
  writes: false,
  heavy: false,
  summary: "",
  errors: [],
  example: {},
} as const;
const numbers = (...names: string[]) =>
  z.strictObject(Object.fromEntries(names.map((name) => [name, z.number()])));
const notified: unknown[] = [];
const notify = (name: string, params: z.ZodObject) =>
  method({
    ...facts,
    name,
    params,
    result: z.null(),
    run: async (received) => {
      notified.push([name, received]);
      return null;
    },
  });

const SAMPLES = [
  method({
    ...facts,
    name: "subtract",
    params: z.strictObject({ minuend: z.number(), subtrahend: z.number() }),
    result: z.number(),
    run: async ({ minuend, subtrahend }) => minuend - subtrahend,
  }),
  method({
    ...facts,
    name: "sum",
    params: z.strictObject({ a: z.number(), b: z.number(), c: z.number() }),
    result: z.number(),
    run: async ({ a, b, c }) => a + b + c,
  }),
  method({
    ...facts,
    name: "get_data",
    params: z.strictObject({}),
    result: z.array(z.unknown()),
    run: async () => ["hello", 5],
  }),
  method({
    ...facts,
    name: "wait",
    params: z.strictObject({}),
    result: z.null(),
    async run(_params, { signal }) {
      for (;;) {
        signal.throwIfAborted();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  }),
  notify("update", numbers("a", "b", "c", "d", "e")),
  notify("notify_hello", numbers("a")),
  notify("notify_sum", numbers("a", "b", "c")),
];

const caller: Caller = {
  name: "t",
  credential: null,
  address: "127.0.0.1",
  roles: ["read"],
  scope: EVERYTHING,
};
const logged: Record<string, unknown>[] = [];

let service: TestService;
let server: RpcServer;
beforeAll(async () => {
  service = await startTestService({ demo: false });
  const log = (entry: Record<string, unknown>) => logged.push(entry);
  server = createRpcServer({
    engine: service.service.engine,
    methods: SAMPLES,
    log: { info: log, warn: log, error: log },
    limits: { rpcBatch: 100, rpcSeconds: 0.05 },
  });
});
afterAll(() => service.stop());

/** The error objects without `data`, which the specification leaves to the server. */
async function send(text: string): Promise<unknown> {
  const answer = await server.receive(text, caller);
  if (answer === null) return null;
  return JSON.parse(answer, (key, value) => (key === "data" && value?.code ? undefined : value));
}

const invalid = {
  jsonrpc: "2.0",
  error: { code: -32600, message: "Invalid Request" },
  id: null,
};

describe("the specification's examples", () => {
  it.each([
    ['{"jsonrpc": "2.0", "method": "subtract", "params": [42, 23], "id": 1}', 19, 1],
    ['{"jsonrpc": "2.0", "method": "subtract", "params": [23, 42], "id": 2}', -19, 2],
    [
      '{"jsonrpc": "2.0", "method": "subtract", "params": {"subtrahend": 23, "minuend": 42}, "id": 3}',
      19,
      3,
    ],
    [
      '{"jsonrpc": "2.0", "method": "subtract", "params": {"minuend": 42, "subtrahend": 23}, "id": 4}',
      19,
      4,
    ],
  ])("call %s", async (text, result, id) => {
    expect(await send(text)).toEqual({ jsonrpc: "2.0", result, id });
  });

  it("notifications are run and not answered", async () => {
    expect(await send('{"jsonrpc": "2.0", "method": "update", "params": [1,2,3,4,5]}')).toBeNull();
    expect(notified).toContainEqual(["update", { a: 1, b: 2, c: 3, d: 4, e: 5 }]);
    expect(await send('{"jsonrpc": "2.0", "method": "foobar"}')).toBeNull();
    expect(await send('{"jsonrpc": "2.0", "method": "update", "params": ["x"]}')).toBeNull();
  });

  it("call of a method that does not exist", async () => {
    expect(await send('{"jsonrpc": "2.0", "method": "foobar", "id": "1"}')).toEqual({
      jsonrpc: "2.0",
      error: { code: -32601, message: "Method not found" },
      id: "1",
    });
  });

  it.each([
    '{"jsonrpc": "2.0", "method": "foobar, "params": "bar", "baz]',
    '[{"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},{"jsonrpc": "2.0", "method"]',
  ])("invalid JSON %s", async (text) => {
    expect(await send(text)).toEqual({
      jsonrpc: "2.0",
      error: { code: -32700, message: "Parse error" },
      id: null,
    });
  });

  it("requests that are none", async () => {
    expect(await send('{"jsonrpc": "2.0", "method": 1, "params": "bar"}')).toEqual(invalid);
    expect(await send("[]")).toEqual(invalid);
    expect(await send("[1]")).toEqual([invalid]);
    expect(await send("[1,2,3]")).toEqual([invalid, invalid, invalid]);
  });

  it("a batch of everything", async () => {
    const answer = await send(`[
      {"jsonrpc": "2.0", "method": "sum", "params": [1,2,4], "id": "1"},
      {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]},
      {"jsonrpc": "2.0", "method": "subtract", "params": [42,23], "id": "2"},
      {"foo": "boo"},
      {"jsonrpc": "2.0", "method": "foo.get", "params": {"name": "myself"}, "id": "5"},
      {"jsonrpc": "2.0", "method": "get_data", "id": "9"}
    ]`);
    expect(answer).toEqual([
      { jsonrpc: "2.0", result: 7, id: "1" },
      { jsonrpc: "2.0", result: 19, id: "2" },
      invalid,
      { jsonrpc: "2.0", error: { code: -32601, message: "Method not found" }, id: "5" },
      { jsonrpc: "2.0", result: ["hello", 5], id: "9" },
    ]);
    expect(notified).toContainEqual(["notify_hello", { a: 7 }]);
  });

  it("a batch of notifications has no answer at all", async () => {
    expect(
      await send(`[
        {"jsonrpc": "2.0", "method": "notify_sum", "params": [1,2,4]},
        {"jsonrpc": "2.0", "method": "notify_hello", "params": [7]}
      ]`),
    ).toBeNull();
    expect(notified).toContainEqual(["notify_sum", { a: 1, b: 2, c: 4 }]);
  });
});

describe("each call", () => {
  it("ends with `timeout` when it is over its limit", async () => {
    const text = await server.receive('{"jsonrpc":"2.0","method":"wait","id":1}', caller);
    expect(JSON.parse(text ?? "").error.data.code).toBe("timeout");
  });

  it("is logged with its duration and without its params", async () => {
    logged.length = 0;
    await server.receive(
      '{"jsonrpc":"2.0","method":"subtract","params":{"minuend":77777,"subtrahend":1},"id":1}',
      caller,
    );
    expect(logged).toEqual([
      {
        method: "subtract",
        caller: "t",
        address: "127.0.0.1",
        code: "ok",
        durationMs: expect.any(Number),
      },
    ]);
  });

  it("of a batch shares a line with those of its method and outcome, where it reads quickly", async () => {
    logged.length = 0;
    const right = { method: "subtract", params: { minuend: 2, subtrahend: 1 } };
    const wrong = { method: "subtract", params: { minuend: 2 } };
    const batch = [right, wrong, right, { method: "sum", params: [1, 2, 3] }, right];
    const text = JSON.stringify(batch.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
    await server.receive(text, caller);
    const line = { caller: "t", address: "127.0.0.1", durationMs: expect.any(Number) };
    expect(logged).toHaveLength(3);
    expect(logged).toEqual(
      expect.arrayContaining([
        { ...line, method: "subtract", code: "ok", calls: 3 },
        { ...line, method: "subtract", code: "invalid-params", calls: 1 },
        { ...line, method: "sum", code: "ok", calls: 1 },
      ]),
    );
  });
});
