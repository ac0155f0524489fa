// Goal: patientFetch answers as fetch does, and ends when its signal does.
// Method: both against one small server.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { patientFetch } from "../../src/cli/patient-fetch.ts";

const server = createServer(async (request, response) => {
  if (request.url === "/never") return;
  if (request.url === "/empty") return void response.writeHead(204).end();
  const answer = { method: request.method, type: request.headers["content-type"] };
  response.writeHead(request.url === "/busy" ? 503 : 200, {
    "retry-after": "7",
    "x-two": ["a", "b"],
  });
  response.end(JSON.stringify({ ...answer, body: await text(request) }));
});
let base = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const init = {
  method: "POST",
  headers: { "content-type": "application/json" },
  body: '{"name":"Zürich"}',
};

it.each(["/", "/busy"])("the same status, headers and body as fetch: %s", async (path) => {
  const seen = async (request: typeof fetch) => {
    const response = await request(base + path, init);
    const { ok, status, headers } = response;
    const [retry, two] = [headers.get("retry-after"), headers.get("x-two")];
    return { ok, status, retry, two, body: await response.json() };
  };
  const answer = await seen(patientFetch);
  expect(answer).toEqual(await seen(fetch));
  expect(answer).toMatchObject({ retry: "7", two: "a, b", body: { body: init.body } });
});

it("an answer without a body is one", async () => {
  const { status, body } = await patientFetch(`${base}/empty`, init);
  expect([status, body]).toEqual([204, null]);
});

it("rejects when its signal aborts and when nobody listens", async () => {
  const limit = new AbortController();
  const waiting = patientFetch(`${base}/never`, { ...init, signal: limit.signal });
  limit.abort();
  await expect(waiting).rejects.toThrow("abort");
  await expect(patientFetch("http://127.0.0.1:1/", init)).rejects.toThrow("ECONNREFUSED");
});
