// A MongoDB as it is from afar: its answers come later, and cost no processor.
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { mongoAddress, mongoUrlThrough } from "../tests/stores/mongo-urls.ts";

export interface Afar {
  uri: string;
  /** Messages with the counted text so far. */
  count(): number;
  close(): Promise<void>;
}

/** @param counted how messages begin that are counted; each is a round trip */
export async function fromAfar(
  uri: string,
  { latencyMs, counted }: { latencyMs: number; counted: Buffer },
): Promise<Afar> {
  const { port, hostname } = mongoAddress(uri);
  const sockets = new Set<Socket>();
  let count = 0;
  const proxy = createServer((client) => {
    const own = connect(port, hostname);
    for (const socket of [client, own]) {
      sockets.add(socket);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        client.destroy();
        own.destroy();
      });
    }
    client.on("data", (bytes: Buffer) => {
      if (bytes.includes(counted)) count += 1;
      own.write(bytes);
    });
    own.on("data", (bytes) => setTimeout(() => client.write(bytes), latencyMs));
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  return {
    uri: mongoUrlThrough({ uri, port: (proxy.address() as AddressInfo).port }),
    count: () => count,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((closed) => proxy.close(closed));
    },
  };
}
