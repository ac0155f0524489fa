// Goal: a long read ends at the limit of the settings, and neither it nor a long batch keeps other
// work waiting. Method: stores that wait for their signal, and turns of the event loop, counted.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { EVERYTHING } from "../../src/access/scope.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { createRpcServer } from "../../src/rpc/server.ts";
import { SILENT, startTestService, type TestService } from "../end-to-end/test-service.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";
import { withParts } from "../stores/wrapped-store.ts";

describe("limits.rpcSeconds", () => {
  it("ends each read with `timeout`", async () => {
    const until = (signal: AbortSignal | undefined) =>
      new Promise<never>((_resolve, reject) => {
        signal?.addEventListener("abort", () => reject(signal.reason));
      });
    const service = await startTestService({
      demo: false,
      settings: {
        limits: { rpcSeconds: 0.02 },
      },
      wrapStore: (store) =>
        withParts(store, {
          cdrs: {
            find: (_query, options) => until(options?.signal),
            count: (_filter, options) => until(options?.signal),
            summarize: (_query, options) => until(options?.signal),
          },
        }),
    });
    try {
      for (const method of ["cdr.find", "cdr.count", "cdr.summarize"]) {
        await expect(service.rpc(method)).rejects.toMatchObject({
          code: -32015,
          data: { code: "timeout", hint: expect.any(String) },
        });
      }
    } finally {
      await service.stop();
    }
  });
});

describe("limits.rpcRequestSeconds", () => {
  it("what of a batch was not begun by then is not made; the answers before it stay", async () => {
    const service = await startTestService({
      demo: false,
      settings: { limits: { rpcRequestSeconds: 0.05 } },
      wrapStore: (store) =>
        withParts(store, {
          cdrs: {
            count: (filter, options) =>
              filter.accounts === undefined
                ? store.cdrs.count(filter, options)
                : new Promise<never>((_resolve, reject) => {
                    options?.signal?.addEventListener("abort", () =>
                      reject(options.signal?.reason),
                    );
                  }),
          },
        }),
    });
    try {
      const cdr = { originId: "late", account: "1", destination: "34650123456", usage: "9s" };
      const calls = [
        { method: "cdr.count", params: {} },
        { method: "cdr.count", params: { filter: { accounts: ["endless"] } } },
        { method: "cdr.process", params: { cdr } },
      ].map((call, id) => ({ jsonrpc: "2.0", id, ...call }));
      const answer = await fetch(`${service.service.url}/jsonrpc`, {
        method: "POST",
        body: JSON.stringify(calls),
      });
      const timeout = { error: { data: { code: "timeout" } } };
      expect(await answer.json()).toMatchObject([{ result: { count: 0 } }, timeout, timeout]);
      expect(await service.rpc("cdr.count", {})).toEqual({ count: 0 });
    } finally {
      await service.stop();
    }
  });
});

describe("over 20,000 CDRs", () => {
  const COUNT = 20_000;
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ demo: false });
    const { store } = service.service.engine;
    for (let start = 0; start < COUNT; start += 1000) {
      const atMs = (n: number) => Date.UTC(2026, 2, 1) + n * 1000;
      await store.cdrs.insert(
        Array.from({ length: 1000 }, (_, n) =>
          sampleCdr(`limit-${start + n}`, {
            primary: { answerTime: { atMs: atMs(start + n), offsetMinutes: 0 } },
            extra: { trunk: `t${n % 7}` },
          }),
        ),
      );
    }
  });
  afterAll(() => service.stop());

  /** Turns of the event loop that others had while the work was under way. */
  async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
    let turns = 0;
    let isOver = false;
    const count = (): void => {
      turns += 1;
      if (!isOver) setImmediate(count);
    };
    setImmediate(count);
    await work();
    isOver = true;
    return turns;
  }

  it.each([
    ["summarize", { groupBy: ["day", "account"], timeZone: "Europe/Madrid" }],
    ["count", { filter: { extra: { trunk: "t3" } } }],
    ["find", { sort: { by: "usage", descending: true } }],
    ["find", { filter: { extra: { trunk: "none" } } }],
  ])("cdr.%s of %j lets others have their turns", async (method, params) => {
    const turns = await turnsDuring(() => service.rpc(`cdr.${method}`, params));
    const idle = await turnsDuring(() =>
      service.rpc("cdr.count", { filter: { ids: ["0".repeat(40)] } }),
    );
    expect(turns - idle).toBeGreaterThan(3);
  });

  it("the pages of a batch are read one after the other, each in turns of its own", async () => {
    const server = createRpcServer({
      engine: service.service.engine,
      methods: METHODS,
      log: SILENT,
      limits: { rpcBatch: 100, rpcSeconds: 60 },
    });
    const call = { jsonrpc: "2.0", method: "cdr.find", params: { limit: 1000 } };
    const batch = Array.from({ length: 20 }, (_, id) => ({ ...call, id }));
    const caller = {
      name: "t",
      credential: null,
      address: "",
      roles: ["admin"] as const,
      scope: EVERYTHING,
    };
    const turns = await turnsDuring(() => server.receive(JSON.stringify(batch), caller));
    expect(turns).toBeGreaterThanOrEqual(batch.length);
  });
});
