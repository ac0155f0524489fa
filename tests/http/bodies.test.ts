// Goal: whoever sends too much, or too slowly, reads an answer that says so, and the service goes on.
// Method: bare sockets, so that the test decides what is sent before anything is read.
import { connect, type Socket } from "node:net";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../../src/config/config.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";

const { limits } = readSettings({ environment: {}, flags: {} });
const MEGABYTE = Buffer.alloc(1_000_000, "x");

/** Sends all of it, then reads until the other side closes or `until` has come. */
class BareClient {
  readonly socket: Socket;
  text = "";
  readonly closed: Promise<void>;
  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.pause();
    this.closed = new Promise((done, failed) => {
      this.socket.once("close", () => done());
      this.socket.once("error", failed);
    });
    this.socket.on("data", (chunk) => {
      this.text += chunk.toString("latin1");
    });
    this.socket.pause();
  }
  /** Like many programs: nothing is read before everything is written. */
  async write(...parts: (string | Buffer)[]): Promise<void> {
    for (const part of parts) {
      await new Promise<void>((done, failed) => {
        this.socket.write(part, (error) => (error ? failed(error) : done()));
      });
    }
  }
  async read(): Promise<string> {
    this.socket.resume();
    await this.closed;
    return this.text;
  }
}

function head(path: string, length: number, more: string[] = []): string {
  return [
    `POST ${path} HTTP/1.1`,
    "Host: localhost",
    `Content-Length: ${length}`,
    ...more,
    "",
    "",
  ].join("\r\n");
}

describe("a body that is too large", () => {
  let service: TestService;
  beforeAll(async () => {
    service = await startTestService({ demo: false });
  });
  afterAll(() => service.stop());

  const forty = Array.from({ length: 40 }, () => MEGABYTE);

  it.each(["/cgr", "/freeswitch_json", "/jsonrpc", "/export"])(
    "of 40 MB gets its 413 on %s, where the sender reads only after it wrote, and closes",
    async (path) => {
      const client = new BareClient(service.url);
      await client.write(head(path, 40_000_000, ["Connection: close"]), ...forty);
      const text = await client.read();
      expect(text).toMatch(/^HTTP\/1\.1 413 /);
      expect(text).toContain('"code":"too-large"');
    },
  );

  it("leaves the connection usable where it is kept", async () => {
    const client = new BareClient(service.url);
    await client.write(head("/cgr", 40_000_000), ...forty);
    await client.write("GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    expect(
      [...(await client.read()).matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, code]) => code),
    ).toEqual(["413", "200"]);
  });

  it("gets its 413 in pieces of unknown length, and inflated", async () => {
    const client = new BareClient(service.url);
    await client.write(
      "POST /cgr HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n",
      ...forty.flatMap((part) => [`${part.length.toString(16)}\r\n`, part, "\r\n"]),
      "0\r\n\r\n",
    );
    expect(await client.read()).toMatch(/^HTTP\/1\.1 413 /);
    const bomb = gzipSync(Buffer.alloc(40_000_000));
    for (const path of ["/cgr", "/jsonrpc"]) {
      const zipped = await service.post(path, bomb, { "content-encoding": "gzip" });
      expect([path, zipped.status]).toEqual([path, 413]);
    }
  });

  it("that is refused for another reason gets that answer", async () => {
    const client = new BareClient(service.url);
    await client.write(
      head("/cgr", 40_000_000, ["Connection: close", "X-Real-IP: 203.0.113.9"]),
      ...forty,
    );
    expect(await client.read()).toMatch(/^HTTP\/1\.1 403 /);
  });
});

describe("a body that is too slow", () => {
  it("is answered 408 after limits.bodySeconds, and its connection closed", async () => {
    const service = await startTestService({
      demo: false,
      settings: { limits: { ...limits, bodySeconds: 0.2 } },
    });
    try {
      for (const path of ["/cgr", "/jsonrpc"]) {
        const client = new BareClient(service.url);
        await client.write(head(path, 1000), "accid=1&");
        expect(await client.read()).toMatch(/^HTTP\/1\.1 408 /);
      }
      const headless = new BareClient(service.url);
      await headless.write("POST /cgr HTTP/1.1\r\nHost: local");
      expect(await headless.read()).toMatch(/^HTTP\/1\.1 408 /);
      expect((await service.get("/health")).status).toBe(200);
      expect(await service.rpc("cdr.count")).toEqual({ count: 0 });
    } finally {
      await service.stop();
    }
  });
});
