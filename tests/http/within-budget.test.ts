// Goal: over HTTP a caller that has too much under way is told 503 with Retry-After, CDR routes are
// outside of that, what reads ends when its caller leaves and what writes does not. Method: a real
// service over a store that holds its reads back.
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Store } from "../../src/stores/store.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { sampleCdr } from "../stores/contracts/sample-cdrs.ts";

let service: TestService;
let isHeld = false;
let signals: (AbortSignal | undefined)[] = [];
let letGo: () => void = () => undefined;
let gate = Promise.resolve();

function hold(): void {
  isHeld = true;
  gate = new Promise((resolve) => {
    letGo = () => {
      isHeld = false;
      resolve();
    };
  });
}

/** Waits for the gate, or until the signal ends it. */
async function held(signal: AbortSignal | undefined): Promise<void> {
  if (!isHeld) return;
  signals.push(signal);
  const ended = new Promise<never>((_resolve, reject) => {
    signal?.addEventListener("abort", () => reject(signal.reason));
  });
  await Promise.race([gate, ended]);
}

function holding(store: Store): Store {
  const { cdrs } = store;
  const find: Store["cdrs"]["find"] = async (query, options) => {
    await held(options?.signal);
    return cdrs.find(query, options);
  };
  return {
    ...store,
    cdrs: {
      ...cdrs,
      find,
      async count(filter, options) {
        await held(options?.signal);
        return cdrs.count(filter, options);
      },
      async *scan(filter, size, options) {
        await held(options?.signal);
        yield* cdrs.scan(filter, size, options);
      },
      async insert(all) {
        await held(undefined);
        return cdrs.insert(all);
      },
    },
  };
}

beforeEach(async () => {
  [isHeld, signals] = [false, []];
  service = await startTestService({
    wrapStore: holding,
    settings: { limits: { callerRequests: 1, callerExports: 1 } },
  });
  const { store } = service.service.engine;
  await store.cdrs.insert(Array.from({ length: 3 }, (_, n) => sampleCdr(`within-${n}`)));
});
afterEach(async () => {
  letGo();
  await service.stop();
});

const call = (method: string, params: unknown = {}) => ({
  jsonrpc: "2.0",
  id: 1,
  method,
  params,
});
const post = (path: string, value: unknown, signal?: AbortSignal) =>
  fetch(service.url + path, {
    method: "POST",
    body: JSON.stringify(value),
    headers: { "content-type": "application/json" },
    ...(signal && { signal }),
  });
/** Bounded waiting on what happens at the other end of a connection. */
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 20_000 });
const FORM = "accid=beside&account=1001&destination=34650123456&time_answer=2026-03-02T09:00:00Z";

it("one request more than a caller may have is 503 with Retry-After; CDR routes are outside", async () => {
  hold();
  const leaving = new AbortController();
  const first = post("/jsonrpc", call("cdr.find"), leaving.signal);
  await until(() => expect(signals).toHaveLength(1));
  const second = await post("/jsonrpc", call("system.status"));
  expect(second.status).toBe(503);
  expect(Number(second.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await second.json()).toMatchObject({ code: "too-busy", hint: expect.any(String) });
  const isSent = service.post("/cgr", `${FORM}&duration=9s`);
  leaving.abort();
  await expect(first).rejects.toThrow();
  await until(() => expect(signals[0]?.aborted).toBe(true));
  letGo();
  expect((await isSent).body.outcome).toBe("rated");
  await until(async () => {
    expect((await post("/jsonrpc", call("system.status"))).status).toBe(200);
  });
});

it.each([
  ["cdr.find", {}],
  ["cdr.count", {}],
  ["audit.run", {}],
])("%s ends when its caller leaves", async (method, params) => {
  hold();
  const leaving = new AbortController();
  const asked = post("/jsonrpc", call(method, params), leaving.signal);
  await until(() => expect(signals).toHaveLength(1));
  expect(signals[0]?.aborted).toBe(false);
  leaving.abort();
  await expect(asked).rejects.toThrow();
  await until(() => expect(signals[0]?.aborted).toBe(true));
  // Its place is free again, while the store still holds back whoever asks.
  await until(async () => {
    expect((await post("/jsonrpc", call("system.status"))).status).toBe(200);
  });
});

it("what writes runs to its end when its caller leaves", async () => {
  hold();
  const leaving = new AbortController();
  const cdr = {
    originId: "left",
    account: "1001",
    destination: "34650123456",
    answerTime: "2026-03-02T09:00:00Z",
    usage: 9,
  };
  const asked = post("/jsonrpc", call("cdr.process", { cdr }), leaving.signal);
  await until(() => expect(signals).toHaveLength(1));
  leaving.abort();
  await expect(asked).rejects.toThrow();
  letGo();
  await until(async () => {
    const again = await post("/jsonrpc", call("cdr.process", { cdr }));
    expect(await again.json()).toMatchObject({ result: { outcome: "duplicate" } });
  });
});

it("exports: one more than a caller may have is 503; one ends when its caller leaves", async () => {
  hold();
  const leaving = new AbortController();
  const first = post("/export", { format: "csv" }, leaving.signal).then((one) => one.text());
  await until(() => expect(signals).toHaveLength(1));
  const second = await service.get("/export?request=e30");
  expect(second).toMatchObject({ status: 503, body: { code: "too-busy" } });
  expect(second.headers.get("retry-after")).not.toBeNull();
  leaving.abort();
  await expect(first).rejects.toThrow();
  await until(() => expect(signals[0]?.aborted).toBe(true));
  letGo();
  await until(async () => {
    const third = await service.get("/export?request=e30");
    expect(third).toMatchObject({ status: 200, body: expect.stringContaining("#end,calls=3") });
  });
});

it("a large answer comes whole, with its length", async () => {
  const { store } = service.service.engine;
  await store.cdrs.insert(
    Array.from({ length: 900 }, (_, n) =>
      sampleCdr(`large-${n}`, { extra: { ñ: "é".repeat(99) } }),
    ),
  );
  const batch = Array.from({ length: 5 }, () => call("cdr.find", { limit: 1000 }));
  const answer = await post("/jsonrpc", batch);
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(Number(answer.headers.get("content-length"))).toBe(bytes.length);
  const answers = JSON.parse(bytes.toString("utf8"));
  expect(answers).toHaveLength(5);
  for (const { result } of answers) expect(result.cdrs).toHaveLength(903);
});
