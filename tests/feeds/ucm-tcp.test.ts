// A UCM writes its records to a port: each is a CDR or in suspense, once, and whoever writes something
// else harms nobody. Method: real sockets on the loopback.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect as connectTls } from "node:tls";
import { afterEach, describe, expect, it, vi } from "vitest";
import { feedList } from "../../src/feeds/settings.ts";
import { sourceList } from "../../src/mediation/source-settings.ts";
import { selfSigned } from "../compose/self-signed.ts";
import { startTestService, type TestService } from "../end-to-end/test-service.ts";
import { withParts } from "../stores/wrapped-store.ts";
import { ucmLeg } from "./ucm-legs.ts";

const WAIT = { timeout: 120_000, interval: 50 };
const leg = (call: number) => JSON.stringify(ucmLeg(call));

interface Options {
  feed?: object;
  source?: object;
  service?: Parameters<typeof startTestService>[0];
}

describe("a port for UCMs", () => {
  let service: TestService;
  const sockets: Socket[] = [];
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await service.stop();
  });

  async function start({ feed, source, service: more }: Options = {}): Promise<number> {
    const sources = sourceList.parse([{ name: "hq", kind: "ucm", ...source }]);
    const one = { name: "ucm", kind: "ucm-tcp", listen: "127.0.0.1:0", source: "hq", ...feed };
    service = await startTestService({
      ...more,
      settings: { sources, feeds: feedList.parse([one]) },
    });
    await vi.waitFor(async () => expect((await state()).connected).toBe(true), WAIT);
    return Number(/:(\d+)$/.exec((await state()).position.listen)?.[1]);
  }
  const state = async () => (await service.rpc("feed.get", { name: "ucm" })).state;
  const seen = (records: number) =>
    vi.waitFor(async () => expect((await state()).records).toBe(records), WAIT);
  const counted = async () => (await service.rpc("cdr.count")).count;
  const suspended = async () => (await service.rpc("suspense.find")).records;

  async function open(
    port: number,
  ): Promise<Socket & { heard: () => number; ended: Promise<unknown> }> {
    const socket = connect(port, "127.0.0.1");
    sockets.push(socket);
    let bytes = 0;
    socket.on("data", (chunk) => {
      bytes += chunk.length;
    });
    socket.on("error", () => undefined);
    const ended = new Promise((done) => socket.once("close", done));
    await once(socket, "connect");
    return Object.assign(socket, { heard: () => bytes, ended });
  }

  it("takes records as they come, says nothing, and keeps a half one", async () => {
    const port = await start();
    const socket = await open(port);
    socket.write(`${leg(1)}\n${leg(2).slice(0, 50)}`);
    await seen(1);
    socket.write(
      `${leg(2).slice(50)}{"AcctId":"x","billsec":"soon","start":"2026-03-02 10:00:00"}`,
    );
    await seen(3);
    socket.write(leg(3).slice(0, 40));
    socket.end();
    await seen(4);
    expect(socket.heard()).toBe(0);
    expect(await counted()).toBe(2);
    const records = await suspended();
    expect(records.map(({ reason }: { reason: string }) => reason).sort()).toEqual([
      "broken-json",
      "invalid-field",
    ]);
    const half = records.find(({ reason }: { reason: string }) => reason === "broken-json");
    expect((await service.rpc("suspense.get", { id: half.id })).text).toBe(leg(3).slice(0, 40));
    // The device says all of it again.
    const again = await open(port);
    again.end(`${leg(1)}\0${leg(2)}\r\n${leg(3)}`);
    await seen(7);
    expect(await counted()).toBe(3);
    expect(await state()).toMatchObject({ faults: 2, counts: { accepted: 2, cut: 1 } });
    const metrics = (await service.get("/metrics")).body;
    expect(metrics).toContain('cdrate_feed_count{feed="ucm",what="accepted"} 2');
    expect((await service.get("/ready")).status).toBe(200);
  });

  it("takes a flood in one connection, each once", async () => {
    const port = await start();
    const socket = await open(port);
    for (let call = 0; call < 2_000; call += 100) {
      socket.write(Array.from({ length: 100 }, (_, n) => leg(call + n)).join("\n"));
    }
    socket.end();
    await seen(2_000);
    expect(await counted()).toBe(2_000);
  }, 150_000);

  it("reads no further while the store is away, and loses nothing", async () => {
    let isAway = true;
    let tries = 0;
    const port = await start({
      service: {
        wrapStore: (store) =>
          withParts(store, {
            cdrs: {
              insert(cdrs) {
                tries += 1;
                return isAway ? Promise.reject(new Error("away")) : store.cdrs.insert(cdrs);
              },
            },
          }),
      },
    });
    const socket = await open(port);
    const lastdata = "x".repeat(16_000);
    const flood = Array.from({ length: 1500 }, (_, call) =>
      JSON.stringify(ucmLeg(call, { lastdata })),
    ).join("\n");
    socket.write(flood);
    await vi.waitFor(() => expect(tries).toBeGreaterThan(1), WAIT);
    const { bytes } = (await state()).counts;
    expect(bytes).toBeLessThan(flood.length / 4);
    expect(socket.writableLength).toBeGreaterThan(0);
    isAway = false;
    socket.end();
    await vi.waitFor(async () => expect((await state()).counts.bytes).toBe(flood.length), WAIT);
    await vi.waitFor(async () => expect(await counted()).toBe(1500), WAIT);
    expect(await suspended()).toEqual([]);
  }, 150_000);

  it("ends what is too large, too slow or too many, and serves the others", async () => {
    const port = await start({
      feed: { connections: 4, connectionsPerAddress: 3, idleSeconds: 1 },
    });
    const endless = await open(port);
    endless.write(Buffer.alloc(3_000_000, "x"));
    await endless.ended;
    const idle = await open(port);
    idle.write(leg(1).slice(0, 30));
    const lasting = await open(port);
    const third = await open(port);
    const refused = await open(port);
    await refused.ended;
    third.end();
    lasting.write(leg(2));
    await idle.ended;
    lasting.write(leg(3));
    await seen(4);
    expect(lasting.destroyed).toBe(false);
    expect(await counted()).toBe(2);
    const records = await suspended();
    const facts = records.map(({ reason, byteLength }: Record<string, unknown>) => [
      reason,
      byteLength,
    ]);
    expect(facts).toContainEqual(["over-limit", 1_048_576]);
    expect(facts).toContainEqual(["broken-json", 30]);
    expect((await state()).counts).toMatchObject({ refused: 1, cut: 2 });
  });

  it("refuses addresses that the source does not allow", async () => {
    const port = await start({ source: { allow: ["192.0.2.0/24"] } });
    const socket = await open(port);
    socket.write(leg(1));
    await socket.ended;
    expect((await state()).counts).toEqual({ refused: 1 });
    expect(await counted()).toBe(0);
  });

  it("listens by TLS with files of a certificate", async () => {
    const folder = mkdtempSync(join(tmpdir(), "cdrate-ucm-tls-"));
    const { cert, key } = selfSigned("ucm");
    const files = { cert: join(folder, "cert.pem"), key: join(folder, "key.pem") };
    writeFileSync(files.cert, cert);
    writeFileSync(files.key, key);
    try {
      const port = await start({ feed: { tls: files } });
      const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
      sockets.push(socket);
      await once(socket, "secureConnect");
      socket.end(leg(1));
      await seen(1);
      expect(await counted()).toBe(1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("says why it does not listen, and goes on when it can; a stop ends connections", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const sources = sourceList.parse([{ name: "hq", kind: "ucm" }]);
    const feed = { name: "ucm", kind: "ucm-tcp", listen: `127.0.0.1:${port}`, source: "hq" };
    service = await startTestService({ settings: { sources, feeds: feedList.parse([feed]) } });
    await vi.waitFor(async () => expect((await state()).fault).toContain("EADDRINUSE"), WAIT);
    expect((await service.get("/ready")).status).toBe(503);
    taken.close();
    await vi.waitFor(async () => expect((await state()).connected).toBe(true), WAIT);
    const socket = await open(port);
    socket.write(`${leg(1)}${leg(2).slice(0, 20)}`);
    await seen(1);
    await service.rpc("feed.stop", { name: "ucm" });
    await socket.ended;
    expect(await state()).toMatchObject({ connected: false, records: 2, faults: 1 });
    await expect(open(port)).rejects.toThrow("ECONNREFUSED");
  });
});
