// The API on bare TCP: JSON after JSON, no framing, no credentials but those that the settings give to
// everybody who may connect.
import { createServer, type Server, type Socket } from "node:net";
import type { Caller } from "../../rpc/method.ts";
import type { ApiConnections } from "./connections.ts";
import type { Wire } from "./session.ts";

export interface TcpParts {
  connections: ApiConnections;
  /** Who the peer is; null: it may not connect. */
  callerOf(address: string): Caller | null;
}

/** Not listening yet. */
export function createTcpServer({ connections, callerOf }: TcpParts): Server {
  // Who closes its own side still gets its answers.
  return createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const caller = callerOf(socket.remoteAddress ?? "");
    if (caller === null || !connections.hasRoom()) {
      socket.destroy();
      return;
    }
    const session = connections.open(caller, wireOf(socket));
    socket.on("data", (bytes: Buffer) => session.push(bytes));
    socket.on("end", () => session.finish());
    // Its end follows.
    socket.on("error", () => {});
    socket.on("close", () => session.gone());
  });
}

function wireOf(socket: Socket): Wire {
  return {
    send: (text) =>
      new Promise((done) => {
        if (socket.destroyed) done();
        // Called with an error too, where the connection ended before.
        else socket.write(text, () => done());
      }),
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.end(() => socket.destroy()),
    cut: () => socket.destroy(),
  };
}
