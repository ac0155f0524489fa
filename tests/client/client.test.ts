// Goal: the client's calls have the types of the declarations, come back in order, and are made
// again only where that is safe. Method: a test service behind a fetch that can fail.

import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from "vitest";
import { roleFor } from "../../src/access/permissions.ts";
import { CallError, createClient, type Params } from "../../src/client/client.ts";
import { METHODS } from "../../src/rpc/methods.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service.stop());

const cdr = (originId: string, usage = 60) => ({
  originId,
  account: "1001",
  destination: "34650123456",
  answerTime: "2026-03-02T09:00:00Z",
  usage,
});

/** A fetch that fails as told, then works. */
function failing(...faults: (() => Response | Promise<Response>)[]) {
  const seen: string[] = [];
  const request: typeof fetch = async (input, init) => {
    seen.push(String(init?.body));
    const fault = faults.shift();
    return fault === undefined ? fetch(input, init) : fault();
  };
  return { request, seen };
}
const brokenWire = () => Promise.reject(new TypeError("fetch failed"));
const busy = () => new Response('{"code":"store-unavailable","message":"away"}', { status: 503 });

describe("the typed client", () => {
  it("answers what the method declares", async () => {
    const client = createClient({ url: `${service.url}/` });
    const answer = await client.call("cdr.process", { cdr: cdr("c-1") });
    expect(answer.outcome).toBe("rated");
    expectTypeOf(answer.sell).toExtend<{ amount: string | null } | null | undefined>();
    expectTypeOf<Params<"rating.price">["usage"]>().toEqualTypeOf<string | number>();
    // @ts-expect-error there is no such method
    await expect(client.call("no.such")).rejects.toMatchObject({ code: "method-not-found" });
    const status = await client.call("system.status");
    expect(status.store.ok).toBe(true);
  });

  it("throws the code, path and hint of a fault", async () => {
    const client = createClient({ url: service.url });
    const fault = client.call("cdr.find", { limit: 0 });
    await expect(fault).rejects.toBeInstanceOf(CallError);
    await expect(fault).rejects.toMatchObject({ code: "invalid-params", path: "limit" });
  });

  it("sends a batch in one request and answers in order", async () => {
    const { request, seen } = failing();
    const client = createClient({ url: service.url, fetch: request });
    const [priced, missing, count] = await client.batch([
      ["rating.price", { account: "1001", destination: "34650123456", usage: 60 }],
      ["cdr.get", { id: "0".repeat(40) }],
      ["cdr.count", {}],
    ]);
    expect(seen).toHaveLength(1);
    expect(priced.ok && priced.result.outcome).toBe("rated");
    expect(!missing.ok && missing.error.code).toBe("not-found");
    expectTypeOf(count).toExtend<{ ok: boolean }>();
    expect(count.ok && count.result.count).toBeGreaterThan(0);
    expect(await client.batch([])).toEqual([]);
  });

  it("iterates over every page of a list", async () => {
    const client = createClient({ url: service.url });
    const cdrs = Array.from({ length: 25 }, (_, n) => cdr(`page-${n}`, n));
    await client.call("cdr.processMany", { cdrs, batch: "pages" });
    const filter = { batchIds: ["pages"] };
    const found: number[] = [];
    for await (const one of client.all("cdr.find", { filter, limit: 7 })) {
      found.push(one.primary["usage"] as number);
    }
    expect(found.toSorted((a, b) => a - b)).toEqual(cdrs.map((one) => one.usage));
  });

  it("iterates over the answers of a search as they come, hits and progress", async () => {
    const client = createClient({ url: service.url });
    const cdrs = Array.from({ length: 9 }, (_, n) => ({
      ...cdr(`search-${n}`, n),
      answerTime: `2026-03-03T09:00:0${n}Z`,
      callerNumber: `0777${n}`,
    }));
    await client.call("cdr.processMany", { cdrs });
    const range = { from: "2026-03-03T00:00:00Z", to: "2026-03-04T00:00:00Z" };
    const params: Params<"cdr.search"> = {
      ...{ texts: ["0777"], how: "begins", of: ["caller"], limit: 4 },
      ...range,
    };
    const seen: [hits: number, all: number][] = [];
    for await (const { hits, progress } of client.pages("cdr.search", params)) {
      seen.push([hits.length, progress.hits]);
    }
    expect(seen).toEqual([
      [4, 4],
      [4, 8],
      [1, 9],
    ]);
    const found: unknown[] = [];
    for await (const hit of client.all("cdr.search", params)) {
      found.push(hit.cdr.primary["callerNumber"]);
    }
    expect(found).toEqual(cdrs.map(({ callerNumber }) => callerNumber).reverse());
  });

  it("makes a call again that may be made twice: one CDR, whatever was lost on the way", async () => {
    const lost = async () => {
      const { request } = failing();
      await request(`${service.url}/jsonrpc`, {
        method: "POST",
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 0,
          method: "cdr.process",
          params: { cdr: cdr("again") },
        }),
      });
      return brokenWire();
    };
    const { request, seen } = failing(lost, busy);
    const client = createClient({ url: service.url, fetch: request });
    const answer = await client.call("cdr.process", { cdr: cdr("again") });
    expect(answer.outcome).toBe("duplicate");
    expect(seen).toHaveLength(3);
  });

  it("asks again where the service was too busy, alone and in a batch", async () => {
    const tooBusy = (value: unknown) => () => Response.json(value, { status: 503 });
    const error = { code: -32017, message: "busy", data: { code: "too-busy", hint: "later" } };
    const refused = { jsonrpc: "2.0", id: 0, error };
    const { request, seen } = failing(
      tooBusy({ code: "too-busy", message: "busy" }),
      tooBusy(refused),
      tooBusy([refused, { ...refused, id: 1 }]),
    );
    const client = createClient({ url: service.url, fetch: request });
    const outcomes = await client.batch([
      ["cdr.count", {}],
      ["cdr.count", {}],
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true]);
    expect(seen).toHaveLength(4);
    const never = failing(tooBusy([refused]));
    const once = createClient({ url: service.url, fetch: never.request, retries: 0 });
    await expect(once.call("cdr.count")).rejects.toMatchObject({ code: "too-busy", hint: "later" });
  });

  it("does not repeat what may not be done twice, and gives up in the end", async () => {
    const once = failing(brokenWire);
    const client = createClient({ url: service.url, fetch: once.request });
    await expect(client.call("tariff.activate", { version: "x" })).rejects.toMatchObject({
      code: "unreachable",
    });
    expect(once.seen).toHaveLength(1);
    const never = failing(brokenWire, brokenWire, brokenWire);
    const impatient = createClient({ url: service.url, fetch: never.request, retries: 1 });
    await expect(impatient.call("system.status")).rejects.toMatchObject({ code: "unreachable" });
    expect(never.seen).toHaveLength(2);
  });

  const reads = METHODS.filter(
    ({ permission, writes }) => !writes && roleFor(permission) === "read",
  ).map(({ name }) => name);
  it.each(reads)("makes the read %s again", async (name) => {
    const answer = () => new Response('{"jsonrpc":"2.0","id":0,"result":{}}');
    const { request, seen } = failing(brokenWire, answer);
    const client = createClient({ url: service.url, fetch: request });
    await client.batch([[name, {}] as never]);
    expect(seen).toHaveLength(2);
  });

  it("sends its credentials", async () => {
    const headers: unknown[] = [];
    const request: typeof fetch = async (_input, init) => {
      headers.push(new Headers(init?.headers).get("authorization"));
      return new Response('{"jsonrpc":"2.0","id":0,"result":{}}');
    };
    const url = service.url;
    await createClient({ url, fetch: request, token: "t" }).call("system.status");
    const basic = { user: "fs", password: "ñ" };
    await createClient({ url, fetch: request, basic }).call("system.status");
    expect(headers).toEqual(["Bearer t", `Basic ${Buffer.from("fs:ñ").toString("base64")}`]);
  });
});
