// The feed kind `ucm-tcp`: a port that a UCM writes its records to, plain or by TLS.
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import { plainAddress } from "../../mediation/address-range.ts";
import { readCertificate, watchCertificate } from "../../tls/certificate.ts";
import { listenAddress } from "../../tls/listen.ts";
import type { TlsSettings } from "../../tls/settings.ts";
import { type Feed, type FeedKind, FeedLost, type FeedParts } from "../contract.ts";
import type { UcmTcpSettings } from "../settings.ts";
import { type Connection, serveConnection } from "./connection.ts";

/** Of one record. */
const RECORD_BYTES = 1_048_576;
/** Of a connection that are read at once, and become one write. */
const READ_BYTES = 262_144;
/** A socket whose other end is gone tells nothing by itself. */
const KEEP_ALIVE_MS = 60_000;
const LONGEST_PAUSE_MS = 30_000;
const TICK_MS = 1000;

export const UCM_TCP: FeedKind<UcmTcpSettings> = {
  listens: true,
  // Of records that do not say another one themselves.
  format: "ucm-json",
  create: createListener,
};

function createListener(settings: UcmTcpSettings, parts: FeedParts): Feed {
  const { log, name, count } = parts;
  const connections = new Map<Socket, Connection>();
  let isStopped = false;
  let running = Promise.resolve();
  /** Of this second, for one line in the log. */
  let refused: Record<string, number> = {};

  function refusalOf(address: string): string | null {
    if (connections.size >= settings.connections) return "too many connections";
    const own = [...connections.values()].filter((one) => one.address === address).length;
    if (own >= settings.connectionsPerAddress) return "too many connections of one address";
    return parts.refusal(address);
  }

  function accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? "");
    const refusal = isStopped ? "stopped" : refusalOf(address);
    // A connection that breaks is told of where it is read; one that is refused nowhere.
    socket.on("error", () => undefined);
    if (refusal !== null) {
      refused[refusal] = (refused[refusal] ?? 0) + 1;
      count({ refused: 1 });
      socket.destroy();
      return;
    }
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    count({ accepted: 1 });
    const limits = { ...settings, recordBytes: RECORD_BYTES };
    const connection = serveConnection(socket, address, { parts, limits });
    connections.set(socket, connection);
    const left = () => connections.delete(socket);
    connection.closed.then(left, left);
  }

  function tellRefused(): void {
    if (Object.keys(refused).length > 0) log.warn({ feed: name, refused }, "connections refused");
    refused = {};
  }

  async function listenOnce(): Promise<void> {
    const { server, look } = await openServer(settings.tls, { parts, accept });
    try {
      await listening(server, settings.listen);
      await parts.keep({ listen: addressOf(server) });
      parts.connected(null);
      while (!isStopped) {
        await parts.pause(TICK_MS);
        await look();
        for (const connection of connections.values()) connection.tick();
        tellRefused();
      }
    } finally {
      server.close();
      await Promise.all([...connections.values()].map((connection) => connection.close()));
    }
  }

  async function run(): Promise<void> {
    for (let faults = 1; !isStopped; faults += 1) {
      try {
        await listenOnce();
      } catch (error) {
        if (error instanceof FeedLost) return;
        const fault = error instanceof Error ? error.message : String(error);
        parts.connected(fault);
        log.warn({ feed: name, faults, fault }, "the feed does not listen, and tries again");
        await parts.pause(Math.min(LONGEST_PAUSE_MS, TICK_MS * 2 ** Math.min(faults, 8)));
      }
    }
  }

  return {
    start() {
      running = run();
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

/** Not listening yet; `look` takes a changed certificate into use. */
async function openServer(
  tls: TlsSettings | undefined,
  { parts, accept }: { parts: FeedParts; accept: (socket: Socket) => void },
): Promise<{ server: Server; look: () => Promise<void> }> {
  if (tls === undefined) {
    const server = createServer({ noDelay: true, highWaterMark: READ_BYTES }, accept);
    return { server, look: async () => undefined };
  }
  const { clock, log } = parts;
  const current = await readCertificate(tls);
  const server = createTlsServer({ ...current, handshakeTimeout: 10_000 }, accept);
  const use = (next: typeof current) => server.setSecureContext(next);
  return { server, look: watchCertificate({ files: tls, current, use, clock, log }) };
}

function listening(server: Server, listen: string): Promise<void> {
  const { host, port } = listenAddress(listen);
  return new Promise((done, failed) => {
    server.once("error", failed);
    server.listen(port, host, () => {
      server.removeListener("error", failed);
      server.on("error", () => undefined);
      done();
    });
  });
}

function addressOf(server: Server): string {
  const address = server.address();
  if (typeof address !== "object" || address === null) return "";
  return `${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`;
}
