// Goal: a batch answers to the byte what its calls answer one by one, in their order. Method: seeded
// batches of prices, other methods, notifications and faults against a service with the demo tariff, by
// callers with and without the buy side.
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import type { Caller } from "../../../src/rpc/method.ts";
import { METHODS } from "../../../src/rpc/methods.ts";
import { createRpcServer, type RpcServer } from "../../../src/rpc/server.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT, startTestService, type TestService } from "../../end-to-end/test-service.ts";

const tenant = "cgrates.org";
const admin: Caller = {
  name: "t",
  credential: null,
  address: "127.0.0.1",
  roles: ["admin"],
  scope: EVERYTHING,
};
const customer: Caller = {
  ...admin,
  roles: ["customer"],
  scope: { tenants: [tenant], accounts: [{ tenant, account: "1001" }], seesBuy: false },
};

let service: TestService;
let server: RpcServer;
let versions: string[] = [];
let asked = 0;

/** Counts how often the store is asked for assignments. */
function counting(store: Store): Store {
  const { find, getFor } = store.accounts;
  const counted =
    <Args extends unknown[], Result>(ask: (...args: Args) => Result) =>
    (...args: Args): Result => {
      asked += 1;
      return ask(...args);
    };
  return {
    ...store,
    accounts: { ...store.accounts, find: counted(find), getFor: counted(getFor) },
  };
}

beforeAll(async () => {
  service = await startTestService({ wrapStore: counting });
  const { engine } = service.service;
  const limits = { rpcBatch: 1000, rpcSeconds: 60 };
  server = createRpcServer({ engine, methods: METHODS, log: SILENT, limits });
  versions = (await service.rpc("tariff.list")).tariffs.map(
    ({ version }: { version: string }) => version,
  );
  await service.rpc("account.set", { account: "1003", voipPlan: "gold" });
});
afterAll(() => service.stop());

const optional = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: undefined });
const priceParams = fc.record({
  account: optional(fc.constantFrom("1001", "1002", "1003", "", 7)),
  destination: optional(
    fc.oneof(
      fc.nat(999_999).map((digits) => `34650${digits}`),
      fc.constantFrom("+44 20 7946 0000", "", "sip:34600@x", "34803123456", "x".repeat(300)),
    ),
  ),
  answerTime: fc.constantFrom("2026-03-02T09:00:00Z", "2026-03-02 21:30:00", "0", "soon"),
  usage: fc.constantFrom(0, 1, 95, "1m30s", -1, "x", undefined),
  tor: optional(fc.constantFrom("*voice", "*sms")),
  carrier: optional(fc.constantFrom("Alpha", "nobody")),
  tenant: optional(fc.constantFrom(tenant, "other.example")),
  trace: optional(fc.boolean()),
  tariffVersion: optional(fc.constantFrom("known", "unknown")),
  bogus: optional(fc.constant(1)),
});
const id = fc.constantFrom<unknown>(1, "a", 2.5, null, undefined, "\u00e9\ud83d\ude00", true);
const request = fc.oneof(
  { weight: 8, arbitrary: fc.record({ method: fc.constant("rating.price"), params: priceParams }) },
  fc.constantFrom<{ method: unknown; params?: unknown }>(
    { method: "rating.price", params: ["cgrates.org", "call", "*voice", "1001"] },
    { method: "rating.price" },
    { method: "rating.routes", params: { account: "1001", destination: "34650123456" } },
    { method: "number.normalize", params: { number: "+34650123456" } },
    { method: "cdr.get", params: { id: "0".repeat(40) } },
    { method: "cdr.count", params: {} },
    { method: "no.such" },
    { method: 5 },
    { method: "rating.price", params: "text" },
  ),
);
const value = fc.oneof(
  {
    weight: 9,
    arbitrary: fc
      .tuple(request, id, fc.constantFrom("2.0", "2.0", "2.0", "1.0"))
      .map(([call, own, jsonrpc]) => ({ jsonrpc, ...call, id: own })),
  },
  fc.constantFrom<unknown>(1, null, "x", {}, { jsonrpc: "2.0", id: 3 }),
);

const withVersions = (text: string): string => text.replaceAll('"known"', `"${versions[0]}"`);

/** The answer of a call alone; one without an id has its position besides, where it is of a batch. */
async function alone(sent: unknown, index: number, caller: Caller): Promise<string[]> {
  const text = await server.receive(withVersions(JSON.stringify(sent)), caller);
  if (text === null) return [];
  const answer = JSON.parse(text);
  if (answer.id !== null || answer.error === undefined) return [text];
  const { error } = answer;
  return [JSON.stringify({ ...answer, error: { ...error, data: { ...error.data, index } } })];
}

it("answers as the calls alone, to the byte", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(value, { minLength: 1, maxLength: 12 }),
      fc.constantFrom(admin, customer),
      async (values, caller) => {
        const batch = await server.receive(withVersions(JSON.stringify(values)), caller);
        const answers: string[] = [];
        for (const [index, sent] of values.entries()) {
          answers.push(...(await alone(sent, index, caller)));
        }
        expect(batch).toBe(answers.length === 0 ? null : `[${answers.join(",")}]`);
      },
    ),
    { numRuns: 80 },
  );
});

it("answers a thousand prices in their order; the store is not asked for each", async () => {
  const calls = Array.from({ length: 1000 }, (_, n) => ({
    jsonrpc: "2.0",
    id: n,
    method: "rating.price",
    params: {
      account: "1001",
      destination: `34650${100_000 + n}`,
      answerTime: "2026-03-02T09:00:00Z",
      usage: n + 1,
    },
  }));
  asked = 0;
  const answers = JSON.parse((await server.receive(JSON.stringify(calls), admin)) ?? "[]");
  expect(answers.map((one: { id: number }) => one.id)).toEqual(calls.map((call) => call.id));
  // Again when half a second has passed, however slow the machine is.
  expect(asked).toBeLessThan(100);
  for (const [n, one] of answers.entries()) {
    expect(one.result.normalized.destination.raw).toBe(`34650${100_000 + n}`);
    expect(one.result.sell.billedSeconds).toBeGreaterThanOrEqual(n + 1);
  }
});
