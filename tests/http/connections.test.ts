// Goal: a server ends whatever its clients do, and none whose answer is under way is cut off early.
// Method: raw sockets, so that every byte and every close is seen.
import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createConnections } from "../../src/http/connections.ts";

const opened: { server?: Server; sockets: Socket[] } = { sockets: [] };
afterEach(() => {
  for (const socket of opened.sockets.splice(0)) socket.destroy();
  opened.server?.closeAllConnections();
});

async function serve(handler: RequestListener) {
  const server = createServer(handler);
  const connections = createConnections(server);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  opened.server = server;
  const accepted: Socket[] = [];
  server.on("connection", (socket) => accepted.push(socket));
  const { port } = server.address() as AddressInfo;

  /** A client that sends the text and notes what comes back, until it is closed. */
  async function client(text: string) {
    const socket = connect(port, "127.0.0.1");
    opened.sockets.push(socket);
    const seen = { text: "", isClosed: false };
    socket.on("data", (bytes) => {
      seen.text += bytes.toString("latin1");
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      seen.isClosed = true;
    });
    await new Promise((connected) => socket.once("connect", connected));
    socket.write(text);
    const { localPort } = socket;
    await expect
      .poll(() => accepted.find(({ remotePort }) => remotePort === localPort)?.bytesRead)
      .toBe(text.length);
    return { seen, send: (more: string) => socket.write(more) };
  }
  return { server, connections, client };
}

const GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";
const HALF_POST = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf";
const echoBody: RequestListener = (request, response) => {
  let size = 0;
  request.on("data", (bytes: Buffer) => {
    size += bytes.length;
  });
  request.on("end", () => response.end(`got ${size}`));
};

describe("the end of a server", () => {
  it("idle connections are closed at once: those that sent nothing, and those kept alive", async () => {
    const { connections, client } = await serve(echoBody);
    const silent = await client("");
    const kept = await client(GET);
    await expect.poll(() => kept.seen.text).toContain("got 0");
    const startedAt = performance.now();
    expect(await connections.end(60_000)).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
    await expect.poll(() => [silent.seen.isClosed, kept.seen.isClosed]).toEqual([true, true]);
  });

  it("what is under way is answered, and says that the connection closes", async () => {
    let answer: () => void = () => undefined;
    const { connections, client } = await serve((_request, response) => {
      answer = () => response.end("late");
    });
    const { seen } = await client(GET);
    await expect.poll(() => String(answer)).toContain("late");
    const ended = connections.end(60_000);
    answer();
    expect(await ended).toBe(0);
    await expect.poll(() => seen.isClosed).toBe(true);
    expect(seen.text).toMatch(/^HTTP\/1\.1 200 .*Connection: close\r\n.*late/s);
  });

  it("a request that comes on a busy connection is the last one of it", async () => {
    const { connections, client } = await serve(echoBody);
    const { seen, send } = await client(HALF_POST);
    const ended = connections.end(60_000);
    send(`-body!${GET}`);
    expect(await ended).toBe(0);
    await expect.poll(() => seen.isClosed).toBe(true);
    expect(seen.text.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    expect(seen.text).toMatch(/Connection: close.*got 10/s);
  });

  it("an answer whose head had said keep-alive ends its connection too", async () => {
    let end: () => void = () => undefined;
    const { connections, client } = await serve((_request, response) => {
      response.write("begin");
      end = () => response.end("end");
    });
    const { seen } = await client(GET);
    await expect.poll(() => seen.text).toContain("begin");
    const ended = connections.end(60_000);
    end();
    expect(await ended).toBe(0);
    await expect.poll(() => seen.isClosed).toBe(true);
    expect(seen.text).toMatch(/keep-alive.*begin.*end/s);
  });

  it("half a body, half a head and a reader that stalls are cut off at the limit", async () => {
    const { connections, client } = await serve((request, response) => {
      if (request.method === "GET") response.write("x".repeat(20_000_000));
    });
    const body = await client(HALF_POST);
    const head = await client("GET / HTTP/1.1\r\nHo");
    const reader = await client(GET);
    opened.sockets.at(-1)?.pause();
    const startedAt = performance.now();
    expect(await connections.end(200)).toBe(2);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect.poll(() => [body.seen.isClosed, head.seen.isClosed]).toEqual([true, true]);
    opened.sockets.at(-1)?.resume();
    await expect.poll(() => reader.seen.isClosed).toBe(true);
  });
});
