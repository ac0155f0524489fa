// A proxy between a client and a server that can lose answers and shows what was sent.

import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";

export interface TcpProxy {
  port: number;
  /** Everything sent to the server so far. */
  sent(): Buffer;
  /** From now on the first answer to a request that contains `text` is lost, with its connection. */
  loseAnswerTo(text: string): void;
  close(): Promise<void>;
}

export async function startProxy(targetHost: string, targetPort: number): Promise<TcpProxy> {
  const requests: Buffer[] = [];
  const sockets = new Set<Socket>();
  let losing: string | undefined;

  const proxy = createServer((client) => {
    const server = connect(targetPort, targetHost);
    let isLosing = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        server.destroy();
      });
    }
    client.on("data", (bytes) => {
      requests.push(bytes);
      if (losing !== undefined && bytes.includes(losing)) {
        isLosing = true;
        losing = undefined;
      }
      server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (isLosing) client.destroy();
      else client.write(bytes);
    });
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  return {
    port: (proxy.address() as AddressInfo).port,
    sent: () => Buffer.concat(requests),
    loseAnswerTo: (text) => {
      losing = text;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
