// Goal: a request and a caller hold so many bytes of answers; what is over is refused call by call,
// the answers before it stay, and what was written is always answered. Method: a server over a store
// of a thousand CDRs, with small budgets.

import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { EVERYTHING } from "../../../src/access/scope.ts";
import { type Budget, createBudget } from "../../../src/rpc/budget/budget.ts";
import { createDeparture } from "../../../src/rpc/budget/ending.ts";
import type { Caller } from "../../../src/rpc/method.ts";
import { METHODS } from "../../../src/rpc/methods.ts";
import { createRpcServer, type RpcServer } from "../../../src/rpc/server.ts";
import type { Store } from "../../../src/stores/store.ts";
import { SILENT, startTestService, type TestService } from "../../end-to-end/test-service.ts";
import { sampleCdr } from "../../stores/contracts/sample-cdrs.ts";

const LIMITS = {
  callerRequests: 3,
  callerBodyBytes: 100_000,
  callerHeavy: 2,
  heavy: 4,
  rpcAnswerBytes: 1_000_000,
  callerAnswerBytes: 1_500_000,
  callerExports: 1,
  rpcSeconds: 60,
};
const caller: Caller = {
  name: "t",
  credential: null,
  address: "",
  roles: ["admin"],
  scope: EVERYTHING,
};

let service: TestService;
let server: RpcServer;
let budget: Budget;
let finds = 0;
let atOnce = 0;
let most = 0;

/** Counts the finds, and those at once. */
function counting(store: Store): Store {
  const find: Store["cdrs"]["find"] = async (...args) => {
    finds += 1;
    atOnce += 1;
    most = Math.max(most, atOnce);
    const page = await store.cdrs.find(...args);
    atOnce -= 1;
    return page;
  };
  return { ...store, cdrs: { ...store.cdrs, find } };
}

beforeAll(async () => {
  service = await startTestService({ wrapStore: counting });
  const { engine } = service.service;
  await engine.store.cdrs.insert(Array.from({ length: 300 }, (_, n) => sampleCdr(`budget-${n}`)));
  const limits = { rpcBatch: 1000, rpcSeconds: 60 };
  server = createRpcServer({ engine, methods: METHODS, log: SILENT, limits });
});
afterAll(() => service.stop());
beforeEach(() => {
  budget = createBudget(LIMITS);
  [finds, most] = [0, 0];
});

const find = { method: "cdr.find", params: { limit: 300 } };
const count = { method: "cdr.count", params: {} };
const put = (n: number) => ({
  method: "cdr.process",
  params: {
    cdr: {
      originId: `put-${n}`,
      account: "1001",
      destination: "34650123456",
      answerTime: "2026-03-02T09:00:00Z",
      usage: 9,
    },
  },
});

async function send(calls: { method: string; params: unknown }[], from: Budget = budget) {
  const text = JSON.stringify(calls.map((call, id) => ({ jsonrpc: "2.0", id, ...call })));
  const own = from.request("t", text.length);
  const answer = await server.answer(text, { caller, budget: own });
  const bytes = Buffer.concat((answer?.pieces ?? []).map((piece) => Buffer.from(piece)));
  const answers = JSON.parse(bytes.toString("utf8"));
  const codes = answers.map((one: { error?: { data: { code: string } } }) => one.error?.data.code);
  return { codes, answers, bytes: bytes.length, isBusy: answer?.isBusy, release: own.release };
}

it("what does not fit is refused from there on, without being made; what came before stays", async () => {
  const calls = Array.from({ length: 50 }, () => find);
  const { codes, answers, bytes } = await send([put(1), ...calls, put(2), count]);
  const first = codes.indexOf("too-large");
  expect(first).toBeGreaterThan(2);
  expect(codes.slice(0, first)).toEqual(Array(first).fill(undefined));
  expect(codes.slice(first)).toEqual(Array(codes.length - first).fill("too-large"));
  expect(answers[1].result.cdrs).toHaveLength(300);
  expect(finds).toBe(first);
  expect(bytes).toBeLessThan(LIMITS.rpcAnswerBytes + 50_000);
  expect(answers.map((one: { id: number }) => one.id)).toEqual([...Array(53).keys()]);
  // The write that came after was not made: it can be sent again.
  const again = await send([put(1), put(2)]);
  expect(again.answers.map((one: { result: { outcome: string } }) => one.result.outcome)).toEqual([
    "duplicate",
    "rated",
  ]);
});

it("heavy calls of one request run one after another, those of two beside each other", async () => {
  await send(Array.from({ length: 4 }, () => find));
  expect(most).toBe(1);
});

it("what one caller has not read yet counts for its next request, until it is read", async () => {
  const some = Array.from({ length: 50 }, () => find);
  const first = await send(some);
  const second = await send(some);
  expect(second.codes).toContain("too-busy");
  expect(second.codes).not.toContain("too-large");
  expect(second.isBusy).toBe(false);
  const other = createBudget({ ...LIMITS, callerAnswerBytes: 1_000_000 });
  const filling = await send(some, other);
  const refused = await send([find, find], other);
  expect(refused.codes).toEqual(["too-busy", "too-busy"]);
  expect(refused.isBusy).toBe(true);
  const written = await send([put(3)], other);
  expect(written.answers[0].result.outcome).toBe("rated");
  for (const one of [first, second, filling, refused, written]) one.release();
  expect((await send([find], other)).codes).toEqual([undefined]);
});

it("requests, their bodies and exports have a most, and each is given back once", () => {
  const own = [budget.request("t", 10), budget.request("t", 10), budget.request("t", 10)];
  expect(() => budget.request("t", 10)).toThrow(expect.objectContaining({ code: "too-busy" }));
  expect(budget.request("other", 10)).toBeDefined();
  own[0]?.release();
  own[0]?.release();
  expect(budget.request("t", 99_000)).toBeDefined();
  own[1]?.release();
  expect(() => budget.request("t", 2000)).toThrow(expect.objectContaining({ code: "too-busy" }));
  expect(() => budget.request("alone", 5_000_000)).toThrow();
  expect(createBudget(LIMITS).request("alone", 5_000_000)).toBeDefined();
  const end = budget.beginExport("t");
  expect(() => budget.beginExport("t")).toThrow(expect.objectContaining({ code: "too-busy" }));
  end();
  expect(budget.beginExport("t")).toBeDefined();
});

it("a read that nobody waits for is not made, a write is", async () => {
  const left = createDeparture();
  left.leave();
  const text = JSON.stringify(
    [find, put(9), { ...put(10), id: undefined }, find].map((call, id) => ({
      jsonrpc: "2.0",
      id,
      ...call,
    })),
  );
  await server.answer(text, { caller, budget: budget.request("t", text.length), left });
  expect(finds).toBe(0);
  const again = await send([put(9), put(10)]);
  expect(again.answers.map((one: { result: { outcome: string } }) => one.result.outcome)).toEqual([
    "duplicate",
    "duplicate",
  ]);
});
