// The API on a WebSocket: messages are the bytes of one stream, as over TCP; each answer is a message.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Caller } from "../../rpc/method.ts";
import type { ApiConnections } from "./connections.ts";
import type { Wire } from "./session.ts";

export interface WebSockets {
  /** Takes over a connection whose request asked for it. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer, caller: Caller): void;
}

/** @param mostBytes of one message */
export function createWebSockets(connections: ApiConnections, mostBytes: number): WebSockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: mostBytes,
    perMessageDeflate: false,
  });
  return {
    take(request, socket, head, caller) {
      server.handleUpgrade(request, socket, head, (client) => serve(client, connections, caller));
    },
  };
}

function serve(client: WebSocket, connections: ApiConnections, caller: Caller): void {
  const session = connections.open(caller, wireOf(client));
  client.on("message", (data) => session.push(bytesOf(data)));
  // A message over the limit or against the protocol: its end follows.
  client.on("error", () => {});
  client.on("close", () => session.gone());
}

function bytesOf(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data);
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data;
}

function wireOf(client: WebSocket): Wire {
  return {
    send: (text) =>
      new Promise((done) => {
        if (client.readyState !== client.OPEN) done();
        else client.send(text, () => done());
      }),
    pause: () => client.pause(),
    resume: () => client.resume(),
    end: () => client.close(),
    cut: () => client.terminate(),
  };
}
