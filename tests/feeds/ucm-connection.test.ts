// One connection of a UCM by itself: what counts as late. Method: a stream in place of a socket; each
// `tick` is a second that passed.

import type { Socket } from "node:net";
import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { FeedBytes } from "../../src/feeds/contract.ts";
import { type ConnectionLimits, serveConnection } from "../../src/feeds/ucm-tcp/connection.ts";
import { ucmLeg } from "./ucm-legs.ts";

const leg = (call: number) => JSON.stringify(ucmLeg(call));
/** All that the event loop has to do now. */
const settled = async () => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((done) => setImmediate(done));
};

function serve(limits: Partial<ConnectionLimits>) {
  const socket = new PassThrough();
  const records: FeedBytes[] = [];
  /** What a record waits for before it is durable. */
  const store = { ready: Promise.resolve() };
  const connection = serveConnection(socket as unknown as Socket, "192.0.2.10", {
    parts: {
      name: "ucm",
      log: { info: () => {}, warn: () => {}, error: () => {} },
      pause: () => Promise.resolve(),
      count: () => undefined,
      refusal: () => null,
      async deliver(some) {
        await store.ready;
        records.push(...some);
      },
    },
    limits: { recordBytes: 65_536, idleSeconds: 30, recordSeconds: 120, ...limits },
  });
  return {
    socket,
    records,
    store,
    connection,
    texts: () => records.map(({ bytes }) => Buffer.from(bytes).toString()),
    async pass(seconds: number) {
      for (let second = 0; second < seconds; second += 1) connection.tick();
      await settled();
    },
  };
}

describe("a connection of a UCM", () => {
  it("is not late while it waits for the store, however long that is away", async () => {
    const { socket, store, pass, texts, connection } = serve({ idleSeconds: 1, recordSeconds: 1 });
    let back = () => {};
    store.ready = new Promise((done) => {
      back = done;
    });
    const half = leg(2);
    socket.write(`${leg(1)}\n${half.slice(0, 40)}`);
    await settled();
    await pass(60);
    expect(socket.destroyed).toBe(false);
    // It was written while nobody read.
    socket.write(half.slice(40));
    back();
    await settled();
    expect(texts()).toEqual([leg(1), leg(2)]);
    // The seconds count again.
    socket.write(half.slice(0, 40));
    await settled();
    await pass(2);
    expect(socket.destroyed).toBe(true);
    await connection.closed;
    expect(texts()).toHaveLength(3);
  });

  it("ends where a record takes longer than recordSeconds, though bytes come every second", async () => {
    const { socket, records, pass, connection } = serve({ idleSeconds: 30, recordSeconds: 3 });
    const text = leg(1);
    for (let at = 0; at < 3; at += 1) {
      socket.write(text.slice(at, at + 1));
      await settled();
      await pass(1);
    }
    expect(socket.destroyed).toBe(false);
    socket.write(text.slice(3, 4));
    await settled();
    await pass(1);
    expect(socket.destroyed).toBe(true);
    await connection.closed;
    expect(records).toMatchObject([
      { fault: { reason: "broken-json", detail: expect.stringContaining("not whole after 3 s") } },
    ]);
  });

  it("counts the seconds of each record anew", async () => {
    const { socket, texts, pass } = serve({ idleSeconds: 30, recordSeconds: 3 });
    for (let call = 0; call < 4; call += 1) {
      socket.write(leg(call).slice(0, 20));
      await settled();
      await pass(3);
      socket.write(leg(call).slice(20));
      await settled();
    }
    expect(socket.destroyed).toBe(false);
    expect(texts()).toEqual([leg(0), leg(1), leg(2), leg(3)]);
  });
});
