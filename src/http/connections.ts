// The connections of a server, so that it can be ended without cutting off an answer under way.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export interface Connections {
  /**
   * Takes no more connections and closes those without a request; each request under way, and one
   * that comes on an open connection still, is answered with `Connection: close`. Resolves when all
   * are closed: what is not at its end after `limitMs` is cut off. Answers how many that were.
   */
  end(limitMs: number): Promise<number>;
}

/** A request whose head is not there after this long is not waited for any more. */
const HEAD_MS = 1000;

/** With TLS a request has another socket than the connection that carries it, with the same peer. */
function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}

/** Follows the server from now on: call it before the server listens. */
export function createConnections(server: Server): Connections {
  const sockets = new Set<Socket>();
  const answering = new Map<ServerResponse, Socket>();
  /** Taken over from HTTP: whoever did ends them. */
  const taken = new WeakSet<object>();
  let isEnding = false;

  function follow(socket: Socket): void {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    // It was accepted in the moment when the server ended.
    if (isEnding) socket.destroy();
  }
  server.on("connection", follow);
  server.prependListener("upgrade", (_request, socket) => taken.add(socket));
  // Before the handler of the server, which may send its head in the same turn.
  server.prependListener("request", (request: IncomingMessage, response: ServerResponse) => {
    answering.set(response, request.socket);
    response.once("close", () => {
      answering.delete(response);
      // A head that said keep-alive was sent before the end was known.
      if (isEnding) setImmediate(() => server.closeIdleConnections());
    });
    if (isEnding) response.shouldKeepAlive = false;
  });

  function cutWithoutRequest(isWanted: (socket: Socket) => boolean): void {
    const busy = new Set([...answering.values()].map(peerOf));
    for (const socket of sockets) {
      if (isWanted(socket) && !busy.has(peerOf(socket)) && !taken.has(socket)) socket.destroy();
    }
  }

  return {
    async end(limitMs) {
      isEnding = true;
      const closed = new Promise<void>((done) => server.close(() => done()));
      for (const response of answering.keys()) response.shouldKeepAlive = false;
      server.closeIdleConnections();
      // The server takes a connection on which nothing was sent yet for one that is about to send.
      cutWithoutRequest((socket) => socket.bytesRead === 0);
      const heads = setTimeout(() => cutWithoutRequest(() => true), Math.min(HEAD_MS, limitMs / 2));
      let cut = 0;
      const limit = setTimeout(() => {
        cut = sockets.size;
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
      }, limitMs);
      try {
        await closed;
      } finally {
        clearTimeout(heads);
        clearTimeout(limit);
      }
      return cut;
    },
  };
}
